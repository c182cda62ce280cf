"""DDIM (Song et al. 2020)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from ..options import number
from ..schedule import Time, Transition
from .base import Sampler, score_route


@dataclass(frozen=True)
class DDIM(Sampler):
    """x_s = a_s x̂0 + √(b_s² − σ²) ε̂ + σ z with σ = η √β̃ (Song et al. 2020, eq. 12 and 16).

    η = 0 is deterministic, η = 1 is DDPM with σ² = β̃. Pulls take the score route.
    """

    eta: float = number(0.0, low=0, high=1, step=0.05, label="η", help="0 deterministic, 1 as random as DDPM.")

    def step(self, denoise, pull, x: Tensor, t: Time, s: Time, draw, clip=None):
        """From x_t to x_s: (B, C, H, W) each."""
        prediction = score_route(denoise, pull, x, t, clip, renoise=True)
        variance = self.eta**2 * Transition.between(t, s).beta_tilde
        x = torch.add(s.a * prediction.x0, prediction.eps, alpha=math.sqrt(max(s.b**2 - variance, 0.0)))
        if variance > 0:
            x = x + math.sqrt(variance) * draw(x.shape)
        return x, prediction
