"""What is drawn, layer by layer: the map that each shows, and the condition that it becomes. No torch; OpenCV lazily.

A condition holds the map itself, as it is seen: small, exact, and to be drawn on again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from pipelines import CONDITIONS
from pipelines.conditions import LOCAL

from ...page.status import problem_pair
from ...recipe.conditions import MAP, WHITE
from ...recipe.uploads import PREFIX, small, square, text_of
from ...recipe.values import RecipeError, short
from ...words import WORDS
from ...words.reasons import reason_of

if TYPE_CHECKING:
    import numpy as np

KINDS = ("edges", "lines", "mask", "blocks", "labels")  # as `pipelines.conditions.extract` has them
# Conditions of a place, first one that brings several maps together, and one of the whole picture.
WAYS = tuple(sorted(LOCAL, key=lambda name: not LOCAL[name].joint))
LIKE = next(name for name in CONDITIONS if name not in LOCAL)
REFERENCE = "reference"
MAX_LAYERS = len(KINDS)
MAX_TEXT = 2_000_000  # characters of a picture of 512 × 512 pixels, whatever it shows


class Layer(NamedTuple):
    """One map, of what was drawn or taken from a picture; `kind` "reference" is a picture to be like."""

    kind: str
    picture: str
    drawn: bool = True
    told: Mapping[str, Any] = {}  # strength, start, end

    @property
    def title(self) -> tuple[str, str]:
        """In English and Chinese."""
        return WORDS[f"rule {LIKE}" if self.kind == REFERENCE else f"choice {self.kind}"]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell. Raises RecipeError for a picture that is none."""
        return not self.picture or self.kind != REFERENCE and seen(self.kind, self.picture, self.drawn)[1]

    def condition(self, way: str, branches: str) -> dict[str, Any]:
        """The spec of a recipe. Raises RecipeError."""
        told = {"branches": branches, **self.told}
        if self.kind == REFERENCE:
            return {"name": LIKE, "images": [small(self.picture, REFERENCE)], **told}
        shown = seen(self.kind, self.picture, self.drawn)[2]
        return {"name": way, "kind": self.kind, "images": [shown], "drawn": True, **told}


def layers_of(raw: Any, reference: Any) -> list[Layer]:
    """The layers that a page sends, and the reference, if there is one, at the end.

    Raises:
        RecipeError: naming the layer.
    """
    if not isinstance(raw, Sequence) or isinstance(raw, str) or len(raw) > MAX_LAYERS:
        raise RecipeError("layers", short(raw), "list_such", most=MAX_LAYERS, example='[{"kind": "mask"}]')
    found = [_layer(each, f"layers[{i}]") for i, each in enumerate(raw)]
    if twice := next((one.kind for i, one in enumerate(found) if one.kind in {o.kind for o in found[:i]}), None):
        raise RecipeError("layers", twice, "once")
    if reference not in (None, "", {}):
        found.append(_layer({**_mapping(reference, REFERENCE), "kind": REFERENCE}, REFERENCE))
    return [each for each in found if each.picture]


def look(raw: Any) -> list[dict[str, Any]]:
    """What is seen of each layer: {"kind", "map", "empty", "note"}; see `Handlers.look`."""
    return [_looked(each, f"layers[{i}]") for i, each in enumerate(raw[:MAX_LAYERS] if isinstance(raw, list) else ())]


def _looked(raw: Any, field: str) -> dict[str, Any]:
    kind = raw.get("kind") if isinstance(raw, Mapping) else None
    nothing = {"kind": str(kind)[:20], "map": "", "empty": True, "note": None}
    try:
        layer = _layer(raw, field)
        if not layer.picture:
            return nothing
        _, empty, shown = seen(layer.kind, layer.picture, layer.drawn)
    except (RecipeError, ValueError) as error:
        pair = problem_pair(error) if isinstance(error, RecipeError) else (reason_of(error),) * 2
        return nothing | {"note": dict(zip(("en", "zh"), pair, strict=True))}
    note = dict(zip(("en", "zh"), WORDS["layer_empty"], strict=True)) if empty else None
    return {"kind": layer.kind, "map": shown, "empty": empty, "note": note}


@lru_cache(maxsize=32)
def seen(kind: str, picture: str, drawn: bool) -> tuple[np.ndarray, bool, str]:
    """The map of a layer (64, 64, c) uint8, whether it is empty, and how it looks, as the text of a PNG."""
    import numpy as np

    from pipelines.conditions import extract

    array = square(picture, kind)
    found = (extract.drawn if drawn else extract.extract)(kind, array, MAP, WHITE)
    found.flags.writeable = False
    return found, extract.is_empty(kind, found), text_of(np.asarray(extract.shown(kind, found)))


def _layer(raw: Any, field: str) -> Layer:
    raw = _mapping(raw, field)
    kind, picture = raw.get("kind"), raw.get("picture") or ""
    if kind not in (*KINDS, REFERENCE) or kind == REFERENCE != field:
        raise RecipeError(f"{field}.kind", short(kind), "one_of", names=list(KINDS))
    if not isinstance(picture, str) or len(picture) > MAX_TEXT:  # larger files are opened first, by `Handlers.opened`
        raise RecipeError(f"{field}.picture", short(picture), "prefix_characters", most=MAX_TEXT, prefix=PREFIX)
    told = {name: raw[name] for name in ("strength", "start", "end") if name in raw}
    return Layer(kind, picture, raw.get("drawn") is not False, told)


def _mapping(raw: Any, field: str) -> Mapping:
    if not isinstance(raw, Mapping):
        raise RecipeError(field, short(raw), "dictionary", example='{"kind": "mask"}')
    return raw
