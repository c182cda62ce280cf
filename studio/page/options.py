"""The options of rules, samplers and further pulls as the page's controls hold them: plain values, from the declarations.

Of pulls there are a few places, each a menu, pictures and one control an option; what they cannot hold, such as a third
pull, stays in the text that stands after them. No torch.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pipelines import PULLS, RULES, SAMPLERS, WRAPPERS
from pipelines.declarations.options import Option, options_of
from pipelines.guidance import Pull, Rule

from ..recipe import lists
from ..recipe.faults import RecipeError
from ..recipe.specs import FLAT, dumped, pulls_of, sparse
from .thumbnails import fitted

BASES = tuple(name for name in RULES if name not in WRAPPERS)
# A rule around another is left out while its controls stand here; the others of its controls do not matter then.
OFF = {name: kind.neutral for name, kind in WRAPPERS.items()}


class Control(NamedTuple):
    """One control: an option of an entry."""

    entry: str
    option: Option

    @property
    def key(self) -> str:
        """Name of the control, and of its words."""
        return f"{self.entry}_{self.option.name}"

    @property
    def inactive(self) -> Any:
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


RULE_CONTROLS = tuple(
    Control(name, o) for name, kind in RULES.items() for o in options_of(kind) if o.name != kind.strength
)
# Those that say whether another is listened to.
DECIDING = frozenset(f"{control.entry}_{control.option.when[0]}" for control in RULE_CONTROLS if control.option.when)
SAMPLER_CONTROLS = tuple(
    Control(name, o) for name, kind in SAMPLERS.items() for o in options_of(kind) if o.name not in FLAT.get(name, ())
)
PLACES = 2
NONE = ""
PULL_CONTROLS = tuple(
    Control(name, o) for name, kind in PULLS.items() for o in options_of(kind) if o.kind != "pictures"
)
WIDTH = 2 + len(PULL_CONTROLS)  # controls of one place
PICTURES = {name: o for name, kind in PULLS.items() for o in options_of(kind) if o.kind == "pictures"}
# How many pictures a place takes: one where several would be one an image, since each image of a recipe can be drawn alone.
MOST = {name: 1 if option.each else min(option.max_count, 4) for name, option in PICTURES.items()}


def rule_spec(base: str, values: Sequence[Any]) -> dict:
    """The spec of a base rule and what is around it. values: of the controls, in the order of `RULE_CONTROLS`."""
    held = by_entry(RULE_CONTROLS, values)
    spec = {"name": base, **held.get(base, {})}
    for name in reversed(OFF):
        if any(held[name][option] != off for option, off in OFF[name].items()):
            spec = {"name": name, **held[name], "rule": spec}
    return spec


def rule_values(rule: Rule) -> tuple[str, list[Any]]:
    """The name of the base rule, and what the controls hold."""
    used = {type(each).__name__: each for each in (*rule.around, rule.base)}
    return type(rule.base).__name__, [
        control.shown(getattr(used[control.entry], control.option.name) if control.entry in used else control.inactive)
        for control in RULE_CONTROLS
    ]


def seen(control: Control, base: str, held: Mapping[str, Any]) -> bool:
    """Whether an option of a rule can change anything now. base: the base rule; held: what the controls hold, by key."""
    own = {other.option.name: held[other.key] for other in RULE_CONTROLS if other.entry == control.entry}
    return (control.entry == base or control.entry in OFF) and control.option.heard(own)


def sampler_spec(sampler: Any, values: Sequence[Any]) -> dict:
    """The further options of a sampler. values: of the controls, in the order of `SAMPLER_CONTROLS`."""
    return by_entry(SAMPLER_CONTROLS, values).get(sampler, {}) if isinstance(sampler, str) else {}


def sampler_values(sampler: str, held: Mapping) -> list[Any]:
    """What the controls hold. held: further options, as `sampler_spec` gives them."""
    return [
        control.shown(held.get(control.option.name, control.inactive) if control.entry == sampler else control.inactive)
        for control in SAMPLER_CONTROLS
    ]


def hexadecimal(value: str) -> str:
    """#rrggbb of a colour in the words of a style sheet, "rgba(224, 32, 32, 1)"; other texts as they are."""
    found = re.fullmatch(r"rgba?\(([\d.]{1,12}), ?([\d.]{1,12}), ?([\d.]{1,12})(?:, ?[\d.]{1,12})?\)", value.strip())
    try:
        return "#" + bytes(round(float(each)) for each in found.groups()).hex() if found else value.strip().lower()
    except ValueError:
        return value[:60]


def by_entry(controls: Sequence[Control], values: Sequence[Any]) -> dict[str, dict[str, Any]]:
    """Entry -> option -> what its control says."""
    held: dict[str, dict[str, Any]] = {}
    for control, value in zip(controls, values, strict=True):
        held.setdefault(control.entry, {})[control.option.name] = control.read(value)
    return held


def pictures_value(name: str, urls: Sequence[str] = ()) -> dict:
    """What the control of pictures holds: how many there may be, and those there are."""
    return {"most": MOST.get(name, 0), "pictures": list(urls)}


def place_spec(values: Sequence[Any]) -> dict | None:
    """The spec of one place, None when it is not in use. values: the menu, the pictures, the options."""
    name, held, *options = values
    if name in (NONE, None):
        return None
    if not isinstance(name, str) or name not in PULLS:
        return {"name": name}
    spec = {"name": name, **by_entry(PULL_CONTROLS, options).get(name, {})}
    if name in MOST:
        urls = held.get("pictures") if isinstance(held, Mapping) else None
        urls = [each for each in urls or () if isinstance(each, str)][: MOST[name]]
        spec["images"] = fitted(urls, flat=PICTURES[name].flat)
    return spec


def place_values(pull: Pull | None) -> list[Any]:
    """What the controls of a place hold. pull: None: not in use."""
    name = type(pull).__name__ if pull else NONE
    options = [
        control.shown(getattr(pull, control.option.name) if control.entry == name else control.inactive)
        for control in PULL_CONTROLS
    ]
    return [name, pictures_value(name, getattr(pull, "images", ())), *options]


def pulls_spec(values: Sequence[Any]) -> list | str:
    """All pulls: those of the places, and those of the text. values: of the places one after another, then the text.

    A text that is no list is given back, for the validator to tell.
    """
    rows = [values[i * WIDTH : (i + 1) * WIDTH] for i in range(PLACES)]
    specs, text = [spec for row in rows if (spec := place_spec(row))], values[-1]
    if not isinstance(text, str):
        text = ""
    if not specs or not text.strip():
        return specs or text
    try:
        more = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return [*specs, *(more if isinstance(more, list) else [more])]


def pulls_values(pulls: Sequence[Pull]) -> list[Any]:
    """The inverse of `pulls_spec`."""
    rows, rest = [], list(pulls)
    while rest and len(rows) < PLACES and _holds(rest[0]):
        rows.append(place_values(rest.pop(0)))
    rows += [place_values(None)] * (PLACES - len(rows))
    return [
        *(value for row in rows for value in row),
        f"[{', '.join(dumped(sparse(each)) for each in rest)}]" if rest else "",
    ]


def _holds(pull: Pull) -> bool:
    """Whether a place gives back what it is given."""
    try:
        return pulls_of([place_spec(place_values(pull))]) == (pull,)
    except RecipeError:
        return False
