"""Find the intermediate times and scales of `AMED` for a world: `python -m pipelines.training.amed emoji`.

For each number of steps, interval by interval from the noise: the r whose step, with the c that fits it best, ends
nearest to where a many-step teacher is at that time (Zhou et al. 2024, algorithm 1, without the network: a pair for
each interval and world). For one r the best c is linear least squares, so r is looked for by a line search and nothing is
differentiated. The result, `amed.json`, also says how far from the teacher other pictures end, by AMED, by DPM-Solver-2
(r = ½, c = 1) and by DDIM for the same calls of the network. All of it takes `--minutes`, by the number of pictures.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor

from ..guidance import ClassifierFree
from ..process.noise import Draw
from ..process.times import CLEAN, Time, Times
from ..runs.denoiser import Denoiser
from ..runs.guided import GuidedPipeline
from ..samplers import AMED, DDIM, Heun, Sampler, amed
from ..samplers.base import no_pull, score_route
from ..samplers.ode import CHARTS
from ..worlds import FOLDER, load_world
from ..worlds.reference import load_reference

COUNTS = (4, 6, 8)
TEACHER_STEPS = 48  # a multiple of each of COUNTS, so that the teacher passes all their times
R_GRID, R_HALVINGS, R_RANGE = (0.15, 0.35, 0.5, 0.65, 0.85), 3, (0.01, 0.99)
C_RANGE = (0.5, 1.5)  # that of the option


def path(sampler: Sampler, denoise: Callable, x: Tensor, times: Times, clip: float | None) -> dict[Time, Tensor]:
    """Where a sampler without noise is at each time. x: (B, C, H, W) at the first."""
    points = {times[0]: x}
    for (_, x, _), s in zip(sampler.run(denoise, no_pull, x, times, None, clip), times[1:], strict=True):
        points[s] = x
    return points


def fit(
    denoise: Callable, x: Tensor, truth: dict[Time, Tensor], times: Times, clip: float | None
) -> dict[str, list[float]]:
    """{"r": [...], "c": [...]} for these times, along the path that they themselves give.

    x: (B, C, H, W) at the first time; truth: the teacher's points at the others.
    """
    found = {"r": [], "c": []}
    for t, s in pairwise(times):
        step = _Interval(denoise, x, t, s, truth[s], times, clip)
        r = min(R_GRID, key=step.error)
        width = 0.1
        for _ in range(R_HALVINGS):
            r = min((held(r - width), r, held(r + width)), key=step.error)
            width /= 2
        x = step.end(r)
        found["r"].append(r)
        found["c"].append(round(step.tried[r][1], 4))
    return found


def held(r: float) -> float:
    return round(min(max(r, R_RANGE[0]), R_RANGE[1]), 4)


class _Interval:
    """One interval: for each r that is tried, the best c and where its step ends."""

    def __init__(self, denoise, x: Tensor, t: Time, s: Time, truth: Tensor, times: Times, clip: float | None):
        self.denoise, self.x, self.t, self.s, self.truth, self.times, self.clip = denoise, x, t, s, truth, times, clip
        self.first = score_route(denoise, no_pull, x, t, clip)
        self.tried: dict[float, tuple[float, float]] = {}

    def error(self, r: float) -> float:
        if r not in self.tried:
            slope = self._slope(r)
            still, unit = (CHARTS["noise"].moved(self.x, scale * slope, self.t, self.s) for scale in (0, 1))
            along = unit - still
            c = float((along * (self.truth - still)).sum() / along.square().sum())
            c = min(max(c, C_RANGE[0]), C_RANGE[1])
            self.tried[r] = (float((self._held(still + c * along) - self.truth).square().mean()), c)
        return self.tried[r][0]

    def end(self, r: float) -> Tensor:
        return self._held(CHARTS["noise"].moved(self.x, self.tried[r][1] * self._slope(r), self.t, self.s))

    def _slope(self, r: float) -> Tensor:
        middle = amed.between(self.times.schedule, self.t, self.s, r)
        return amed.ahead(self.denoise, no_pull, self.x, self.first, self.t, middle, self.clip).eps

    def _held(self, x: Tensor) -> Tensor:
        return x.clamp(-self.clip, self.clip) if self.s == CLEAN and self.clip is not None else x


def guided(pipe: GuidedPipeline, prompts: list[str], w: float) -> Callable:
    """The world's denoiser for these prompts, under classifier-free guidance. (x, t) -> Prediction"""
    branches = {"conditional": pipe.encode(prompts), "null": pipe.encode([""] * len(prompts))}
    denoiser, rule = Denoiser(pipe.network, branches, pipe.config.target), ClassifierFree(w).begin()
    return lambda x, t: rule(denoiser, x, t)


