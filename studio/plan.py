"""From a recipe to the arguments of the pipeline: the one place where the two meet."""

from __future__ import annotations

import json
from typing import Any

from pipelines.catalogue import RULES as DECLARED, WRAPPERS

from .abilities import lacking
from .prompts import Reading, filled, read
from .recipe import Recipe
from .specs import FLAT, PLAIN, real


def plan(recipe: Recipe, reading: Reading | None = None) -> dict[str, Any]:
    """Keyword arguments of `GuidedPipeline.steps` and `__call__`.

    The rule at strength w, and each γ that is not 0 as a pull on whatever base w chooses (-1 unconditional, 0
    conditional). What cannot work is left out, as the notes of the reading say: a classifier without a label,
    CLIP without a text or without a CLIP.

    Raises:
        RecipeError: options that do not go together, such as an interval that ends before it begins.
    """
    from pipelines import PULLS, SAMPLERS, Classifier, Semantic

    reading = reading or read(recipe)
    pulls = []
    if recipe.gamma_classifier and reading.label:
        pulls.append(Classifier(recipe.gamma_classifier, label=reading.label))
    if recipe.gamma_clip and reading.text and "clip" not in lacking(recipe.world):
        pulls.append(Semantic(recipe.gamma_clip, text=reading.text))
    specs = (filled(text, reading.text, reading.label) for text in recipe.pulls)
    pulls += [real(spec, PULLS, "pulls") for spec in specs if spec]
    flat = {name: getattr(recipe, name) for name in FLAT.get(recipe.sampler, ())}
    options = json.loads(recipe.sampler_options or "{}")
    return {
        "prompt": reading.text or None,
        "negative_prompt": reading.negative or None,
        "rules": (_rule(recipe, reading),),
        "pulls": tuple(pulls),
        "sampler": real({"name": recipe.sampler}, SAMPLERS, "sampler", **flat, **options),
        "num_inference_steps": recipe.steps,
        "seeds": recipe.seeds,
    }


def _rule(recipe: Recipe, reading: Reading):
    """The rule, its strength put into the innermost one."""
    from pipelines import RULES, ClassifierFree

    if reading.unconditional and recipe.compares:
        return ClassifierFree(-1.0)  # with nothing asked for, both branches are the same one: one call is enough
    spec = inner = json.loads(recipe.rule) if recipe.rule else {"name": PLAIN}
    while inner["name"] in WRAPPERS:
        inner = inner.setdefault("rule", {"name": PLAIN})
    inner[DECLARED[inner["name"]].strength] = recipe.w
    return real(spec, RULES, "rule")
