"""Classifier-free guidance (Ho & Salimans 2022)."""

from __future__ import annotations

from dataclasses import dataclass

from ..declarations.options import number
from ..lazy import Tensor, torch
from ..process.prediction import Prediction
from ..process.times import Time
from .base import Rule


@dataclass(frozen=True)
class ClassifierFree(Rule):
    """ε̃ = (1+w) ε(x, y, t) − w ε(x, φ, t) (Ho & Salimans 2022, eq. 6); the other label is s = 1 + w.

    w = −1 is unconditional, 0 conditional, above 0 guided. At −1 and 0 one branch is enough, so only
    one is evaluated. With a negative prompt φ is that prompt.
    """

    summary = "The same network answers with and without the prompt; the difference is enlarged."
    equation = (
        r"\tilde\varepsilon = (1+w)\,\varepsilon(x_t, y) - w\,\varepsilon(x_t, \varnothing)"
        r" = \varepsilon_\varnothing + s\,(\varepsilon_y - \varepsilon_\varnothing),\quad s = 1 + w"
    )
    source = "Ho & Salimans 2022, eq. 6"
    cost = "2 network calls; 1 at w = 0 and w = −1"
    calls = 2
    single = {0.0: "conditional", -1.0: "null"}
    neutral = {"w": 0.0}
    needs = ("null",)

    w: float = number(
        2.0, low=-1, high=20, step=0.1, label="w", help="−1 unconditional, 0 conditional, above 0 guided."
    )

    @property
    def s(self) -> float:
        """The same strength in the convention ε_φ + s (ε_y − ε_φ)."""
        return 1 + self.w

    @classmethod
    def from_s(cls, s: float) -> ClassifierFree:
        """From the other label, s = 1 + w: 0 unconditional, 1 conditional."""
        return cls(s - 1)

    def __call__(self, denoiser, x: Tensor, t: Time) -> Prediction:
        """The guided prediction at x: (B, C, H, W)."""
        if self.w == 0:
            return denoiser(x, t, "conditional")[0]
        if self.w == -1:
            return denoiser(x, t, "null")[0]
        conditional, null = denoiser(x, t, "conditional", "null")
        return Prediction(*(torch.lerp(n, c, self.s) for n, c in zip(null, conditional, strict=True)))
