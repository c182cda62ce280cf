"""The probability-flow ODE (Song et al. 2021) by Euler's method and by Heun's."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from ..declarations.options import choice
from ..lazy import Tensor
from ..process.prediction import Prediction
from ..process.times import CLEAN, Time
from .base import Sampler, score_route


class Chart(NamedTuple):
    """Coordinates of the ODE dx/dt = f − ½ g² ∇log p: d(x/scale)/d(place) = slope, for x = a x0 + b ε."""

    scale: Callable[[Time], float]
    place: Callable[[Time], float]
    slope: Callable[[Prediction, Time], Tensor]

    def moved(self, x: Tensor, slope: Tensor, t: Time, s: Time) -> Tensor:
        """x_s after a straight step in these coordinates."""
        return (self.scale(s) / self.scale(t)) * x + self.scale(s) * (self.place(s) - self.place(t)) * slope


CHARTS = {
    # x/a against b/a (Song et al. 2020, eq. 14; Karras et al. 2022).
    "noise": Chart(lambda t: t.a, lambda t: t.b / t.a, lambda p, t: p.eps),
    # x/(a + b) against b/(a + b): the straight line (1−τ) x0 + τ ε (Liu et al. 2022; Lipman et al. 2023).
    "line": Chart(lambda t: t.a + t.b, lambda t: t.b / (t.a + t.b), lambda p, t: p.eps - p.x0),
    # x against the angle of a = cos φ, b = sin φ (Salimans & Ho 2022, appendix D).
    "angle": Chart(lambda t: 1.0, lambda t: math.atan2(t.b, t.a), lambda p, t: p.v(t)),
}


@dataclass(frozen=True)
class Euler(Sampler):
    """x_s = x_t + slope · step, of the first order. The last step takes x̂0. Pulls take the score route.

    In the noise variable it is DDIM at η = 0 (Song et al. 2020, eq. 14), and so it is in every variable in which the
    path from data to noise is straight; in the angle it is not.
    """

    summary = "The probability-flow ODE, one straight step at a time: halving the step halves the error."
    equation = r"\frac{dx}{dt} = f - \tfrac12 g^2\,\nabla\log p_t(x),\qquad x_s = x_t + (s - t)\,\frac{dx}{dt}\Big|_t"
    source = "Song et al. 2021 (score SDE), eq. 13"

    variable: str = choice(
        "angle", ("noise", "angle"), label="variable", help="What is stepped: b/a, as in DDIM, or the angle."
    )

    def step(self, denoise, pull, x: Tensor, t: Time, s: Time, draw, clip=None):
        """From x_t to x_s: (B, C, H, W) each."""
        chart, prediction = CHARTS[self.variable], score_route(denoise, pull, x, t, clip)
        if s == CLEAN:
            return prediction.x0, prediction
        return chart.moved(x, chart.slope(prediction, t), t, s), prediction


@dataclass(frozen=True)
class Heun(Sampler):
    """Euler's step, then once more with the mean of the slopes at its two ends (Karras et al. 2022, algorithm 1).

    It is of the second order. The last step takes x̂0: at the clean end there is no noise level to ask a network about. The prediction that is
    returned is the first, at x_t. Pulls take the score route at both ends.
    """

    summary = (
        "The probability-flow ODE with each step corrected once: halving the step quarters the error, for two calls."
    )
    equation = (
        r"\tilde x_s = x_t + (s - t)\,d(x_t, t),\qquad"
        r" x_s = x_t + \tfrac12 (s - t)\,\bigl(d(x_t, t) + d(\tilde x_s, s)\bigr)"
    )
    source = "Karras et al. 2022, algorithm 1"
    calls = 2
    cost = "2 network calls; 1 in the last step"

    variable: str = choice(
        "noise",
        ("noise", "line", "angle"),
        label="variable",
        help="What is stepped: b/a, the straight line's time, or the angle.",
    )

    def step(self, denoise, pull, x: Tensor, t: Time, s: Time, draw, clip=None):
        """From x_t to x_s: (B, C, H, W) each."""
        chart, first = CHARTS[self.variable], score_route(denoise, pull, x, t, clip)
        if s == CLEAN:
            return first.x0, first
        slope = chart.slope(first, t)
        second = score_route(denoise, pull, chart.moved(x, slope, t, s), s, clip)
        return chart.moved(x, (slope + chart.slope(second, s)) / 2, t, s), first
