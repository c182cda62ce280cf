"""A sweep is run: what is kept is taken, the rest is drawn in batches, and every finished cell is told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..engine import SILENT, Engine
from ..engine.progress import Course
from ..recipe import UPSAMPLER_STEPS, Recipe
from ..recipe.prompts import read
from .grid import Sweep, batches
from .picture_cache import PictureCache

if TYPE_CHECKING:
    import threading

    from PIL.Image import Image

TOLD_EVERY = 0.4  # seconds between two words about progress


@dataclass(frozen=True)
class Progress:
    """Where a sweep is.

    done, total: different pictures; kept: those of them that were there before. stage: "loading", "drawing" or
    "measuring". measured, points: cells that have their figures, of those that get some.
    share: of the time that all of it takes, loading and measuring included, from 0 to 1. eta_seconds: estimate of what
    of it is left, None before anything is known. seconds: since it began.
    cells: number of a cell -> its pictures, those that became whole since the last word.
    problem: why pictures could not be kept, or what was damaged; "" when all is well.
    """

    done: int
    total: int
    kept: int
    stage: str = "drawing"
    measured: int = 0
    points: int = 0
    share: float = 0.0
    seconds: float = 0.0
    eta_seconds: float | None = None
    cells: Mapping[int, tuple[Image, ...]] = field(default_factory=dict)
    finished: bool = False
    cancelled: bool = False
    problem: str = ""

    def at(self, course: Course) -> Progress:
        """The same, without news, at another time."""
        return replace(self, cells={}, share=course.share, seconds=course.seconds, eta_seconds=course.left)


def run(
    engine: Engine, sweep: Sweep, keep: PictureCache | None = None, cancel: threading.Event | None = None
) -> Iterator[Progress]:
    """Words about a sweep as it goes on; the last one is `finished`. Closing the iterator cancels it.

    keep: None keeps nothing. A cancelled or killed sweep goes on where it stopped when it is run again: only the batch
    that was being drawn is lost. Errors of loading and drawing reach the reader; what was drawn before is kept.
    """
    course = engine.course()
    with closing(engine.stream(lambda stop: job(engine, sweep, keep, stop, course), cancel, SILENT)) as words:
        last = None
        for word in words:
            last = word or last and last.at(course)
            if last is not None:
                yield last


def job(
    engine: Engine, sweep: Sweep, keep: PictureCache | None, stop, course: Course
) -> Iterator[tuple[Progress, bool]]:
    """`run` as a job of the engine's thread. course: may expect more than this, which others do between its words."""
    course.begin()
    try:
        yield from _job(engine, sweep, keep, stop, course)
    finally:
        course.ends()


def _job(
    engine: Engine, sweep: Sweep, keep: PictureCache | None, stop, course: Course
) -> Iterator[tuple[Progress, bool]]:
    course.expect("find", len(sweep.work) if keep else 0)
    waiting = _Waiting(sweep)
    problem = ""
    for picture in sweep.work:
        found = keep.get(picture) if keep else None
        if found is not None:
            waiting.put(picture, found)
        if keep and keep.problem:
            problem, keep.problem = keep.problem, ""
    course.reach("find")
    missing = waiting.missing
    unloaded = [name for name in dict.fromkeys(recipe.world for recipe in missing) if not engine.ready(name)]
    for name in unloaded:
        course.expect(f"load {name}")
    for picture in missing:
        for kind, cost in _costs(picture):
            course.expect(kind, cost)
    there, total = len(sweep.work) - len(missing), len(sweep.work)
    word = Progress(there, total, there, problem=problem)
    for name in unloaded:
        yield replace(word, stage="loading").at(course), True
        engine.world(name)
        course.reach(f"load {name}")
    yield replace(word.at(course), cells=waiting.whole()), True
    for batch in batches(missing):
        if stop.is_set():
            break
        said = engine.clock()
        drawn = None
        with closing(_draw(engine.world(batch[0].world), batch, stop, course)) as steps:
            for drawn in steps:
                if drawn is None and engine.clock() - said > TOLD_EVERY:
                    said = engine.clock()
                    word = word.at(course)
                    yield word, False
        if drawn is None:
            break
        for picture, image in drawn.items():
            if keep and not keep.put(picture, image):
                problem, keep.problem = keep.problem, ""
            waiting.put(picture, image)
        course.reach(f"draw {batch[0].world}", course.done(f"draw {batch[0].world}"))
        word = replace(word.at(course), done=word.done + len(drawn), problem=problem, cells=waiting.whole())
        yield word, True
    cancelled = bool(waiting.missing)
    word = replace(word.at(course), eta_seconds=0.0, finished=True, cancelled=cancelled)
    yield word if cancelled else replace(word, share=1.0), True


def _costs(recipe: Recipe) -> tuple[tuple[str, float], ...]:
    """Kinds of work, and how much of each a recipe is."""
    larger = UPSAMPLER_STEPS * len(recipe.seeds) * recipe.upsample
    return (f"draw {recipe.world}", recipe.cost - larger), (f"enlarge {recipe.world}", larger)


def _draw(world, batch: list[Recipe], stop, course: Course) -> Iterator[dict[Recipe, Image] | None]:
    """None at every step, and at the end the pictures by their recipes of one seed; ends early when stopped."""
    readings, name = [read(recipe) for recipe in batch], batch[0].world
    costs = [dict(_costs(recipe)) for recipe in batch]
    before, cost = course.done(f"draw {name}"), sum(each[f"draw {name}"] for each in costs)
    with closing(world.together(batch, readings)) as steps:
        for done in steps:
            course.reach(f"draw {name}", before + cost * (done[0].index + 1) / done[0].total)
            yield None
            if stop.is_set():
                return
    found = {}
    for recipe, reading, step, own in zip(batch, readings, done, costs, strict=True):
        before = course.done(f"enlarge {name}")
        if recipe.upsample:
            for step in world.upsample(step, recipe, reading):
                course.reach(f"enlarge {name}", before + own[f"enlarge {name}"] * (step.index + 1) / step.total)
                yield None
                if stop.is_set():
                    return
        found |= zip(recipe.singles, world.final(step), strict=True)
    yield found


class _Waiting:
    """Which cells wait for which pictures."""

    def __init__(self, sweep: Sweep):
        self._order = sweep.work
        self._cells = sweep.drawn
        self._pictures: dict[Recipe, Image] = {}
        self._told: set[int] = set()

    @property
    def missing(self) -> list[Recipe]:
        return [picture for picture in self._order if picture not in self._pictures]

    def put(self, picture: Recipe, image: Image) -> None:
        self._pictures[picture] = image

    def whole(self) -> dict[int, tuple[Image, ...]]:
        """Cells that have all their pictures and were not told before."""
        fresh = {}
        for i, wanted in enumerate(self._cells):
            if i not in self._told and all(picture in self._pictures for picture in wanted):
                fresh[i] = tuple(self._pictures[picture] for picture in wanted)
                self._told.add(i)
        return fresh
