"""From a recipe to the arguments of the pipeline: the one place where the two meet."""

from __future__ import annotations

from typing import Any

from .availability import lacking
from .conditions import branching, told
from .flat import GAMMAS
from .prompts import Reading, read
from .recipe import Recipe
from .specs import plain


def plan(recipe: Recipe, reading: Reading | None = None) -> dict[str, Any]:
    """Keyword arguments of `GuidedPipeline.steps` and `__call__`. No torch, but to look at a drawing.

    What cannot work is left out, as the notes of the reading say: a classifier without a label, CLIP without a text or
    without a CLIP, a condition with nothing on it.
    """
    reading = reading or read(recipe)
    pulls = recipe.further
    if recipe.gamma_clip and "clip" not in lacking(recipe.world):
        pulls = (GAMMAS["gamma_clip"](recipe.gamma_clip), *pulls)
    if recipe.gamma_classifier:
        pulls = (GAMMAS["gamma_classifier"](recipe.gamma_classifier), *pulls)
    rule, conditions = recipe.rule, told(recipe.conditions)
    if reading.unconditional and recipe.compares and not branching(rule, conditions):
        rule = plain(-1.0)  # with nothing asked for, both branches are the same one: one call is enough
    return {
        "prompt": reading.text or None,
        "negative_prompt": reading.negative or None,
        "rules": (rule,),
        "pulls": tuple(found for pull in pulls if (found := pull.filled(reading.text, reading.label)) is not None),
        "conditions": conditions,
        "sampler": recipe.sampler,
        "num_inference_steps": recipe.steps,
        "seeds": recipe.seeds,
    }
