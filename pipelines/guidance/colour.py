"""A colour target for a region: one small guidance function."""

from __future__ import annotations

import math
from dataclasses import KW_ONLY, dataclass

from ..declarations.options import OptionError, colour, number
from ..lazy import Tensor, torch
from ..process.times import Time
from .gradient import Differentiable


@dataclass(frozen=True)
class Colour(Differentiable):
    """γ ∇ of −N/2 ‖mean(x_t) − a c‖², over the N pixels of a box: the log likelihood of their mean, up to a constant.

    The mean of N pixels of x_t has the mean of x0's pixels times a, and noise of variance b²/N; leaving out 1/b² keeps
    the pull bounded at the clean end. The gradient is γ (a c − mean) in each pixel of the box.
    """

    of_pictures = True
    summary = "The mean colour of a part of the picture."
    equation = r"\varphi = -\tfrac N2 \big\lVert \tfrac 1N \textstyle\sum_{p \in \text{box}} x_t(p) - a\,c \big\rVert^2"
    source = "a guidance function of this studio; any φ: Bansal et al. 2023"

    gamma: float = number(0.5, low=-100, high=100, step=0.1, label="γ", help="How strongly the colour pulls.")
    colour: str = colour("#e02020", label="colour", help="The mean colour of the box.")
    _: KW_ONLY
    left: float = number(0.25, low=0, high=1, step=0.05, label="left", help="Left edge of the box, 0 to 1.")
    top: float = number(0.25, low=0, high=1, step=0.05, label="top", help="Upper edge of the box, 0 to 1.")
    right: float = number(0.75, low=0, high=1, step=0.05, label="right", help="Right edge of the box, 0 to 1.")
    bottom: float = number(0.75, low=0, high=1, step=0.05, label="bottom", help="Lower edge of the box, 0 to 1.")

    def __post_init__(self):
        super().__post_init__()
        for low, high in (("left", "right"), ("top", "bottom")):
            if getattr(self, low) >= getattr(self, high):
                raise OptionError(low, getattr(self, low), "below", name=high, limit=getattr(self, high))

    def value(self, z: Tensor, t: Time) -> Tensor:
        """−N/2 ‖mean − a c‖²: (B,)."""
        height, width = z.shape[-2:]
        rows, columns = _span(self.top, self.bottom, height), _span(self.left, self.right, width)
        box = z[..., rows, columns]
        wanted = [int(self.colour[i : i + 2], 16) / 127.5 - 1 for i in (1, 3, 5)]
        wanted = torch.tensor(wanted, dtype=z.dtype, device=z.device)
        return -0.5 * box[0, 0].numel() * (box.mean((2, 3)) - t.a * wanted).square().sum(-1)


def _span(low: float, high: float, size: int) -> slice:
    """The pixels between two edges, one at least."""
    first = min(math.floor(low * size), size - 1)
    return slice(first, max(math.ceil(high * size), first + 1))
