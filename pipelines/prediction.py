"""What a network says at x_t, in its four views. The only place that converts between them."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from .schedule import Time

TARGETS = ("x0", "eps", "v", "score")


class Prediction(NamedTuple):
    """x̂0 and ε̂ with x_t = a x̂0 + b ε̂. x0, eps: (B, C, H, W)."""

    x0: Tensor
    eps: Tensor

    @classmethod
    def of(cls, target: str, x: Tensor, value: Tensor, t: Time) -> Prediction:
        """From a network's output, whichever view it was trained for.

        Raises:
            ValueError: an unknown target.
        """
        if target not in TARGETS:
            raise ValueError(f"Unknown target {target!r}; choose from {sorted(TARGETS)}.")
        return getattr(cls, f"from_{target}")(x, value, t)

    @classmethod
    def from_x0(cls, x: Tensor, x0: Tensor, t: Time) -> Prediction:
        """ε = (x − a x0)/b."""
        return cls(x0, torch.sub(x, x0, alpha=t.a) / t.b)

    @classmethod
    def from_eps(cls, x: Tensor, eps: Tensor, t: Time) -> Prediction:
        """x0 = (x − b ε)/a."""
        return cls(torch.sub(x, eps, alpha=t.b) / t.a, eps)

    @classmethod
    def from_v(cls, x: Tensor, v: Tensor, t: Time) -> Prediction:
        """x0 = a x − b v, ε = b x + a v (Salimans & Ho 2022, appendix D)."""
        return cls(t.a * x - t.b * v, t.b * x + t.a * v)

    @classmethod
    def from_score(cls, x: Tensor, score: Tensor, t: Time) -> Prediction:
        """Tweedie: x0 = (x + b² ∇log p)/a, ε = −b ∇log p (Efron 2011; Song et al. 2021)."""
        return cls.from_eps(x, -t.b * score, t)

    def score(self, t: Time) -> Tensor:
        """∇log p(x_t) = −ε/b. (B, C, H, W)."""
        return -self.eps / t.b

    def v(self, t: Time) -> Tensor:
        """v = a ε − b x0. (B, C, H, W)."""
        return t.a * self.eps - t.b * self.x0
