"""DDIM (Song et al. 2020)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..declarations.options import number
from ..lazy import Tensor, torch
from ..process.prediction import Prediction
from ..process.times import Time, Transition
from .base import Sampler, score_route


@dataclass(frozen=True)
class DDIM(Sampler):
    """x_s = a_s x̂0 + √(b_s² − σ²) ε̂ + σ z with σ = η √β̃ (Song et al. 2020, eq. 12 and 16).

    η = 0 is deterministic, η = 1 is DDPM with σ² = β̃. Pulls take the score route.
    """

    summary = "A straight step to the next time, deterministic or with a share η of fresh noise. Few steps are enough."
    equation = (
        r"x_s = a_s\,\hat x_0 + \sqrt{b_s^2 - \sigma^2}\;\hat\varepsilon + \sigma z,\quad"
        r" \sigma = \eta\sqrt{\tilde\beta}"
    )
    source = "Song, Meng & Ermon 2020, eq. 12 and 16"
    splits = True

    eta: float = number(0.0, low=0, high=1, step=0.05, label="η", help="0 deterministic, 1 as random as DDPM.")

    def step(self, denoise, pull, x: Tensor, t: Time, s: Time, draw, clip=None):
        """From x_t to x_s: (B, C, H, W) each."""
        prediction = score_route(denoise, pull, x, t, clip, renoise=True)
        return renoised(prediction, s, self.eta**2 * Transition.between(t, s).beta_tilde, draw), prediction


def renoised(prediction: Prediction, s: Time, variance: float, draw) -> Tensor:
    """a_s x̂0 + √(b_s² − σ²) ε̂ + σ z, whose noise has the level of s for every σ² = variance from 0 to b_s²."""
    x = torch.add(s.a * prediction.x0, prediction.eps, alpha=math.sqrt(max(s.b**2 - variance, 0.0)))
    return x + math.sqrt(variance) * draw(x.shape) if variance > 0 else x
