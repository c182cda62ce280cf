"""Auto-guidance (Karras et al. 2024)."""

from __future__ import annotations

from dataclasses import dataclass

from ..declarations.options import number
from ..lazy import Tensor, torch
from ..process.prediction import Prediction
from ..process.times import Time
from .base import Rule


@dataclass(frozen=True)
class Auto(Rule):
    """ε̃ = (1+w) ε(x, y, t) − w ε_weak(x, y, t): away from a worse model of the same condition (Karras et al. 2024).

    The paper writes D_w = D_0 + s (D_1 − D_0), s = 1 + w, with D_1 the model and D_0 a smaller or less trained one.
    Where both agree nothing changes; where the weak one errs the model probably errs the same way, less.
    """

    summary = "Away from what a worse copy of the model would draw: better pictures, as varied as before."
    equation = r"\tilde\varepsilon = (1+w)\,\varepsilon(x_t, y) - w\,\varepsilon_\text{weak}(x_t, y)"
    source = "Karras et al. 2024 (a bad version of itself)"
    cost = "1 network call and 1 of the weak network; 1 at w = 0"
    calls = 2
    single = {0.0: "conditional", -1.0: "weak"}
    neutral = {"w": 0.0}
    needs = ("weak",)

    w: float = number(
        1.0, low=-1, high=20, step=0.1, label="w", help="0 the model itself, −1 the weak one, above 0 guided."
    )

    def __call__(self, denoiser, x: Tensor, t: Time) -> Prediction:
        """The guided prediction at x: (B, C, H, W)."""
        if self.w == 0:
            return denoiser(x, t, "conditional")[0]
        if self.w == -1:
            return denoiser(x, t, "weak")[0]
        strong, weak = denoiser(x, t, "conditional", "weak")
        return Prediction(*(torch.lerp(n, c, 1 + self.w) for n, c in zip(weak, strong, strict=True)))
