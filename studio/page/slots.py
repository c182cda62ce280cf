"""The options of rules and samplers as the page holds them: one control an option, made from its declaration."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pipelines import RULES, SAMPLERS, WRAPPERS
from pipelines.declarations.options import Option, options_of
from pipelines.guidance import Rule

from ..recipe import lists
from ..recipe.faults import RecipeError
from ..recipe.specs import FLAT

BASES = tuple(name for name in RULES if name not in WRAPPERS)
# A rule around another is left out while its controls stand here; the others of its controls do not matter then.
OFF = {name: kind.neutral for name, kind in WRAPPERS.items()}


class Slot(NamedTuple):
    """One control: an option of an entry."""

    entry: str
    option: Option

    @property
    def key(self) -> str:
        """Name of the control, and of its words."""
        return f"{self.entry}_{self.option.name}"

    @property
    def idle(self) -> Any:
        """What it holds while the entry is not in use."""
        return OFF.get(self.entry, {}).get(self.option.name, self.option.default)

    def shown(self, value: Any) -> Any:
        """The value as the control holds it."""
        if self.option.kind == "numbers":
            return ", ".join(f"{each:g}" for each in value)
        return lists.written(value) if isinstance(value, (list, tuple)) else value

    def read(self, value: Any) -> Any:
        """The inverse of `shown`; what is no list and no colour is left for the validator to tell."""
        if not isinstance(value, str):
            return value
        if self.option.kind == "colour":
            return hexadecimal(value)
        try:
            if self.option.kind == "texts" and self.option.default == ():
                return lists.texts(self.key, value)
            return lists.numbers(self.key, value, self.option.max_count) if self.option.kind == "numbers" else value
        except RecipeError:
            return value


RULE_SLOTS = tuple(Slot(name, o) for name, kind in RULES.items() for o in options_of(kind) if o.name != kind.strength)
# Those that say whether another is listened to.
DECIDING = frozenset(f"{slot.entry}_{slot.option.when[0]}" for slot in RULE_SLOTS if slot.option.when)
SAMPLER_SLOTS = tuple(
    Slot(name, o) for name, kind in SAMPLERS.items() for o in options_of(kind) if o.name not in FLAT.get(name, ())
)


def rule_spec(base: str, values: Sequence[Any]) -> dict:
    """The spec of a base rule and what is around it. values: of the controls, in the order of `RULE_SLOTS`."""
    held = by_entry(RULE_SLOTS, values)
    spec = {"name": base, **held.get(base, {})}
    for name in reversed(OFF):
        if any(held[name][option] != off for option, off in OFF[name].items()):
            spec = {"name": name, **held[name], "rule": spec}
    return spec


def rule_values(rule: Rule) -> tuple[str, list[Any]]:
    """The name of the base rule, and what the controls hold."""
    used = {type(each).__name__: each for each in (*rule.around, rule.base)}
    return type(rule.base).__name__, [
        slot.shown(getattr(used[slot.entry], slot.option.name) if slot.entry in used else slot.idle)
        for slot in RULE_SLOTS
    ]


def seen(slot: Slot, base: str, held: Mapping[str, Any]) -> bool:
    """Whether an option of a rule can change anything now. base: the base rule; held: what the controls hold, by key."""
    own = {other.option.name: held[other.key] for other in RULE_SLOTS if other.entry == slot.entry}
    return (slot.entry == base or slot.entry in OFF) and slot.option.heard(own)


def sampler_spec(sampler: Any, values: Sequence[Any]) -> dict:
    """The further options of a sampler. values: of the controls, in the order of `SAMPLER_SLOTS`."""
    return by_entry(SAMPLER_SLOTS, values).get(sampler, {}) if isinstance(sampler, str) else {}


def sampler_values(sampler: str, held: Mapping) -> list[Any]:
    """What the controls hold. held: further options, as `sampler_spec` gives them."""
    return [
        slot.shown(held.get(slot.option.name, slot.idle) if slot.entry == sampler else slot.idle)
        for slot in SAMPLER_SLOTS
    ]


def hexadecimal(value: str) -> str:
    """#rrggbb of a colour in the words of a style sheet, "rgba(224, 32, 32, 1)"; other texts as they are."""
    found = re.fullmatch(r"rgba?\(([\d.]{1,12}), ?([\d.]{1,12}), ?([\d.]{1,12})(?:, ?[\d.]{1,12})?\)", value.strip())
    try:
        return "#" + bytes(round(float(each)) for each in found.groups()).hex() if found else value.strip().lower()
    except ValueError:
        return value[:60]


def by_entry(slots: Sequence[Slot], values: Sequence[Any]) -> dict[str, dict[str, Any]]:
    """Entry -> option -> what its control says."""
    held: dict[str, dict[str, Any]] = {}
    for slot, value in zip(slots, values, strict=True):
        held.setdefault(slot.entry, {})[slot.option.name] = slot.read(value)
    return held
