"""A sweep is run: what is kept is taken, the rest is drawn in batches, and every finished cell is told at once."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..engine import Engine
from ..prompts import read
from ..recipe import Recipe
from .grid import Sweep, batches
from .keep import Keep

if TYPE_CHECKING:
    import threading

    from PIL.Image import Image

TOLD_EVERY = 0.4  # seconds between two words about progress


@dataclass(frozen=True)
class Progress:
    """Where a sweep is.

    done, total: different pictures; kept: those of them that were there before. share: of the work, from 0 to 1.
    eta_seconds: estimate of what is left, None before anything is known.
    cells: number of a cell -> its pictures, those that became whole since the last word.
    problem: why pictures could not be kept, or what was damaged; "" when all is well.
    """

    done: int
    total: int
    kept: int
    share: float = 0.0
    seconds: float = 0.0
    eta_seconds: float | None = None
    cells: Mapping[int, tuple[Image, ...]] = None
    finished: bool = False
    cancelled: bool = False
    problem: str = ""


def run(
    engine: Engine, sweep: Sweep, keep: Keep | None = None, cancel: threading.Event | None = None
) -> Iterator[Progress]:
    """Words about a sweep as it goes on; the last one is `finished`. Closing the iterator cancels it.

    keep: None keeps nothing. A cancelled or killed sweep goes on where it stopped when it is run again: only the batch
    that was being drawn is lost. Errors of drawing reach the reader; what was drawn before is kept.
    """
    load(engine, sweep)
    return engine.stream(lambda stop: job(engine, sweep, keep, stop), cancel)


def load(engine: Engine, sweep: Sweep) -> None:
    """Wait for the worlds of a sweep: loading happens in the thread that is about to be busy. Raises what it raises."""
    for name in {recipe.world for recipe in sweep.work}:
        engine.world(name)


def job(engine: Engine, sweep: Sweep, keep: Keep | None, stop) -> Iterator[tuple[Progress, bool]]:
    """`run` as a job of the engine's thread; the worlds are loaded."""
    began = time.perf_counter()
    waiting = _Waiting(sweep)
    problem = ""
    for picture in sweep.work:
        found = keep.get(picture) if keep else None
        if found is not None:
            waiting.put(picture, found)
        if keep and keep.problem:
            problem, keep.problem = keep.problem, ""
    missing = waiting.missing
    word = Progress(len(sweep.work) - len(missing), len(sweep.work), len(sweep.work) - len(missing), problem=problem)
    total, spent = sum(picture.cost for picture in missing), 0
    word = replace(word, share=0.0 if total else 1.0, cells=waiting.whole())
    yield word, True
    for batch in batches(missing):
        if stop.is_set():
            break
        cost = sum(recipe.cost for recipe in batch)
        said = time.perf_counter()
        drawn = None
        with closing(_draw(engine.world(batch[0].world), batch, stop)) as steps:
            for share, drawn in steps:
                now = time.perf_counter()
                if drawn is None and now - said > TOLD_EVERY:
                    said, done = now, (spent + share * cost) / total
                    word = replace(
                        word,
                        share=done,
                        seconds=now - began,
                        cells={},
                        eta_seconds=(now - began) / done * (1 - done) if done else None,
                    )
                    yield word, False
        if drawn is None:
            break
        spent += cost
        for picture, image in drawn.items():
            if keep and not keep.put(picture, image):
                problem, keep.problem = keep.problem, ""
            waiting.put(picture, image)
        now, done = time.perf_counter(), spent / total
        word = replace(
            word,
            done=word.done + len(drawn),
            share=done,
            seconds=now - began,
            problem=problem,
            eta_seconds=(now - began) / done * (1 - done),
            cells=waiting.whole(),
        )
        yield word, True
    seconds = time.perf_counter() - began
    yield (
        replace(word, seconds=seconds, eta_seconds=0.0, cells={}, finished=True, cancelled=bool(waiting.missing)),
        True,
    )


def _draw(world, batch: list[Recipe], stop) -> Iterator[tuple[float, dict[Recipe, Image] | None]]:
    """The share that is done, and at the end the pictures by their recipes of one seed; ends early when stopped."""
    readings = [read(recipe) for recipe in batch]
    with closing(world.together(batch, readings)) as steps:
        for done in steps:
            yield (done[0].index + 1) / (done[0].total + 1), None
            if stop.is_set():
                return
    found = {}
    for recipe, reading, step in zip(batch, readings, done, strict=True):
        if recipe.upsample:
            for step in world.upsample(step, recipe, reading):  # noqa: B007 (the last one is used)
                if stop.is_set():
                    return
        for seed, image in zip(recipe.seeds, world.final(step), strict=True):
            found[recipe.but(seeds=(seed,))] = image
    yield 1.0, found


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
