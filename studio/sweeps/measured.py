"""A sweep whose cells are measured as soon as they are whole; measures are kept beside the pictures."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.evaluation.intervals import Figure
from pipelines.evaluation.sets import DRAWS, measure

from ..engine import SILENT, Engine
from ..engine.clips import stamp
from ..engine.progress import Course
from ..recipe.precision import precision
from ..recipe.prompts import read
from ..recipe.revision import revision
from .grid import Cell, Sweep
from .picture_cache import PictureCache
from .run import Progress, job

if TYPE_CHECKING:
    from PIL.Image import Image

VERSION = 2  # of the measures: another one when they change
ALONE = 8  # pictures whose time a point takes beside that of its own
Figures = dict[str, Figure]
Told = tuple[Progress, dict[int, Figures]]


def measured(
    engine: Engine,
    sweep: Sweep,
    keep: PictureCache | None = None,
    cancel: threading.Event | None = None,
    clip: str = "",
) -> Iterator[Told]:
    """As `run`, and for each cell that became whole its figures. clip: the name of a real CLIP that judges in place of
    the world's; it is loaded before anything is drawn, and its errors reach the reader."""
    course = engine.course()
    with closing(engine.stream(lambda stop: _job(engine, sweep, keep, clip, stop, course), cancel, SILENT)) as words:
        last = None
        for told in words:
            last = told or last and (last[0].at(course), {})
            if last is not None:
                yield last


def _job(
    engine: Engine, sweep: Sweep, keep: PictureCache | None, clip: str, stop, course: Course
) -> Iterator[tuple[Told, bool]]:
    """Of the engine's thread: the words of `run`, each point's once it is measured."""
    known = {i: found for i, cell in enumerate(sweep.cells) if (found := _kept(cell, keep, clip)) is not None}
    kinds = _expect(engine, sweep, known, clip, course)
    points, done, unloaded = len(sweep.cells), 0, bool(clip) and len(known) < len(sweep.cells)
    with closing(job(engine, sweep, keep, stop, course)) as words:
        for word, must in words:
            word = replace(word, measured=done, points=points)
            if unloaded:
                yield (replace(word.at(course), stage="loading"), {}), True
                _load_clip(engine, sweep, clip, course)
                unloaded = False
            if not word.cells:
                cut = word.finished and done < points
                yield (replace(word, cancelled=True, share=course.share) if cut else word, {}), must
            for i, images in word.cells.items():
                if stop.is_set():
                    break
                if i not in known:
                    name = sweep.cells[i].recipes[0].world
                    if not engine.ready(name):  # all its pictures were kept
                        course.expect(f"load {name}")
                        yield (replace(word.at(course), stage="loading"), {}), True
                        engine.world(name)
                        course.reach(f"load {name}")
                    yield (replace(word.at(course), stage="measuring"), {}), False
                    known[i] = figures(engine, sweep.cells[i], images, keep, clip)
                    course.reach(kinds[i], course.done(kinds[i]) + _amount(kinds[i], sweep.cells[i]))
                done += 1
                word = replace(word.at(course), stage="measuring", measured=done)
                yield (replace(word, cells={i: images}), {i: known[i]}), True


def _load_clip(engine: Engine, sweep: Sweep, clip: str, course: Course) -> None:
    name = sweep.work[0].world
    world = engine.world(name)
    course.reach(f"load {name}")
    world.judging.real_clip(clip)
    course.reach(f"clip {clip}")


def _expect(engine: Engine, sweep: Sweep, known: dict, clip: str, course: Course) -> dict[int, str]:
    """Tell a course what measuring takes, but for what is known already. The kind of work that each cell is."""
    kinds = {}
    if clip and len(known) < len(sweep.cells):
        course.expect(f"clip {clip}", f"clip {clip}" not in engine.paces)
    for i, cell in enumerate(sweep.cells):
        name = cell.recipes[0].world
        fresh = f"measures {name}" not in engine.paces and f"measures {name}" not in kinds.values()
        kinds[i] = f"measures {name}" if fresh and i not in known else f"measure {name}"
        if i not in known:
            course.expect(kinds[i], _amount(kinds[i], cell))
    return kinds


def _amount(kind: str, cell: Cell) -> float:
    """The first point of a world is one, for most of it is loading; the others by their pictures."""
    return 1 if kind.startswith("measures ") else cell.n + ALONE


def figures(
    engine: Engine, cell: Cell, images: Sequence[Image], keep: PictureCache | None = None, clip: str = ""
) -> Figures:
    """The measures of a cell's pictures, taken from what is kept where they were made before. In the engine's
    thread."""
    if (known := _kept(cell, keep, clip)) is not None:
        return known
    judging = engine.world(cell.recipes[0].world).judging
    seen = judging.look(images, cell.groups, list(map(read, cell.recipes)), clip)
    found = measure(seen, judging.data) if seen is not None else {}
    if keep:
        keep.put_numbers(_name(cell, clip), found)
    return found


def _kept(cell: Cell, keep: PictureCache | None, clip: str) -> Figures | None:
    """What was measured before."""
    known = keep.numbers(_name(cell, clip)) if keep else None
    return None if known is None else {key: Figure(*values) for key, values in known.items()}


def _name(cell: Cell, clip: str) -> str:
    """Under which the figures of a cell are kept."""
    told = [[recipe.hash, recipe.category] for recipe in cell.recipes] + ([stamp(clip)] if clip else [])
    world = [revision(cell.recipes[0].world, judges=True), precision()]
    return hashlib.sha256(json.dumps([told, world, VERSION, DRAWS]).encode()).hexdigest()[:24]
