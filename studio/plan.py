"""From a recipe to the arguments of the pipeline: the one place where the two meet."""

from __future__ import annotations

from typing import Any

from .prompts import Reading, read
from .recipe import Recipe


def plan(recipe: Recipe, reading: Reading | None = None) -> dict[str, Any]:
    """Keyword arguments of `GuidedPipeline.steps` and `__call__`.

    w is the rule, each γ that is not 0 a pull on whatever base w chooses (-1 unconditional, 0 conditional).
    What cannot work is left out, as the notes of the reading say: a classifier without a label, CLIP without
    a text.
    """
    from pipelines import DDIM, DDPM, Classifier, ClassifierFree, Semantic

    reading = reading or read(recipe)
    pulls = []
    if recipe.gamma_classifier and reading.label:
        pulls.append(Classifier(recipe.gamma_classifier, label=reading.label))
    if recipe.gamma_clip and reading.text:
        pulls.append(Semantic(recipe.gamma_clip, text=reading.text))
    ddim = recipe.sampler == "DDIM"
    return {
        "prompt": reading.text or None,
        "negative_prompt": reading.negative or None,
        # With nothing asked for, both branches are the same one: one call is enough.
        "rules": (ClassifierFree(-1.0 if reading.unconditional else recipe.w),),
        "pulls": tuple(pulls),
        "sampler": DDIM(recipe.eta) if ddim else DDPM(recipe.variance, recipe.route),
        "num_inference_steps": recipe.steps,
        "seeds": recipe.seeds,
    }
