"""A run opened up: for every step its noise level, numbers and pictures, of one recipe. Arrays of numpy; no torch."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ...engine.seen import NUMBERS, Moment
from ...recipe import Recipe, RecipeError
from ...recipe.beforehand import beforehand
from ...recipe.notes import Note
from ...recipe.prompts import read

MAX_FRAMES = 100  # of a film; the numbers are of every step
MAX_PIXELS = 100 * 128**2  # of all frames together: larger pictures make a shorter film, of LEAST_FRAMES at least
LEAST_FRAMES = 8


@dataclass(frozen=True)
class Frame:
    """One picture of the film: x and x0 (H, W, 3) uint8; heat (H, W) uint8, of which 255 is `peak`, in units of x̂0."""

    moment: int
    x: np.ndarray
    x0: np.ndarray
    heat: np.ndarray
    peak: float


@dataclass(frozen=True)
class Trace:
    """What is known of a run. seed: the one of `recipe.seeds` that the film shows; the numbers are of all of them.

    levels: (a, b) of each moment. numbers: name -> (moments, B). done: whether the run came to its end.
    """

    recipe: Recipe
    seed: int
    levels: tuple[tuple[float, float], ...] = ()
    numbers: dict[str, np.ndarray] = field(default_factory=dict)
    frames: tuple[Frame, ...] = ()
    looks: int = 0
    calls: int = 0
    extra: int = 0
    seconds: float = 0.0
    done: bool = False
    notes: tuple[Note, ...] = ()
    latent: bool = False

    @property
    def row(self) -> int:
        """Which row of the numbers is of the seed that is shown."""
        return self.recipe.seeds.index(self.seed)

    @property
    def steps(self) -> int:
        """Steps that were taken."""
        return min(len(self.levels), self.recipe.steps)

    @property
    def thinned(self) -> bool:
        """Whether the film leaves out steps."""
        return len(self.frames) < len(self.levels)


def kept(total: int, pixels: int = 1) -> set[int]:
    """Which of the moments 0 to `total` become frames, of so many pixels each: all, or as many as the film may hold,
    evenly, both ends among them.
    """
    most = max(LEAST_FRAMES, min(MAX_FRAMES, MAX_PIXELS // pixels))
    return set(np.linspace(0, total, min(total + 1, most)).round().astype(int).tolist())


def frame_of(moment: Moment, row: int) -> Frame:
    """The frame of one of the pictures."""
    heat = np.nan_to_num(moment.heat[row])
    peak = float(heat.max())
    shown = (255 * heat / peak).round() if peak > 0 else np.zeros_like(heat)
    return Frame(moment.index, moment.x[row], moment.x0[row], shown.astype(np.uint8), peak)


def seed_of(recipe: Recipe, seed: Any) -> int:
    """The seed to show: one of the recipe's, its first for None.

    Raises:
        RecipeError: any other.
    """
    if seed is None or seed == "":
        return recipe.seeds[0]
    try:
        found = int(seed) if not isinstance(seed, bool) and float(seed).is_integer() else None
    except (TypeError, ValueError, OverflowError):
        found = None
    if found not in recipe.seeds:
        raise RecipeError("seed", str(seed)[:40], "recipe_seeds", seeds=", ".join(map(str, recipe.seeds)))
    return found


def tracing(world: Any, recipe: Recipe, seed: int) -> Callable[[Any], Iterator[tuple[tuple[Trace, Moment], bool]]]:
    """A job for `Engine.stream`: the trace as far as it is, at every moment, with that moment; the last one is kept.

    The upsampler, which comes after the run, is left out. A set `stop` ends the run within a step; what was traced
    until then is the last trace.
    """
    recipe = recipe.but(upsample=False)

    def job(stop):
        reading, began = read(recipe), time.perf_counter()
        film, trace = set(), Trace(recipe, seed, notes=beforehand(recipe, reading))
        rows: list[Moment] = []
        frames: list[Frame] = []
        with closing(world.watch(recipe, reading)) as moments:
            for moment in moments:
                film = film or kept(moment.total, moment.heat[0].size)
                if moment.index in film:
                    frames.append(frame_of(moment, trace.row))
                rows.append(replace(moment, x=None, x0=None, heat=None))
                last = moment.index == moment.total
                trace = replace(
                    trace,
                    looks=max(trace.looks, moment.looks),
                    calls=moment.calls,
                    extra=moment.extra,
                    latent=moment.latent,
                )
                if last or stop.is_set():
                    break
                yield (trace, moment), False
        yield (_ended(trace, rows, frames, time.perf_counter() - began), moment), True

    return job


def _ended(trace: Trace, rows: list[Moment], frames: list[Frame], seconds: float) -> Trace:
    missing = np.full(len(trace.recipe.seeds), np.nan)
    numbers = {name: np.stack([row.numbers.get(name, missing) for row in rows]) for name in NUMBERS}
    return replace(
        trace,
        levels=tuple((row.a, row.b) for row in rows),
        numbers=numbers,
        frames=tuple(frames),
        seconds=seconds,
        done=rows[-1].index == rows[-1].total,
    )