@torch.no_grad()
def train(
    pipe: GuidedPipeline,
    names: list[str],
    w: float = 2.0,
    pictures: int = 16,
    counts=COUNTS,
    teacher_steps: int = TEACHER_STEPS,
) -> tuple[dict, dict]:
    """(number of steps -> {"r", "c"}, distances to the teacher of pictures that were not fitted to).

    names: prompts; the first `pictures` are fitted to, the next as many are the check.
    Distances are root mean squares over pixels in [−1, 1], or over latents, whose mean square is about 1.
    """
    clip, learned, check = pipe.config.clip_sample_range, {}, {}
    for part in ("fit", "check"):
        start = 0 if part == "fit" else pictures
        prompts = [names[k % len(names)] for k in range(start, start + pictures)]
        denoise = guided(pipe, prompts, w)
        x = Draw.from_seeds(range(start, start + pictures), purpose="training")((pictures, *pipe.sample_shape))
        truth = path(Heun("angle"), denoise, x, pipe.schedule.times(teacher_steps), clip)
        for n in counts:
            times = pipe.schedule.times(n)
            if part == "fit":
                learned[n] = fit(denoise, x, truth, times, clip)
                print(n, learned[n], flush=True)
                continue
            others = {
                "amed": (AMED(learned=learned), times),
                "dpm-solver-2": (AMED("fixed"), times),
                "ddim": (DDIM(), pipe.schedule.times(2 * n)),
            }
            ends = {name: path(sampler, denoise, x, points, clip)[CLEAN] for name, (sampler, points) in others.items()}
            check[n] = {
                name: round((end - truth[CLEAN]).square().mean().sqrt().item(), 4) for name, end in ends.items()
            }
            print(n, check[n], flush=True)
    return learned, check


def affordable(pipe: GuidedPipeline, names: list[str], w: float, minutes: float) -> int:
    """Pictures for which `train` takes about so many minutes, 4 to 32: from the time of one call."""
    tries = len(R_GRID) + 2 * R_HALVINGS + 2
    calls = 4 * TEACHER_STEPS + sum(COUNTS) * (tries + 6)
    denoise, x, t = guided(pipe, names[:4], w), torch.randn(4, *pipe.sample_shape), pipe.schedule.at(500)
    with torch.no_grad():
        denoise(x, t)
        start = time.perf_counter()
        denoise(x, t)
    return int(min(max(4 * minutes * 60 / (calls * (time.perf_counter() - start)), 4), 32))


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Find AMED's intermediate times and scales for a world.")
    parser.add_argument("world", nargs="?", default="emoji", help="a name in assets/worlds")
    parser.add_argument("--w", type=float, default=2.0, help="classifier-free strength at which it is fitted (2)")
    parser.add_argument("--minutes", type=float, default=3.0, help="about how long it may take (3)")
    parser.add_argument("--threads", type=int, default=0, help="of torch; 0 leaves its own choice")
    options = parser.parse_args(arguments)
    if options.threads:
        torch.set_num_threads(options.threads)
    pipe, names = load_world(options.world), sorted(set(load_reference(options.world).names))
    random.Random(0).shuffle(names)
    start, pictures = time.perf_counter(), affordable(pipe, names, options.w, options.minutes)
    print(f"{pictures} pictures", flush=True)
    learned, check = train(pipe, names, options.w, pictures)
    facts = dict(w=options.w, pictures=pictures, teacher=f"{TEACHER_STEPS} steps of Heun", distance_to_teacher=check)
    amed.write(FOLDER / options.world, learned, **facts)
    print(f"{time.perf_counter() - start:.0f} s -> {FOLDER / options.world / amed.FILE}")


if __name__ == "__main__":
    main()
