"""A sweep whose cells are measured as soon as they are whole; measures are kept beside the pictures."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..clips import stamp
from ..engine import Engine
from ..metrics import DRAWS, Figure, measure
from ..precision import precision
from ..prompts import read
from ..revision import revision
from .grid import Cell, Sweep
from .keep import Keep
from .run import Progress, job, load

if TYPE_CHECKING:
    from PIL.Image import Image

VERSION = 2  # of the measures: another one when they change
Figures = dict[str, Figure]


def measured(
    engine: Engine,
    sweep: Sweep,
    keep: Keep | None = None,
    cancel: threading.Event | None = None,
    clip: str = "",
) -> Iterator[tuple[Progress, dict[int, Figures]]]:
    """As `run`, and for each cell that became whole its figures. clip: the name of a real CLIP that judges in place of
    the world's; it is loaded before anything is drawn, and its errors reach the reader."""
    load(engine, sweep)

    def measuring(stop):
        if clip:
            engine.world(sweep.work[0].world).judging.real_clip(clip)
        for word, must in job(engine, sweep, keep, stop):
            found = {i: figures(engine, sweep.cells[i], images, keep, clip) for i, images in word.cells.items()}
            yield (word, found), must

    return engine.stream(measuring, cancel)


def figures(
    engine: Engine, cell: Cell, images: Sequence[Image], keep: Keep | None = None, clip: str = ""
) -> Figures:
    """The measures of a cell's pictures, taken from what is kept where they were made before. In the engine's
    thread."""
    first = cell.recipes[0]
    told = [[recipe.hash, recipe.category] for recipe in cell.recipes] + ([stamp(clip)] if clip else [])
    world = [revision(first.world, judges=True), precision()]
    name = hashlib.sha256(json.dumps([told, world, VERSION, DRAWS]).encode()).hexdigest()[:24]
    if keep and (known := keep.numbers(name)) is not None:
        return {key: Figure(*values) for key, values in known.items()}
    judging = engine.world(first.world).judging
    seen = judging.look(images, cell.groups, list(map(read, cell.recipes)), clip)
    found = measure(seen, judging.data) if seen is not None else {}
    if keep:
        keep.put_numbers(name, found)
    return found
