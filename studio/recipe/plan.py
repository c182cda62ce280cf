"""From a recipe to the arguments of the pipeline: the one place where the two meet."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pipelines import CONDITIONS, PULLS, RULES, SAMPLERS, WRAPPERS

from .availability import lacking
from .conditions import branching, told
from .prompts import Reading, filled, read
from .recipe import Recipe
from .specs import FLAT, PLAIN, real


def plan(recipe: Recipe, reading: Reading | None = None) -> dict[str, Any]:
    """Keyword arguments of `GuidedPipeline.steps` and `__call__`.

    Raises:
        RecipeError: options that do not go together, such as an interval that ends before it begins.
    """
    found = specs(recipe, reading)
    return found | {
        "rules": tuple(real(spec, RULES, "rule") for spec in found["rules"]),
        "pulls": tuple(real(spec, PULLS, "pulls") for spec in found["pulls"]),
        "conditions": tuple(real(spec, CONDITIONS, "conditions") for spec in found["conditions"]),
        "sampler": real(found["sampler"], SAMPLERS, "sampler"),
    }


def specs(recipe: Recipe, reading: Reading | None = None) -> dict[str, Any]:
    """The same with rules, pulls, conditions and sampler as specs. No torch, but to look at a drawing.

    The rule at strength w, and each γ that is not 0 as a pull on whatever base w chooses (-1 unconditional, 0
    conditional). What cannot work is left out, as the notes of the reading say: a classifier without a label,
    CLIP without a text or without a CLIP, a condition with nothing on it.
    """
    reading = reading or read(recipe)
    pulls = []
    if recipe.gamma_classifier and reading.label:
        pulls.append({"name": "Classifier", "gamma": recipe.gamma_classifier, "label": reading.label})
    if recipe.gamma_clip and reading.text and "clip" not in lacking(recipe.world):
        pulls.append({"name": "Semantic", "gamma": recipe.gamma_clip, "text": reading.text})
    pulls += filter(None, (filled(text, reading.text, reading.label) for text in recipe.pulls))
    flat = {name: getattr(recipe, name) for name in FLAT.get(recipe.sampler, ())}
    conditions = told(recipe)
    return {
        "prompt": reading.text or None,
        "negative_prompt": reading.negative or None,
        "rules": (_rule(recipe, reading, conditions),),
        "pulls": tuple(pulls),
        "conditions": tuple(conditions),
        "sampler": {"name": recipe.sampler, **flat, **json.loads(recipe.sampler_options or "{}")},
        "num_inference_steps": recipe.steps,
        "seeds": recipe.seeds,
    }


def _rule(recipe: Recipe, reading: Reading, conditions: Sequence[Mapping]) -> dict:
    """The rule, its strength put into the innermost one."""
    if reading.unconditional and recipe.compares and not branching(recipe, conditions):
        # With nothing asked for, both branches are the same one: one call is enough.
        return {"name": PLAIN, RULES[PLAIN].strength: -1.0}
    spec = inner = json.loads(recipe.rule) if recipe.rule else {"name": PLAIN}
    while inner["name"] in WRAPPERS:
        inner = inner.setdefault("rule", {"name": PLAIN})
    inner[RULES[inner["name"]].strength] = recipe.w
    return spec
