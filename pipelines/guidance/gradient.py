"""Gradients of a scalar of each image with respect to that image, at x_t or through x̂0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field, replace

from ..declarations.options import OptionError, choice, number
from ..lazy import Tensor, torch
from ..process.noise import normal, stream
from ..process.prediction import Prediction
from ..process.times import CLEAN, Time
from .base import Pull

SEES = ("x_t", "x0", "x0 exact")


def gradient(function: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """∇ f(x). function: (B, C, H, W) -> (B,), each value a function of its own image; x: (B, C, H, W)."""
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        # Summing is exact: no image's value depends on another image.
        return torch.autograd.grad(function(x).sum(), x)[0]


@dataclass(frozen=True)
class Differentiable(Pull):
    """γ ∇ φ, with φ of the noised picture or of the predicted clean one. A pull of this kind writes `value`.

    Args:
        gamma: γ.
        sees: "x_t": φ is asked about x_t at its noise level. "x0": about x̂0 as a clean picture, with ∂x̂0/∂x_t taken
            as 1/a, as if the predicted noise did not change with x_t; at high noise 1/a is large. "x0 exact": the true
            gradient through the network, one more call of it and its backward pass a step (Bansal et al. 2023,
            universal guidance).
    """

    gamma: float = number(
        1.0, low=-1000, high=1000, step=0.5, label="γ", help="How strongly it pulls; below 0 it pushes away."
    )
    _: KW_ONLY
    sees: str = choice(
        "x_t", SEES, label="sees", help="The noised picture, the predicted clean one, or that with the true gradient."
    )
    denoiser: object = field(default=None, repr=False, compare=False)

    cost = "no network call; 1 and its backward pass when it sees “x0 exact”"
    calls = 0
    neutral = {"gamma": 0.0}

    @property
    def evaluations(self) -> int:
        """Network calls a picture: one where the true gradient is asked for."""
        return self.calls + (self.sees == "x0 exact" and self.gamma != 0)

    def bind(self, denoiser) -> Differentiable:
        """With the run's denoiser, when the gradient goes through it."""
        return replace(self, denoiser=denoiser) if self.sees == "x0 exact" and self.gamma else self

    def value(self, z: Tensor, t: Time) -> Tensor:
        """φ of each image. z: (B, C, H, W), with the noise of t, none at `CLEAN` -> (B,)."""
        raise NotImplementedError

    def __call__(self, x: Tensor, t: Time, prediction: Prediction | None) -> Tensor | None:
        """γ ∇ φ: (B, C, H, W)."""
        if self.gamma == 0:
            return None
        return self.gamma * gradient(lambda z: self.value(*self._seen(z, t, prediction)), x)

    def _seen(self, z: Tensor, t: Time, prediction: Prediction | None) -> tuple[Tensor, Time]:
        if self.sees == "x_t":
            return z, t
        if self.sees == "x0 exact":
            if self.denoiser is None:
                raise OptionError("sees", self.sees, "sees_outside")
            return self.denoiser(z, t, "conditional")[0].x0, CLEAN
        if prediction is None:
            raise OptionError("sees", self.sees, "sees_alone")
        return Prediction.from_eps(z, prediction.eps.detach(), t).x0, CLEAN


def reference(pictures: Tensor, t: Time) -> Tensor:
    """Reference pictures with the noise of t, so that an encoder sees both alike (Liu et al. 2021). (N, 3, H, W).

    The noise is the same at every time and for every run, and no picture's own, whatever its seed.
    """
    if t.b == 0:
        return pictures
    noise = normal(stream(0, "reference"), pictures.shape[1:]).to(pictures)
    return t.a * pictures + t.b * noise
