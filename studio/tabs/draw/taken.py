"""A recipe as the Draw tab asks for one: its conditions as layers of the sheet. Torch comes lazily."""

from __future__ import annotations

import time
from typing import Any

from ...recipe import Recipe, RecipeError
from .layers import REFERENCE, WAYS, seen

TOLD = ("strength", "start", "end")


def taken(recipe: Recipe) -> dict[str, Any]:
    """{"setting", "way", "layers", "reference", "told", "fresh"}, see `Handlers.begin`; told: how the reference is told.

    The sheet holds one layer of a kind, all told in one way: of two of a kind the first one counts.
    """
    layers: dict[str, dict[str, Any]] = {}
    reference: dict[str, Any] = {}
    for condition in recipe.conditions:
        kind = getattr(condition, "kind", REFERENCE)
        if kind in layers or (kind == REFERENCE and reference) or not condition.images:
            continue
        told = {name: getattr(condition, name) for name in TOLD}
        if kind == REFERENCE:
            reference = {"picture": condition.images[0], **told}
        elif picture := _map(kind, condition.images[0], condition.drawn):
            layers[kind] = {"kind": kind, "picture": picture, **told}
    ways = [name for each in recipe.conditions if (name := type(each).__name__) in WAYS]
    return {
        "setting": {
            "world": recipe.world,
            "prompt": recipe.prompt,
            "negative_prompt": recipe.negative_prompt,
            "w": recipe.w,
            "w_condition": getattr(recipe.rule, "w_condition", None),
            "steps": recipe.steps,
            "seeds": ", ".join(map(str, recipe.seeds)),
            "branches": recipe.conditions[0].branches if recipe.conditions else "both",
        },
        "way": next(iter(ways), WAYS[0]),
        "layers": list(layers.values()),
        "reference": reference.pop("picture", ""),
        "told": reference,
        "fresh": time.time_ns(),  # the same recipe may be asked for again
    }


def _map(kind: str, picture: str, drawn: bool) -> str:
    """The map that the network is told, as a picture of the sheet; "" for what cannot be seen."""
    try:
        return seen(kind, picture, drawn)[2]
    except (RecipeError, ValueError):
        return ""
