"""An axis: one option of a recipe, named by a path, and the values it takes in turn."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines import CONDITIONS, PULLS, RULES, SAMPLERS
from pipelines.declarations.options import options_of

from ..recipe import FIELDS, OPTIONS, RecipeError
from ..recipe.lists import names, numbers, texts
from ..recipe.specs import PLAIN, base_strength
from ..recipe.values import short

MAX_VALUES = 32
FIXED = ("version", "seeds", "revision")  # not options: what is drawn in every cell
ENTRIES = tuple(kind for registry in (RULES, PULLS, CONDITIONS, SAMPLERS) for kind in registry.values())
ALLOWED = f"1 to {MAX_VALUES} values of one kind, as '0, 1, 2', '0 to 4 by 0.5', or a list"


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
            raise RecipeError("axis", short(self.path), "the name of an option, such as 'w' or 'rule.phi'")
        head = self.path.split(".")[0]
        if head not in FIELDS or head in FIXED:
            raise RecipeError("axis", self.path[:80], "one of " + ", ".join(n for n in FIELDS if n not in FIXED))
        object.__setattr__(self, "values", _values(self.path, self.values))

    @classmethod
    def parse(cls, raw: Any) -> Axis:
        """From what a program sends: {"option": "w", "values": [0, 1]} or {"option": "w", "values": "0, 1"}."""
        if isinstance(raw, Axis):
            return raw
        if not isinstance(raw, Mapping) or set(raw) != {"option", "values"}:
            raise RecipeError("axis", short(raw), 'a dictionary such as {"option": "w", "values": [0, 1, 2]}')
        return cls(raw["option"], raw["values"])

    def within(self, fields: Mapping[str, Any], value: Any) -> dict[str, Any]:
        """The fields of a recipe, as `Recipe.as_dict` has them, with this option at a value."""
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
            raise RecipeError(
                "axis",
                path[:80],
                f"a number from 0 to {len(held) - 1} after the first dot, one of those that the recipe has"
                if held
                else "an option of what the recipe has; there is none",
            )
        new = _put(held[int(name)], further, value, path) if further else value
        return [*held[: int(name)], new, *held[int(name) + 1 :]]
    if held is None and path.startswith("rule"):
        held = {"name": PLAIN}
    if not isinstance(held, Mapping):
        raise RecipeError("axis", path[:80], "a path into options that are there")
    return {**held, name: _put(held.get(name), further, value, path) if further else value}


def _values(path: str, raw: Any) -> tuple[Any, ...]:
    values = _read(path, raw) if isinstance(raw, str) else raw
    if not isinstance(values, (list, tuple, range)) or not 1 <= len(values) <= MAX_VALUES:
        count = f"{len(values)} values" if hasattr(values, "__len__") and len(values) > 6 else short(values)
        raise RecipeError(f"axis {path}", count, ALLOWED)
    kinds = {_kind(value) for value in values}
    if len(kinds) > 1 or kinds & {"nothing", "list"}:
        raise RecipeError(
            f"axis {path}", short(list(values)), "values of one kind: all numbers, all texts or all dictionaries"
        )
    try:
        written = [json.dumps(v + 0.0 if _kind(v) == "number" else v, sort_keys=True, allow_nan=False) for v in values]
    except (ValueError, TypeError, OverflowError) as error:
        raise RecipeError(f"axis {path}", short(list(values)), f"plain values ({error})") from None
    if twice := next((value for value, text in zip(values, written, strict=True) if written.count(text) > 1), None):
        raise RecipeError(f"axis {path}", short(twice), "each value once")
    if len(set(written)) < len(written):
        raise RecipeError(f"axis {path}", short(list(values)), "each value once")
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
    field, kind = f"axis {path}", kind_of(path)
    if kind in ("text", "texts"):
        return texts(field, text)
    return (numbers if kind == "number" else names)(field, text, MAX_VALUES)


def kind_of(path: str) -> str:
    """The kind of the option at a path: of the recipe's own, else of any entry with an option of that name."""
    name = path.split(".")[-1]
    own = OPTIONS.get(path)
    found = [own] if own else [o for entry in ENTRIES for o in options_of(entry) if o.name == name and "." in path]
    kinds = {option.kind for option in found}
    if path in ("world", "style", "category"):  # names: none holds a comma
        return "choice"
    return kinds.pop() if len(kinds) == 1 else ""
