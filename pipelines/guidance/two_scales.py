"""A scale for the text and one for the conditions (Brooks, Holynski & Efros 2023)."""

from __future__ import annotations

from dataclasses import dataclass

from ..declarations.declared import Run
from ..declarations.options import number
from ..lazy import Tensor
from ..process.prediction import Prediction
from ..process.times import Time
from .base import Rule


@dataclass(frozen=True)
class TwoScales(Rule):
    """ε̃ = ε_φ + s_c (ε_c − ε_φ) + s_text (ε_{y,c} − ε_c), with s = 1 + w (Brooks, Holynski & Efros 2023, eq. 3).

    ε_{y,c} knows the prompt and the conditions, ε_c the conditions alone, ε_φ neither. At equal scales it is
    classifier-free guidance by both at once; without conditions ε_c is ε_φ. A negative prompt takes the empty prompt's
    place in ε_c and ε_φ.
    """

    summary = "One strength for the prompt and one for what was drawn, where one strength for both is too coarse."
    equation = (
        r"\tilde\varepsilon = \varepsilon_\varnothing + s_c\,(\varepsilon_c - \varepsilon_\varnothing)"
        r" + s_\text{text}\,(\varepsilon_{y,c} - \varepsilon_c),\quad s = 1 + w"
    )
    source = "Brooks, Holynski & Efros 2023, eq. 3"
    cost = "3 network calls; 2 at equal strengths or at w_c = 0"
    calls = 3
    neutral = {"w": 0.0, "w_condition": 0.0}
    needs = ("null", "conditions")

    w: float = number(2.0, low=-1, high=20, step=0.1, label="w", help="How strongly the prompt is followed: s = 1 + w.")
    w_condition: float = number(
        0.5, low=-1, high=20, step=0.1, label="w of conditions", help="How strongly the conditions are followed."
    )

    def alone(self, strength: float) -> str | None:
        """The branch with all of the weight, where there is one."""
        used = self._weights(strength)
        return next(iter(used)) if len(used) == 1 else None

    def inactive(self, run: Run) -> set[str]:
        """Without conditions nothing is told apart by them."""
        return set() if run.conditions else {"w_condition"}

    def __call__(self, denoiser, x: Tensor, t: Time) -> Prediction:
        """The guided prediction at x: (B, C, H, W)."""
        if self.w == self.w_condition == 0:
            return denoiser(x, t, "conditional")[0]
        used = self._weights(self.w)
        views = zip(*denoiser(x, t, *used), strict=True)
        return Prediction(*(sum(w * each for w, each in zip(used.values(), view, strict=True)) for view in views))

    def _weights(self, w: float) -> dict[str, float]:
        """Of each branch that counts, together 1."""
        weights = {"conditional": 1 + w, "conditioned": self.w_condition - w, "bare": -self.w_condition}
        return {name: weight for name, weight in weights.items() if weight}
