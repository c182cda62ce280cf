"""A world opened for the engine: pipeline and judge, counted and scored. The torch side of the studio."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch

from pipelines import load_judge, load_world
from pipelines.evaluation import measures
from pipelines.evaluation.intervals import Figure
from pipelines.runs.batched import MAX_ROWS, together
from pipelines.runs.cascade import upsample
from pipelines.worlds import WorldError, judge_side

from ..recipe import UPSAMPLER_STEPS, Recipe
from ..recipe.notes import Note
from ..recipe.plan import plan
from ..recipe.precision import precision
from ..recipe.prompts import Reading
from .judging import Judging
from .observation import counting, watched
from .seen import Moment, Scores


class World:
    """A pipeline and its judge. `judge` may be missing: `no_judge` then says why, and only the scores are.

    side: of the pictures that the judges know, in pixels; None for that of the pipeline's.
    """

    def __init__(self, pipe, judge=None, no_judge: str = "", side: int | None = None, name: str = ""):
        self.pipe, self.judge, self.no_judge = pipe, judge, no_judge
        self.judging = Judging(pipe, judge, name, side)
        self._drawn: tuple = (None, None)  # an x and its pictures: what is shown is judged next

    @classmethod
    def open(cls, name: str) -> World:
        """Load a world by name.

        Raises:
            WorldError: a missing or damaged file of the pipeline, and how to restore it.
        """
        torch.set_num_threads(min(torch.get_num_threads(), granted_cores()))
        pipe, judge, no_judge = load_world(name, precision()), None, ""
        try:
            judge = load_judge(name)
        except WorldError as error:
            no_judge = str(error)
        if torch.cuda.is_available():
            pipe.to("cuda")
            judge = judge and judge.to("cuda")
        return cls(pipe, judge, no_judge, judge_side(name), name)

    def steps(self, recipe: Recipe, reading: Reading) -> Iterator:
        """The steps of the pipeline."""
        return self.pipe.steps(**plan(recipe, reading))

    def watch(self, recipe: Recipe, reading: Reading) -> Iterator[Moment]:
        """The same run with what happens inside of it."""
        return watched(self.pipe, self.judging, recipe, reading)

    def together(self, recipes: Sequence[Recipe], readings: Sequence[Reading]) -> Iterator[list]:
        """The steps of several recipes of one sampler, which share their network calls: a list of one a recipe."""
        rows = 8 * MAX_ROWS if torch.cuda.is_available() else MAX_ROWS
        return together(self.pipe, list(map(plan, recipes, readings)), rows)

    def preview(self, step) -> list:
        """PIL pictures of x̂0."""
        return self.pipe.preview(step)

    def final(self, step) -> list:
        """PIL pictures of x."""
        return self.pipe.to_pil(self._pictures(step.x))

    def _pictures(self, x):
        if self._drawn[0] is not x:
            self._drawn = (x, self.pipe.pictures(x))
        return self._drawn[1]

    def upsample(self, step, recipe: Recipe, reading: Reading) -> Iterator:
        """Steps of the upsampler on the finished pictures of the last step; the last one's x is twice as large."""
        return upsample(self.pipe, step.x, reading.text, seeds=recipe.seeds, num_inference_steps=UPSAMPLER_STEPS)

    def counting(self):
        """A counter whose `calls` grows by the batch at each call of a drawing network while the context is open."""
        return counting(self.pipe)

    @torch.no_grad()
    def score(self, step, reading: Reading) -> tuple[Scores, tuple[Note, ...]]:
        """Measures of the final pictures, of step.x: (B, C, H, W), and why some are missing."""
        x = self.judging.sized(self._pictures(step.x).clamp(-1, 1))
        similarity, clip_by = None, ""
        if reading.text and (clip := self.judging.clip) is not None:
            cosines = measures.cosines(_array(clip.encode_image(x)), _array(clip.encode_text([reading.text])))
            similarity = float(measures.clip_scores(cosines).mean())
            clip_by = "guide" if clip is self.pipe.clip else "judge"
        if self.judge is None:
            return Scores(len(x), clip_score=similarity, clip_by=clip_by), (
                Note("no_judge", {"reason": self.no_judge}),
            )
        label, share = reading.label, None
        if label is not None:
            head, index = self.judge.find(label)
            share = Figure.share(_array(self.judge(x)[head].argmax(-1)) == index)
        spread = measures.mean_distance(_array(self.judge.features(x))) if len(x) > 1 else None
        value, interval = (share.value, (share.low, share.high)) if share else (None, None)
        return Scores(len(x), value, interval, similarity, spread, label=label, clip_by=clip_by), ()


def granted_cores() -> int:
    """Cores this process may use: its affinity, and what a container grants it.

    Torch sees the whole machine's.
    """
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return min(count, max(1, math.ceil(int(quota) / int(period))))
    except (OSError, ValueError):  # no such file, or "max"
        return count


def _array(tensor):
    return tensor.float().cpu().numpy()
