"""Perturbed-attention guidance (Ahn et al. 2024)."""

from __future__ import annotations

from dataclasses import dataclass

from ..declarations.options import choice, number
from ..lazy import Tensor, torch
from ..process.prediction import Prediction
from ..process.times import Time
from .base import Rule

BLOCKS = ("mid", "down", "up", "all")


@dataclass(frozen=True)
class Perturbed(Rule):
    """ε̃ = ε + w (ε − ε̂): ε̂ of the same network with identity in place of the self-attention maps (Ahn et al. 2024).

    The perturbed network loses how parts of a picture belong together; the rule goes the other way. It needs no null
    condition. With `ClassifierFree` beside it, the two add up, as in the paper.
    """

    summary = (
        "Away from what the network draws when its parts cannot see one another: firmer shapes, without a prompt too."
    )
    equation = (
        r"\tilde\varepsilon = \varepsilon(x_t, y) + w\,[\varepsilon(x_t, y) - \hat\varepsilon(x_t, y)],"
        r"\quad \hat\varepsilon:\ \operatorname{softmax}(QK^\top\!/\!\sqrt d) \to I"
    )
    source = "Ahn et al. 2024"
    cost = "2 network calls; 1 at w = 0"
    calls = 2
    single = {0.0: "conditional"}
    neutral = {"w": 0.0}
    needs = ("attention",)

    w: float = number(2.0, low=-1, high=20, step=0.1, label="w", help="0 nothing, above 0 firmer shapes.")
    blocks: str = choice("mid", BLOCKS, label="blocks", help="Which part of the network loses its self-attention.")

    def __call__(self, denoiser, x: Tensor, t: Time) -> Prediction:
        """The guided prediction at x: (B, C, H, W)."""
        if self.w == 0:
            return denoiser(x, t, "conditional")[0]
        plain, perturbed = denoiser(x, t, "conditional", f"perturbed {self.blocks}")
        return Prediction(*(torch.lerp(n, c, 1 + self.w) for n, c in zip(perturbed, plain, strict=True)))
