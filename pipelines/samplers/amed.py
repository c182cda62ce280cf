"""AMED: one intermediate time and one scale an interval, learned (Zhou, Chen, Wang & Chen 2024)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..declarations.declared import Run
from ..declarations.options import choice, number
from ..lazy import Tensor
from ..process.prediction import Prediction
from ..process.times import CLEAN, Time, Times
from .base import Sampler, score_route
from .ode import CHARTS

if TYPE_CHECKING:
    from ..process.schedule import NoiseSchedule

FILE = "amed.json"


@dataclass(frozen=True)
class AMED(Sampler):
    """y_s = y_t + c (ς_s − ς_t) ε̂(y_m, ς_m) with y = x/a, ς = b/a, y_m = y_t + (ς_m − ς_t) ε̂(y_t, ς_t) and
    ς_m = ς_s^r ς_t^(1−r): the mean value theorem's direction, looked for along the path (Zhou et al. 2024, eq. 9 to 11).

    r = ½ and c = 1 is DPM-Solver-2 (Lu et al. 2022a, algorithm 1), r → 0 and c = 1 is Euler, which is DDIM. In the paper a
    small network gives (r, c) for each picture; here each world has a pair for each interval, which
    `pipelines.training.amed` finds, for a few numbers of steps. For other numbers of steps they are read off the nearest
    one at the same share of the way, and c − 1 shrinks with the square of the step, as it does for a smooth path.

    The clean end counts as the schedule's least noise in ς_m alone. Pulls take the score route at both times. The
    prediction that is returned is the one at ς_m.

    Args:
        coefficients: "learned" takes the world's, and r, c of this sampler where the world has none; "fixed" takes r, c.
        learned: number of steps -> {"r": [...], "c": [...]}, from noise to data; `bound` takes it from a pipeline.
    """

    summary = "Two calls a step, the second at a learned time in between: made for four to eight steps."
    equation = (
        r"\varsigma_m = \varsigma_s^{\,r}\,\varsigma_t^{\,1-r},\qquad"
        r" y_s = y_t + c\,(\varsigma_s - \varsigma_t)\,\hat\varepsilon(y_m, \varsigma_m),\qquad"
        r" y = \tfrac xa,\ \varsigma = \tfrac ba"
    )
    source = "Zhou, Chen, Wang & Chen 2024, eq. 9 to 11"
    calls = 2
    cost = "2 network calls"

    coefficients: str = choice(
        "learned",
        ("learned", "fixed"),
        label="r and c",
        help="Learned for this world and number of steps, or the ones below everywhere.",
    )
    r: float = number(
        0.5, low=0, high=1, step=0.05, label="r", help="Where between two times the second call is: ½ is DPM-Solver-2."
    )
    c: float = number(1.0, low=0.5, high=1.5, step=0.01, label="c", help="Scale of the step: 1 for none.")
    learned: Mapping[int, Mapping[str, list[float]]] | None = field(default=None, repr=False, compare=False)
    plan: dict[Time, tuple[Time, float]] | None = field(default=None, repr=False, compare=False)

    def bound(self, pipe) -> AMED:
        """A copy with the coefficients of the pipeline's world, if it has any."""
        return replace(self, learned=self.learned or getattr(pipe, "amed", None))

    def inactive(self, run: Run) -> set[str]:
        """What was learned takes the place of r and c, in one step too."""
        return {"r", "c"} if self.coefficients == "learned" and self.learned else set()

    @property
    def unlearned(self) -> dict[str, float]:
        """r and c where the world's are asked for and it has none."""
        return {} if self.coefficients == "fixed" or self.learned else {"r": self.r, "c": self.c}

    def pairs(self, steps: int) -> list[tuple[float, float]]:
        """(r, c) of each interval, from noise to data."""
        if self.coefficients == "fixed" or not self.learned:
            return [(self.r, self.c)] * steps
        known = min(self.learned, key=lambda n: abs(np.log(n / steps)))
        there, here = ((np.arange(n) + 0.5) / n for n in (known, steps))
        r, c = (np.interp(here, there, self.learned[known][name]) for name in "rc")
        return list(zip(r.tolist(), (1 + (c - 1) * min(1, (known / steps) ** 2)).tolist(), strict=True))

    def asked(self, times: Times) -> list[Time]:
        """Both times of each interval."""
        plan = self.begin(times).plan
        return list(dict.fromkeys(each for t in times[:-1] for each in (t, plan[t][0])))

    def begin(self, times: Times) -> AMED:
        """A copy that knows the intermediate time and the scale of each interval."""
        pairs = self.pairs(len(times) - 1)
        plan = {t: (between(times.schedule, t, s, r), c) for (t, s), (r, c) in zip(pairwise(times), pairs, strict=True)}
        return replace(self, plan=plan)

    def step(self, denoise, pull, x: Tensor, t: Time, s: Time, draw, clip=None):
        """From x_t to x_s: (B, C, H, W) each."""
        middle, c = self.plan[t]
        second = ahead(denoise, pull, x, score_route(denoise, pull, x, t, clip), t, middle, clip)
        x = CHARTS["noise"].moved(x, c * second.eps, t, s)
        return (x.clamp(-clip, clip) if s == CLEAN and clip is not None else x), second


def ahead(denoise, pull, x: Tensor, first: Prediction, t: Time, middle: Time, clip: float | None = None) -> Prediction:
    """The prediction at the intermediate time, to which a step of Euler by the first prediction leads."""
    return score_route(denoise, pull, CHARTS["noise"].moved(x, first.eps, t, middle), middle, clip)


def between(schedule: NoiseSchedule, t: Time, s: Time, r: float) -> Time:
    """The time with ς_m = ς_s^r ς_t^(1−r); the clean end counts as the schedule's least noise."""
    if r == 0:
        return t
    return schedule.at_log_snr((1 - r) * t.log_snr + r * min(s.log_snr, schedule.at(0).log_snr))


def read(folder: str | Path) -> dict[int, dict[str, list[float]]] | None:
    """What was learned for a world, number of steps -> {"r": [...], "c": [...]}; None where nothing was.

    Raises:
        ValueError: a file that holds something else.
    """
    file = Path(folder) / FILE
    if not file.is_file():
        return None
    try:
        intervals = json.loads(file.read_text("utf-8"))["intervals"]
        learned = {int(n): {name: [float(v) for v in pair[name]] for name in "rc"} for n, pair in intervals.items()}
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"{file} is damaged ({error!r}). Train it again: python -m pipelines.training.amed") from error
    if bad := [n for n, pair in learned.items() if {len(pair[name]) for name in "rc"} != {n}]:
        raise ValueError(f"{file} has not {bad[0]} values of r and c for {bad[0]} steps; train it again.")
    return learned


def write(folder: str | Path, learned: Mapping[int, Mapping[str, list[float]]], **facts) -> None:
    """The inverse of `read`, with facts about the training beside it."""
    content = {"intervals": {str(n): pair for n, pair in learned.items()}, **facts}
    (Path(folder) / FILE).write_text(json.dumps(content, indent=1) + "\n", "utf-8")
