"""The reverse-time stochastic differential equation with a free amount of noise (Song et al. 2021)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..declarations.options import choice, number
from ..lazy import Tensor
from ..process.times import CLEAN, Time
from .base import Sampler, score_route
from .ddim import renoised


@dataclass(frozen=True)
class ReverseSDE(Sampler):
    """dx = (f − ½ (g² + σ²) ∇log p) dt + σ dw with σ = λ g: every λ has the same marginals on exact scores.

    λ = 0 is the probability-flow ODE, λ = 1 the reverse SDE (Song et al. 2021, eq. 6 and 13; free λ: Huang et al.
    2021, section 4, Zhang & Chen 2021, section 4). With y = x/a and ς = b/a it is
    dy = (1 + λ²) ε̂ dς + λ √(dς²) w, and `method` says how a step is made:

    - "exact": x̂0 is held and the linear rest, ε̂ = (y − x̂0)/ς, is solved in closed form,
      y_s = x̂0 + (ς_s/ς_t)^(1+λ²) (y_t − x̂0) + ς_s √(1 − (ς_s/ς_t)^(2λ²)) z. So λ = 0 is DDIM at η = 0 and λ = 1 is
      DDIM at η = 1, which is DDPM; it is stable for every λ.
    - "euler": Euler–Maruyama, y_s = y_t + (1 + λ²) ε̂ (ς_s − ς_t) + λ √(ς_t² − ς_s²) z. Wants more steps for larger λ.

    The last step takes x̂0. Pulls take the score route.
    """

    summary = "The reverse diffusion with as much noise as you like: none is the ODE, 1 the usual, more corrects more."
    equation = (
        r"dx = \bigl(f - \tfrac12 (g^2 + \sigma^2)\,\nabla\log p_t(x)\bigr)\,dt + \sigma\,dw,\quad"
        r" \sigma = \lambda g"
    )
    source = "Song et al. 2021 (score SDE), eq. 6 and 13; free λ: Huang et al. 2021, Zhang & Chen 2021"
    splits = {"method": "exact"}

    noise: float = number(
        1.0, low=0, high=3, step=0.05, label="λ", help="Noise of a step: 0 is the ODE, 1 the reverse SDE."
    )
    method: str = choice("exact", ("exact", "euler"), label="step", help="Exact in its linear part, or Euler–Maruyama.")

    def step(self, denoise, pull, x: Tensor, t: Time, s: Time, draw, clip=None):
        """From x_t to x_s: (B, C, H, W) each."""
        exact = self.method == "exact"
        prediction = score_route(denoise, pull, x, t, clip, renoise=exact)
        if s == CLEAN:
            return prediction.x0, prediction
        before, after = t.b / t.a, s.b / s.a
        if exact:
            share = -math.expm1(2 * self.noise**2 * math.log(after / before))
            return renoised(prediction, s, share * s.b**2, draw), prediction
        y = x / t.a + (1 + self.noise**2) * (after - before) * prediction.eps
        if self.noise > 0:
            y = y + self.noise * math.sqrt(before**2 - after**2) * draw(x.shape)
        return s.a * y, prediction
