"""CFG++ (Chung et al. 2024)."""

from __future__ import annotations

from dataclasses import dataclass

from ..declarations.options import number
from ..lazy import Tensor, torch
from ..process.prediction import Prediction, Split
from ..process.times import Time
from .base import Rule


@dataclass(frozen=True)
class CFGPlusPlus(Rule):
    """x̂0 of ε_φ + λ (ε_y − ε_φ), and new noise along ε_φ: x_s = a_s x̂0 + b_s ε_φ (Chung et al. 2024, algorithm 2).

    λ from 0, unconditional, to 1. The sampler must take x̂0 and ε̂ apart: DDIM, DDPM and the exact step of ReverseSDE
    do. Any other, and a run of one step, which is a jump to x̂0, sees classifier-free guidance at w = λ − 1: weaker than
    none.
    """

    strength = "lam"
    splits = True
    summary = "Guidance that moves the predicted picture but leaves the noise alone: gentle, at small strengths."
    equation = (
        r"\hat x_0 = \frac{x_t - b\,[\varepsilon_\varnothing + \lambda(\varepsilon_y - \varepsilon_\varnothing)]}{a},"
        r"\quad x_s = a_s \hat x_0 + b_s\,\varepsilon_\varnothing"
    )
    source = "Chung et al. 2024, algorithm 2"
    cost = "2 network calls; 1 at λ = 0"
    calls = 2
    single = {0.0: "null"}
    neutral = None  # λ = 0 is the unconditional model, λ = 1 still renoises without the prompt
    needs = ("null",)

    lam: float = number(
        0.6, low=0, high=1, step=0.05, label="λ", help="0 unconditional, 1 strongest; 0.6 is much already."
    )

    def __call__(self, denoiser, x: Tensor, t: Time) -> Prediction:
        """x̂0 guided and ε̂ of the null branch: (B, C, H, W) each."""
        if self.lam == 0:
            return denoiser(x, t, "null")[0]
        conditional, null = denoiser(x, t, "conditional", "null")
        return Split(torch.lerp(null.x0, conditional.x0, self.lam), null.eps)
