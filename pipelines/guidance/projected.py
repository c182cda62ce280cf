"""Projected guidance, APG (Sadat et al. 2024)."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..declarations.options import number
from ..lazy import Tensor, torch
from ..process.prediction import Prediction
from ..process.times import Time
from .base import Rule


@dataclass(frozen=True)
class Projected(Rule):
    """x̂0 = x0_y + w (Δ⊥ + η Δ∥), with Δ = x0_y − x0_φ taken apart along x0_y (Sadat et al. 2024, algorithm 1).

    Before that, Δ ← Δ + β Δ of the step before, and Δ ← Δ min(1, r/‖Δ‖). All of it acts on x̂0 in [−1, 1], one image at
    a time, with norms over (C, H, W): thresholds published for latents do not carry over. η = 1, β = 0 and no
    threshold is `ClassifierFree`. The run state is the last Δ.
    """

    summary = "Leaves out the part of the guidance that only raises contrast and colour."
    equation = (
        r"\hat x_0 = x_0^y + w\,(\Delta_\perp + \eta\,\Delta_\parallel),\quad"
        r"\Delta = \min\!\big(1, \tfrac{r}{\lVert\Delta\rVert}\big)"
        r"\,(x_0^y - x_0^\varnothing + \beta\,\Delta_\text{prev})"
    )
    source = "Sadat et al. 2024, algorithm 1"
    cost = "2 network calls; 1 at w = 0"
    calls = 2
    single = {0.0: "conditional"}
    neutral = {"w": 0.0}
    needs = ("null",)

    w: float = number(4.0, low=-1, high=20, step=0.1, label="w", help="0 conditional, above 0 guided.")
    eta: float = number(
        0.0, low=0, high=1, step=0.05, label="η", help="How much of the part that raises contrast is kept."
    )
    threshold: float = number(
        0.0, low=0, high=200, step=1, label="r", help="Longest change of one picture in a step; 0 for no limit."
    )
    momentum: float = number(
        -0.5,
        low=-0.95,
        high=0.95,
        step=0.05,
        label="β",
        help="Below 0 the direction of the step before is taken back; 0 none.",
    )
    state: dict = field(default_factory=dict, init=False, repr=False, compare=False)

    def __call__(self, denoiser, x: Tensor, t: Time) -> Prediction:
        """The guided prediction at x: (B, C, H, W)."""
        if self.w == 0:
            return denoiser(x, t, "conditional")[0]
        conditional, null = denoiser(x, t, "conditional", "null")
        change = conditional.x0 - null.x0
        if self.momentum and "change" in self.state:
            change = change + self.momentum * self.state["change"]
        self.state["change"] = change
        if self.threshold:
            change = change * (self.threshold / _norm(change)).clamp(max=1).to(change.dtype)
        parallel = _along(change, conditional.x0)
        step = change - (1 - self.eta) * parallel if self.eta < 1 else change
        return conditional.with_x0(x, torch.add(conditional.x0, step, alpha=self.w), t)


def _norm(x: Tensor) -> Tensor:
    """The length of each image, (B, 1, ...), never 0."""
    return x.to(_wide(x)).square().sum(tuple(range(1, x.ndim)), keepdim=True).sqrt().clamp(min=1e-12)


def _along(x: Tensor, direction: Tensor) -> Tensor:
    """The part of x along the direction, one image at a time; 0 when there is no direction."""
    dims = tuple(range(1, x.ndim))
    wide = _wide(x)
    d = direction.to(wide)
    share = (x.to(wide) * d).sum(dims, keepdim=True) / d.square().sum(dims, keepdim=True).clamp(min=1e-12)
    return (share * d).to(x.dtype)


def _wide(x: Tensor) -> torch.dtype:
    """Sums over an image overflow in half precision."""
    return torch.promote_types(x.dtype, torch.float32)
