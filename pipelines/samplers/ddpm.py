"""DDPM ancestral sampling (Ho et al. 2020)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..declarations.declared import Run
from ..declarations.options import choice
from ..lazy import Tensor
from ..process.times import CLEAN, Time, Transition, posterior_mean
from .base import Sampler, clipped, score_route


@dataclass(frozen=True)
class DDPM(Sampler):
    """x_s = μ(x_t, x̂0) + σ z, no noise at the last step (Ho et al. 2020, algorithm 2).

    A pull enters by the score route, ε̂ = ε − b · pull, or by the mean route,
    x_s = μ + σ² · pull + σ z (Dhariwal & Nichol 2021, algorithm 1), with its gradient taken at x_t or at μ.
    """

    summary = "Ancestral sampling: fresh noise at every step. Wants many steps."
    equation = (
        r"x_s = \frac{1}{\sqrt{\alpha}}\Bigl(x_t - \frac{1-\alpha}{b}\,\hat\varepsilon\Bigr) + \sigma z,\quad"
        r" \sigma^2 = \beta \text{ or } \tilde\beta"
    )
    source = "Ho, Jain & Abbeel 2020, algorithm 2; routes: Dhariwal & Nichol 2021, algorithms 1 and 2"
    splits = True

    variance: str = choice("beta_tilde", ("beta_tilde", "beta"), label="σ²", help="The posterior's variance β̃, or β.")
    route: str = choice(
        "score", ("score", "mean"), label="route", help="Where a gradient enters: into ε or into the mean."
    )
    at: str = choice("x", ("x", "mean"), label="gradient at", help="On the mean route: the gradient at x_t or at μ.")

    def inactive(self, run: Run) -> set[str]:
        """The mean route is for pulls; in one step there is no noise, and its variance β̃, which they are times, is 0."""
        if self.route == "mean" and run.pulls:
            return {"pulls"} if run.steps == 1 and self.variance == "beta_tilde" else set()
        return {"at"} | (set() if run.pulls else {"route"}) | ({"variance"} if run.steps == 1 else set())

    def step(self, denoise, pull, x: Tensor, t: Time, s: Time, draw, clip=None):
        """From x_t to x_s: (B, C, H, W) each."""
        step = Transition.between(t, s)
        variance = step.beta if self.variance == "beta" else step.beta_tilde
        if self.route == "score":
            prediction = score_route(denoise, pull, x, t, clip, renoise=True)
            mean = posterior_mean(prediction.point(x, t), prediction.x0, t, s)
        else:
            prediction = clipped(x, denoise(x, t), t, clip)
            mean = posterior_mean(prediction.point(x, t), prediction.x0, t, s)
            # At the clean end there is no noise level to ask a noise-aware model about: ask at t.
            where = (mean, s if s != CLEAN else t) if self.at == "mean" else (x, t)
            gradient = pull(*where, prediction) if variance > 0 else None
            if gradient is not None:
                mean = mean + variance * gradient
        if s == CLEAN:
            return mean, prediction
        return mean + math.sqrt(variance) * draw(mean.shape), prediction
