"""A scale for the text and one for the conditions (Brooks, Holynski & Efros 2023)."""

from __future__ import annotations

from dataclasses import dataclass

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

    @property
    def needed(self) -> tuple[str, ...]:
        """The parts that these options need: none where both strengths are 0."""
        return () if self.w == self.w_condition == 0 else self.needs

    def __call__(self, denoiser, x: Tensor, t: Time) -> Prediction:
        """The guided prediction at x: (B, C, H, W)."""
        if self.w == self.w_condition == 0:
            return denoiser(x, t, "conditional")[0]
        names = ["conditional", "conditioned", "bare"]
        weights = [1 + self.w, self.w_condition - self.w, -self.w_condition]
        used = [(name, weight) for name, weight in zip(names, weights, strict=True) if weight]
        parts = denoiser(x, t, *(name for name, _ in used))
        return Prediction(
            *(
                sum(weight * each for (_, weight), each in zip(used, view, strict=True))
                for view in zip(*parts, strict=True)
            )
        )
