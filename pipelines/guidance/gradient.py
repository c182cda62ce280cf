"""Gradients of a scalar of each image with respect to that image, at x_t or through x̂0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import ClassVar

from ..declarations.declared import Run
from ..declarations.inline import as_tensor
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

    Where x is an autoencoder's latents, a noise-aware network is asked about noised latents. A φ `of_pictures` is asked about
    decoded ones, and its gradient goes through the decoder: a D(x̂0) for "x_t", which is what a noised picture is without its
    noise (no decoder was trained on latents of much noise), and D(x̂0) for the others.

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
    space: object = field(default=None, repr=False, compare=False)  # of the latents; None where x is the picture

    of_pictures: ClassVar[bool] = False
    cost = "no network call; 1 and its backward pass when it sees “x0 exact”"
    calls = 0
    neutral = {"gamma": 0.0}

    @property
    def evaluations(self) -> int:
        """Network calls a picture: one where the true gradient is asked for."""
        return self.calls + (self.sees == "x0 exact" and self.gamma != 0)

    def inactive(self, run: Run) -> set[str]:
        """At γ = 0 it does not pull."""
        return {"gamma"} if self.gamma == 0 else super().inactive(run)

    def bind(self, denoiser) -> Differentiable:
        """With the run's denoiser, when the gradient goes through it, and with the space of its latents."""
        space = getattr(denoiser, "space", None)
        found = self if space is None or space.factor == 1 or not self.gamma else replace(self, space=space)
        return replace(found, denoiser=denoiser) if self.sees == "x0 exact" and self.gamma else found

    def value(self, z: Tensor, t: Time) -> Tensor:
        """φ of each image. z: (B, C, H, W), with the noise of t, none at `CLEAN` -> (B,). A φ `of_pictures` has C = 3."""
        raise NotImplementedError

    def __call__(self, x: Tensor, t: Time, prediction: Prediction | None) -> Tensor | None:
        """γ ∇ φ: (B, C, H, W)."""
        if self.gamma == 0:
            return None
        return self.gamma * gradient(lambda z: self.value(*self._seen(z, t, prediction)), x)

    def _seen(self, z: Tensor, t: Time, prediction: Prediction | None) -> tuple[Tensor, Time]:
        decoded = self.space is not None and self.of_pictures
        if self.sees == "x_t" and not decoded:
            return z, t
        if self.sees == "x0 exact":
            if self.denoiser is None:
                raise OptionError("sees", self.sees, "sees_outside")
            x0 = self.denoiser(z, t, "conditional")[0].x0
        elif prediction is None:
            raise OptionError("sees", self.sees, "sees_alone")
        else:
            x0 = Prediction.from_eps(z, prediction.eps.detach(), t).x0
        if not decoded:
            return x0, CLEAN
        pictures = self.space.decode(x0)
        return (t.a * pictures, t) if self.sees == "x_t" else (pictures, CLEAN)

    def references(self, z: Tensor, t: Time) -> Tensor:
        """`images` in the form of z, which `value` is given: pictures or latents of its size, with the noise that it has. (N, C, H, W)"""
        if self.space is None:
            return reference(as_tensor(self.images, z.shape, z), t)
        if self.of_pictures:
            return t.a * as_tensor(self.images, z.shape, z)
        size = tuple(self.space.factor * side for side in z.shape[-2:])
        return reference(self.space.encode(as_tensor(self.images, size, z)), t)


def reference(pictures: Tensor, t: Time) -> Tensor:
    """Reference pictures with the noise of t, so that an encoder sees both alike (Liu et al. 2021). (N, C, H, W).

    The noise is the same at every time and for every run, and no picture's own, whatever its seed.
    """
    if t.b == 0:
        return pictures
    noise = normal(stream(0, "reference"), pictures.shape[1:]).to(pictures)
    return t.a * pictures + t.b * noise
