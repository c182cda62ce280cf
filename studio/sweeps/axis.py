"""An axis: one option of a recipe, named by a path, and the values it takes in turn."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines import CONDITIONS, PULLS, RULES, SAMPLERS
from pipelines.declarations.options import options_of
from pipelines.declarations.phrases import Phrase

from ..recipe import FIELDS, OPTIONS, RecipeError
from ..recipe.lists import names, numbers, texts
from ..recipe.specs import PLAIN, base_strength
from ..recipe.values import short

MAX_VALUES = 32
FIXED = ("version", "seeds", "revision")  # not options: what is drawn in every cell
ENTRIES = tuple(kind for registry in (RULES, PULLS, CONDITIONS, SAMPLERS) for kind in registry.values())
EXAMPLE = '{"option": "w", "values": [0, 1, 2]}'
ALLOWED = Phrase("axis_values", most=MAX_VALUES)


@dataclass(frozen=True)
class Axis:
    """path: "w", "rule.phi", "pulls.0.gamma", "sampler_options.noise"; values: plain data of one kind, each once.

    Raises:
        RecipeError: naming the axis, the value and what is allowed.
    """

    path: str
    values: tuple[Any, ...]

    def __post_init__(self):
        if not isinstance(self.path, str) or not re.fullmatch(r"[a-z_]{1,40}(\.[a-z_0-9]{1,40}){0,5}", self.path):
            raise RecipeError("axis", short(self.path), "option_name")
        head = self.path.split(".")[0]
        if head not in FIELDS or head in FIXED:
            raise RecipeError("axis", self.path[:80], "one_of", names=", ".join(n for n in FIELDS if n not in FIXED))
        try:
            object.__setattr__(self, "values", _values(self.path, self.values))
        except RecipeError as error:
            raise RecipeError(Phrase("axis", path=error.field), error.value, error.allowed) from None

    @classmethod
    def parse(cls, raw: Any) -> Axis:
        """From what a program sends: {"option": "w", "values": [0, 1]} or {"option": "w", "values": "0, 1"}."""
        if isinstance(raw, Axis):
            return raw
        if not isinstance(raw, Mapping) or set(raw) != {"option", "values"}:
            raise RecipeError("axis", short(raw), "dictionary", example=EXAMPLE)
        return cls(raw["option"], raw["values"])

    def within(self, fields: Mapping[str, Any], value: Any) -> dict[str, Any]:
        """The fields of a recipe, as `Recipe.flat` has them, with this option at a value."""
        head, *rest = self.path.split(".")
        fields = dict(fields)
        if head == "sampler" and not rest:
            fields["sampler_options"] = {}  # those of another sampler
        if (
            head == "rule"
            and not rest
            and isinstance(value, Mapping)
            and base_strength(value).name in _innermost(value)
        ):
            fields.pop("w", None)  # the rule says how strong it is
        held = fields.get(head)
        fields[head] = _put(held, rest, value, self.path) if rest else value
        return fields


def _innermost(spec: Mapping) -> Mapping:
    for _ in range(10):
        if not isinstance(spec.get("rule"), Mapping):
            break
        spec = spec["rule"]
    return spec


def _put(held: Any, rest: list[str], value: Any, path: str) -> Any:
    """A copy of nested plain data with one place changed. Options that are at their default are not written there."""
    name, *further = rest
    if isinstance(held, (list, tuple)):
        if not name.isdigit() or int(name) >= len(held):
            allowed = Phrase("place", last=len(held) - 1) if held else Phrase("no_place")
            raise RecipeError("axis", path[:80], allowed)
        new = _put(held[int(name)], further, value, path) if further else value
        return [*held[: int(name)], new, *held[int(name) + 1 :]]
    if held is None and path.startswith("rule"):
        held = {"name": PLAIN}
    if not isinstance(held, Mapping):
        raise RecipeError("axis", path[:80], "path")
    return {**held, name: _put(held.get(name), further, value, path) if further else value}


def _values(path: str, raw: Any) -> tuple[Any, ...]:
    values = _read(path, raw) if isinstance(raw, str) else raw
    if not isinstance(values, (list, tuple, range)) or not 1 <= len(values) <= MAX_VALUES:
        count = (
            Phrase("given_values", count=len(values))
            if hasattr(values, "__len__") and len(values) > 6
            else short(values)
        )
        raise RecipeError(path, count, ALLOWED)
    kinds = {_kind(value) for value in values}
    if len(kinds) > 1 or kinds & {"nothing", "list"}:
        raise RecipeError(path, short(list(values)), "one_kind")
    try:
        written = [json.dumps(v + 0.0 if _kind(v) == "number" else v, sort_keys=True, allow_nan=False) for v in values]
    except (ValueError, TypeError, OverflowError) as error:
        raise RecipeError(path, short(list(values)), "plain_values", reason=str(error)) from None
    if twice := next((value for value, text in zip(values, written, strict=True) if written.count(text) > 1), None):
        raise RecipeError(path, short(twice), "each_once")
    if len(set(written)) < len(written):
        raise RecipeError(path, short(list(values)), "each_once")
    return tuple(values)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "switch"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str) or value is None:
        return "text" if value is not None else "nothing"
    return "dictionary" if isinstance(value, Mapping) else "list"


def _read(path: str, text: str) -> list[Any]:
    """Values that a person wrote, see `lists`: texts, numbers or names, as the option is."""
    kind = kind_of(path)
    if kind in ("text", "texts"):
        return texts(path, text)
    return (numbers if kind == "number" else names)(path, text, MAX_VALUES)


def kind_of(path: str) -> str:
    """The kind of the option at a path: of the recipe's own, else of any entry with an option of that name."""
    name = path.split(".")[-1]
    own = OPTIONS.get(path)
    found = [own] if own else [o for entry in ENTRIES for o in options_of(entry) if o.name == name and "." in path]
    kinds = {option.kind for option in found}
    if path in ("world", "style", "category"):  # names: none holds a comma
        return "choice"
    return kinds.pop() if len(kinds) == 1 else ""
