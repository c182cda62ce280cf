"""CFG-Zero* (Fan et al. 2025)."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..declarations.options import choice, number
from ..lazy import Tensor, torch
from ..process.prediction import Prediction
from ..process.times import Time
from .base import Rule


@dataclass(frozen=True)
class CFGZeroStar(Rule):
    """u = (1+w) u_y − w s* u_φ, s* = ⟨u_y, u_φ⟩/‖u_φ‖² an image, and u = 0 in the first steps (Fan et al. 2025).

    The paper is of flows. u is their velocity ε̂ − x̂0 of the straight line through x̂0 and ε̂, which any schedule has:
    x_t/(a+b) lies on it. u = 0 leaves that point where it is, so x̂0 = ε̂ = x_t/(a+b). A "first step" is one of the first
    different times at which the model would be asked; there it is not asked at all.
    """

    summary = "Corrects the length of the unprompted answer, and waits a moment before it begins."
    equation = (
        r"\tilde u = (1+w)\,u_y - w\,s^* u_\varnothing,\quad s^* = \frac{\langle u_y, u_\varnothing\rangle}"
        r"{\lVert u_\varnothing\rVert^2},"
        r"\quad u = \hat\varepsilon - \hat x_0;\quad \tilde u = 0 \text{ in the first steps}"
    )
    source = "Fan et al. 2025, algorithm 1"
    cost = "2 network calls; 1 at w = 0; none in the first steps"
    calls = 2
    single = {0.0: "conditional"}
    neutral = {"w": 0.0, "zero_steps": 0}
    needs = ("null",)

    w: float = number(2.0, low=-1, high=20, step=0.1, label="w", help="0 conditional, above 0 guided.")
    scale: str = choice(
        "optimal", ("optimal", "one"), label="s*", help="The length of the unprompted answer: corrected, or as it is."
    )
    zero_steps: int = number(
        1, low=0, high=20, step=1, label="zero steps", help="How many of the first steps stay where they are."
    )
    state: dict = field(default_factory=dict, init=False, repr=False, compare=False)

    def __call__(self, denoiser, x: Tensor, t: Time) -> Prediction:
        """The guided prediction at x: (B, C, H, W)."""
        seen = self.state.setdefault("times", [])
        if t not in seen and len(seen) <= self.zero_steps:
            seen.append(t)
        if t in seen[: self.zero_steps]:
            still = x / (t.a + t.b)
            return Prediction(still, still)
        if self.w == 0:
            return denoiser(x, t, "conditional")[0]
        conditional, null = denoiser(x, t, "conditional", "null")
        u_y, u_null = conditional.eps - conditional.x0, null.eps - null.x0
        if self.scale == "optimal":
            u_null = optimal_scale(u_y, u_null) * u_null
        u = torch.lerp(u_null, u_y, 1 + self.w)
        return Prediction((x - t.b * u) / (t.a + t.b), (x + t.a * u) / (t.a + t.b))


def optimal_scale(u_y: Tensor, u_null: Tensor) -> Tensor:
    """s* = ⟨u_y, u_φ⟩/‖u_φ‖², the s that brings s u_φ nearest to u_y, for each image. (B, 1, ...)"""
    dims, wide = tuple(range(1, u_y.ndim)), torch.promote_types(u_y.dtype, torch.float32)
    y, null = u_y.to(wide), u_null.to(wide)
    return ((y * null).sum(dims, keepdim=True) / null.square().sum(dims, keepdim=True).clamp(min=1e-12)).to(u_y.dtype)
