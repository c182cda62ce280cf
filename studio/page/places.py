"""Further pulls as the page holds them: a few places, each a menu, pictures and one control an option. No torch.

What the places cannot hold, such as a third pull, stays in the text that stands after them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pipelines import PULLS
from pipelines.declarations.options import options_of
from pipelines.guidance import Pull

from ..recipe.specs import dumped, pulls_of, sparse
from ..recipe.values import RecipeError
from .slots import Slot, by_entry
from .thumbnails import fitted

PLACES = 2
NONE = ""
PULL_SLOTS = tuple(Slot(name, o) for name, kind in PULLS.items() for o in options_of(kind) if o.kind != "pictures")
WIDTH = 2 + len(PULL_SLOTS)  # controls of one place
PICTURES = {name: o for name, kind in PULLS.items() for o in options_of(kind) if o.kind == "pictures"}
# How many pictures a place takes: one where several would be one an image, since each image of a recipe can be drawn alone.
MOST = {name: 1 if option.each else min(option.max_count, 4) for name, option in PICTURES.items()}


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
    spec = {"name": name, **by_entry(PULL_SLOTS, options).get(name, {})}
    if name in MOST:
        urls = held.get("pictures") if isinstance(held, Mapping) else None
        urls = [each for each in urls or () if isinstance(each, str)][: MOST[name]]
        spec["images"] = fitted(urls, flat=PICTURES[name].flat)
    return spec


def place_values(pull: Pull | None) -> list[Any]:
    """What the controls of a place hold. pull: None: not in use."""
    name = type(pull).__name__ if pull else NONE
    options = [slot.shown(getattr(pull, slot.option.name) if slot.entry == name else slot.idle) for slot in PULL_SLOTS]
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
