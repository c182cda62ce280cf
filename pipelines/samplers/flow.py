"""Sampling along straight lines: the x0 network read as a flow (Liu et al. 2022; Lipman et al. 2023)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..declarations.options import choice, number
from ..lazy import Tensor
from ..process.times import CLEAN, Time, Times
from .base import Sampler, score_route
from .ode import CHARTS


@dataclass(frozen=True)
class Flow(Sampler):
    """Euler on dx/dτ = v = ε̂ − x̂0 with x_τ = (1−τ) x0 + τ ε, at equally spaced τ.

    At equal SNR, τ = b/(a + b), the line is the diffusion's x_t divided by a + b, so any network serves. A step is then
    that of DDIM at η = 0; what the flow changes is where the steps are. shift = s moves them:
    τ' = s τ/(1 + (s − 1) τ), above 1 to the noisy end (Esser et al. 2024, section 5.3.2).
    """

    summary = "Euler along the straight lines from noise to data, at equally spaced times of the line."
    equation = (
        r"x_\tau = (1-\tau)\,x_0 + \tau\,\varepsilon,\qquad v = \hat\varepsilon - \hat x_0,\qquad"
        r" x_{\tau'} = x_\tau + (\tau' - \tau)\,v"
    )
    source = "Liu, Gong & Liu 2022 (rectified flow), algorithm 1; shift: Esser et al. 2024, section 5.3.2"

    shift: float = number(
        1.0, low=0.1, high=10, step=0.1, label="shift", help="Above 1: more of the steps where there is more noise."
    )
    grid: str = choice(
        "line", ("line", "schedule"), label="times", help="Equally spaced on the line, or the schedule's own."
    )

    def visited(self, times: Times) -> Times:
        """Equally spaced τ, shifted, from that of the first time; none lies below what the schedule knows."""
        if self.grid == "schedule":
            return times
        steps, schedule = len(times) - 1, times.schedule
        first, least = _tau(times[0]), _tau(schedule.at(0))
        back, forth = (lambda tau, s=s: s * tau / (1 + (s - 1) * tau) for s in (1 / self.shift, self.shift))
        taus = forth(np.linspace(back(first), 0, steps + 1))[:-1]
        if taus[-1] < least:
            taus = forth(np.linspace(back(first), back(least), steps))
        inner = [schedule.at_log_snr(2 * math.log((1 - tau) / tau)) for tau in taus[1:]]
        return Times([times[0], *inner, CLEAN], schedule)

    def step(self, denoise, pull, x: Tensor, t: Time, s: Time, draw, clip=None):
        """From x_t to x_s: (B, C, H, W) each."""
        line, prediction = CHARTS["line"], score_route(denoise, pull, x, t, clip)
        if s == CLEAN:
            return prediction.x0, prediction
        return line.moved(x, line.slope(prediction, t), t, s), prediction


def _tau(t: Time) -> float:
    return t.b / (t.a + t.b)
