"""Everything that determines a view of the Lab, checked: what comes from the page is untrusted."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from pipelines.declarations.options import OptionError, check, choice, number, options_of
from pipelines.declarations.phrases import Phrase

from ...recipe.faults import salvaged, together
from ...recipe.values import short
from .presets import PRESETS

T = TypeVar("T")
MAX_COMPONENTS = 40
PLANE = 4.0  # means lie within ± this
RANGES = {"x": (-PLANE, PLANE), "y": (-PLANE, PLANE), "deviation": (0.0, 2.0), "weight": (0.001, 1000.0)}
MAX_CLASS = 11
KINDS = ("cosine", "linear", "scaled_linear", "straight")  # of schedules
WANTED = Phrase("components", most=MAX_COMPONENTS, plane=PLANE, classes=MAX_CLASS)


@dataclass(frozen=True)
class Setting:
    """components: (x, y, deviation, weight, class) each; the weights are divided by their sum. rule, pull, sampler:
    specs as JSON, "" for none. at: where on the way from clean, 0, to noise, 1, the fields are drawn. schedule: its kind.

    Raises:
        OptionError: naming the field, its value and what is allowed.
    """

    components: tuple = tuple(PRESETS["three"])
    label: int = number(0, low=0, high=MAX_CLASS)
    rule: str = ""
    pull: str = ""
    sampler: str = '{"name": "DDIM"}'
    steps: int = number(50, low=1, high=250)
    points: int = number(2000, low=10, high=4000)
    seed: int = number(0, low=0, high=2**32 - 1)
    at: float = number(0.5, low=0, high=1)
    schedule: str = choice("cosine", KINDS)

    def __post_init__(self):
        check(self)
        object.__setattr__(self, "components", _components(self.components))
        there = sorted({part[4] for part in self.components})
        if self.label not in there:
            raise OptionError("label", self.label, "class_there", classes=there)

    @classmethod
    def parse(cls, raw: Any) -> Setting:
        """From the page: what is left out keeps its default; rule, pull and sampler are dictionaries or None."""

        from .plane import entries

        def build(**values: Any) -> Setting:
            for name in ("rule", "pull", "sampler"):
                if name in values:
                    values[name] = _spec(name, values[name])
            for option in options_of(cls):  # a page's number may be 50.0 where 50 is meant
                if option.whole and isinstance(values.get(option.name), float) and values[option.name].is_integer():
                    values[option.name] = int(values[option.name])
            made = cls(**values)
            entries(made.rule, made.pull, made.sampler, made.label)
            return made

        return all_at_once("setting", raw, build, [each.name for each in fields(cls)])


def all_at_once(name: str, raw: Any, build: Callable[..., T], known: Sequence[str]) -> T:
    """What is built from fields with known names. Raises OptionError with all that is wrong. name: of the whole."""
    if not isinstance(raw, Mapping):
        raise OptionError(name, short(raw), "mapping")
    wrong = [
        OptionError(str(each)[:60], short(raw[each]), "fields", names=", ".join(known))
        for each in raw
        if each not in known
    ]
    made, found = salvaged({each: raw[each] for each in known if each in raw}, lambda values: build(**values))
    if wrong or found:
        raise together([*wrong, *found])
    return made


def _components(parts: Any) -> tuple:
    if not isinstance(parts, (list, tuple)) or not 1 <= len(parts) <= MAX_COMPONENTS:
        raise OptionError("components", short(parts), WANTED)
    checked = []
    for k, part in enumerate(parts):
        if not isinstance(part, (list, tuple)) or len(part) != 5:
            raise OptionError(f"components[{k}]", short(part), WANTED)
        numbers = []
        for (name, (low, high)), value in zip(RANGES.items(), part):
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
                raise OptionError(f"components[{k}].{name}", short(value), "numbers", low=low, high=high)
            numbers.append(float(value))
        label = part[4]
        whole = (
            isinstance(label, (int, float))
            and not isinstance(label, bool)
            and 0 <= label <= MAX_CLASS
            and label == int(label)
        )
        if not whole:
            raise OptionError(f"components[{k}].class", short(label), "whole_numbers", low=0, high=MAX_CLASS)
        checked.append((*numbers, int(label)))
    return tuple(checked)


def _spec(name: str, value: Any) -> str:
    if value is None and name != "sampler":
        return ""
    if not isinstance(value, Mapping):
        allowed = Phrase("dictionary", example='{"name": ...}')
        raise OptionError(name, short(value), allowed if name == "sampler" else Phrase("or_nothing", allowed=allowed))
    try:
        written = json.dumps(value, sort_keys=True, allow_nan=False)
    except (ValueError, TypeError, RecursionError):
        raise OptionError(name, Phrase("given_not_plain"), "finite") from None
    if len(written) > 2000:
        raise OptionError(name, Phrase("given_characters", count=len(written)), "json_characters", most=2000)
    return written
