"""Conditions of a recipe, with small pictures inside; and which of them are not heard.

No torch; OpenCV is loaded with the first drawing that is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from pipelines import CONDITIONS
from pipelines.declarations.phrases import Phrase
from pipelines.guidance import Rule

from .specs import entries_of
from .uploads import ROOM, small
from .values import RecipeError

MAX_CONDITIONS = 6
MAX_TEXT = MAX_CONDITIONS * (ROOM + 500)  # characters of all of them
WHITE = (255, 255, 255)
MAP = 64  # pixels a side at which a drawing is looked at


def conditions_of(value: Any) -> tuple:
    """Conditions; see `specs.entries_of`. Their pictures may be any that a person has, see `uploads`; they are made small here.

    Raises:
        RecipeError: naming the option.
    """
    found = entries_of("conditions", value, CONDITIONS, MAX_CONDITIONS, MAX_TEXT, _prepared)
    kinds: set[tuple] = set()
    for number, each in enumerate(found):
        name, kind = type(each).__name__, getattr(each, "kind", "")
        if not each.images:
            raise RecipeError(f"conditions[{number}].images", [], "picture_in_list")
        if len(each.images) > 1:
            raise RecipeError(
                f"conditions[{number}].images", Phrase("given_pictures", count=len(each.images)), "pictures", most=1
            )
        if each.joint and each.strength and (name, kind) in kinds:
            raise RecipeError(f"conditions[{number}].kind", kind, "each_kind_once", name=name)
        if each.strength:
            kinds.add((name, kind))
    return found


def _prepared(name: str, spec: Any) -> Any:
    """The same with its pictures made small."""
    if type(spec) in CONDITIONS.values():
        return replace(spec, images=tuple(small(each, f"{name}.images[{i}]") for i, each in enumerate(spec.images)))
    if not isinstance(spec, Mapping) or "images" not in spec:
        return spec
    images = spec["images"]
    if isinstance(images, str):
        return {**spec, "images": [small(images, f"{name}.images")]}
    if not isinstance(images, (list, tuple)) or len(images) > 1:
        return spec  # what is wrong is told by who checks it
    return {**spec, "images": [small(each, f"{name}.images[{i}]") for i, each in enumerate(images)]}


def word_of(condition) -> str:
    """Key of what the page calls it: by its kind of map, where it has one."""
    return f"choice {condition.kind}" if hasattr(condition, "kind") else type(condition).__name__


def left_out(condition) -> str | None:
    """Why a condition cannot be told at all: a key of the notes, None when it can. "empty_drawing": nothing is on it."""
    local = hasattr(condition, "kind")
    return "empty_drawing" if local and is_empty(condition.kind, condition.images[0], condition.drawn) else None


@lru_cache(maxsize=256)
def is_empty(kind: str, picture: str, drawn: bool) -> bool:
    """Whether a picture in a recipe says nothing as a map of this kind."""
    from pipelines.conditions import extract
    from pipelines.conditions.hint import map_of

    return extract.is_empty(kind, map_of(kind, picture, drawn, MAP, WHITE))


def told(conditions: Sequence) -> tuple:
    """Those that the network is told of."""
    return tuple(each for each in conditions if each.strength and left_out(each) is None)


def branching(rule: Rule, conditions: Sequence) -> bool:
    """Whether branches of the rule differ by these conditions alone, also where there is no prompt."""
    return any("conditions" in rule.base.needs or each.branches == "conditional" for each in conditions)


def calls(rule: Rule, conditions: Sequence) -> float:
    """Network calls a picture that the conditions are worth in one evaluation of the rule, at most."""
    rows, apart = rule.evaluations, "conditions" in rule.base.needs
    rows -= apart and rows == rule.base.calls  # one of its branches is told nothing
    networks: dict[Any, float] = {}
    for number, each in enumerate(each for each in conditions if each.strength):
        told_rows = 1 if each.branches == "conditional" and not apart else rows
        network = type(each) if each.joint else number
        networks[network] = max(networks.get(network, 0), each.share * told_rows)
    return sum(networks.values())
