"""What a network says at x_t, in its four views. The only place that converts between them."""

from __future__ import annotations

from typing import NamedTuple

from ..lazy import Tensor, torch
from .times import Time

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

    def with_x0(self, x: Tensor, x0: Tensor, t: Time) -> Prediction:
        """The prediction with another x̂0, such as a clipped one, and the ε̂ that belongs to it."""
        return Prediction.from_x0(x, x0, t)

    def pulled(self, x: Tensor, gradient: Tensor, t: Time) -> Prediction:
        """ε̂ = ε − b ∇, the gradient of a log probability added to the score (Dhariwal & Nichol 2021, algorithm 2)."""
        return Prediction.from_eps(x, self.eps - t.b * gradient, t)

    def whole(self, x: Tensor, t: Time) -> Prediction:
        """The prediction with a x̂0 + b ε̂ = x_t, as it is here."""
        return self

    def point(self, x: Tensor, t: Time) -> Tensor:
        """a x̂0 + b ε̂, which is x_t here."""
        return x

    def score(self, t: Time) -> Tensor:
        """∇log p(x_t) = −ε/b. (B, C, H, W)."""
        return -self.eps / t.b

    def v(self, t: Time) -> Tensor:
        """v = a ε − b x0. (B, C, H, W)."""
        return t.a * self.eps - t.b * self.x0


class Split(Prediction):
    """x̂0 and ε̂ that do not belong together: guidance is in x̂0 alone, and new noise is added along ε̂ (CFG++).

    Only samplers that take ε̂ for the new noise can honour it, see `Sampler.splits`; the others ask for it `whole`.
    """

    def with_x0(self, x: Tensor, x0: Tensor, t: Time) -> Split:
        """Another x̂0; ε̂ stays."""
        return Split(x0, self.eps)

    def pulled(self, x: Tensor, gradient: Tensor, t: Time) -> Split:
        """The gradient moves x̂0 by b²/a ∇, as it does elsewhere; ε̂ stays."""
        return Split(torch.add(self.x0, gradient, alpha=t.b**2 / t.a), self.eps)

    def whole(self, x: Tensor, t: Time) -> Prediction:
        """The same x̂0 with its own ε̂."""
        return Prediction.from_x0(x, self.x0, t)

    def point(self, x: Tensor, t: Time) -> Tensor:
        """a x̂0 + b ε̂."""
        return t.a * self.x0 + t.b * self.eps
