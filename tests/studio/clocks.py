"""A machine whose time stands still but for the work that is done, in the reader's thread: what it tells of its progress
can be held to what it really took.

engine = TimedEngine(load=4, judges=2, slower=3); desk = ...; times = told(engine, desk.run("me"))
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from studio.engine import Engine
from studio.engine.engine import _Either
from studio.engine.progress import FIRST
from tests.studio.fakes import FakeJudging, FakeWorld


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


class TimedWorld(FakeWorld):
    """Takes so many seconds for an evaluation, a picture enlarged a step, the first scores, the scores of a picture and
    the figures of a picture; every moment that is watched as long as `watching` evaluations."""

    def __init__(self, sleep, evaluation, larger, judges, judge, measures, measure, watching=2):
        super().__init__(0)
        self.sleep, self.evaluation, self.larger, self.judge_time, self.watching = (
            sleep,
            evaluation,
            larger,
            judge,
            watching,
        )
        self.first, self.measure_time, self.first_measure, self.slow = judges, measure, measures, 1

    def steps(self, recipe, reading):
        for step in super().steps(recipe, reading):
            self.sleep(self.slow * self.evaluation * recipe.calls_per_step * len(recipe.seeds))
            yield step

    def watch(self, recipe, reading):
        self.slow = self.watching
        try:
            yield from super().watch(recipe, reading)
        finally:
            self.slow = 1

    def upsample(self, step, recipe, reading):
        for large in super().upsample(step, recipe, reading):
            self.sleep(self.larger * len(recipe.seeds))
            yield large

    def score(self, step, reading):
        self.sleep(self.first + self.judge_time * len(step.x))
        self.first = 0
        return super().score(step, reading)

    @property
    def judging(self):
        world = self

        class Judging(FakeJudging):
            def look(self, pictures, *arguments):
                world.sleep(world.first_measure + world.measure_time * (8 + len(pictures)))
                world.first_measure = 0
                return super().look(pictures, *arguments)

            def embed(self, pictures):
                world.sleep(world.judge_time * len(pictures))
                return super().embed(pictures)

        return Judging()


class TimedEngine(Engine):
    """slower: than what is believed of a machine that nothing is known of; unevenly where it is a list of the times of
    loading, evaluations, enlarging, the first scores, scores, the first figures and figures."""

    def __init__(self, slower=1.0):
        self.time = Clock()
        times = [FIRST[kind] for kind in ("load", "draw", "enlarge", "judges", "judge", "measures", "measure")]
        factors = slower if isinstance(slower, (list, tuple)) else [slower] * len(times)
        load, *others = (factor * each for factor, each in zip(factors, times, strict=True))

        self.loading = load

        def open_world(name):
            self.time.sleep(load)
            return TimedWorld(self.time.sleep, *others)

        super().__init__(open_world, clock=self.time)

    def stream(self, job, cancel=None, silent=None):
        for item, _ in job(_Either(*([cancel] if cancel else []))):
            yield item


class Word(NamedTuple):
    """What stood on the page at a time. bar: None without one; left: seconds, None where none were told."""

    at: float
    bar: float | None
    left: float | None
    text: str


def told(engine: TimedEngine, screens: Iterable) -> list[Word]:
    """What the page said, from the beginning of the work on. screens: with a `status`."""
    began, found = engine.time.now, []
    for screen in screens:
        bar = re.search(r'<div class="track"><i style="width:([\d.]+)%', screen.status)
        left = re.search(r"(\d+) s left", screen.status)
        number = None if bar is None else float(bar[1]) / 100
        found.append(
            Word(engine.time.now - began, number, left and float(left[1]), re.sub("<[^>]*>", " ", screen.status))
        )
    return found
