"""Flow matching, and what a velocity of straight lines says of noise, data and gradients."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from .paths import PATHS, Path


def flow_loss(
    velocity: Callable[[Tensor, float], Tensor], x0: Tensor, x1: Tensor, t: float, path: Path = PATHS["straight"]
) -> Tensor:
    """‖v(x_t, t) − f_t(x_t | x0)‖², summed over each sample: (B,) (Lipman et al. 2023, eq. 9).

    Its minimum over functions v is E[f_t(x_t | x0) | x_t], the field of the superposition. x0, x1: (B, ...).
    """
    x = path.at(x0, x1, t)
    return (velocity(x, t) - path.velocity(x, x0, t)).square().flatten(1).sum(1)


def to_eps(x: Tensor, v: Tensor, t: float) -> Tensor:
    """ε = x + (1 − t) v, on the straight line x = (1 − t) x0 + t ε, v = ε − x0."""
    return x + (1 - t) * v


def to_x0(x: Tensor, v: Tensor, t: float) -> Tensor:
    """x0 = x − t v, on the straight line."""
    return x - t * v


def gradient_added(v: Tensor, gradient: Tensor, t: float) -> Tensor:
    """The velocity whose score is that of v plus a gradient, such as γ ∇log p(y | x_t): v − t/(1 − t) · gradient.

    With a Gaussian prior the score of the straight line is −ε/t = −(x + (1 − t) v)/t (Zheng et al. 2023, guided flows,
    section 3). gradient: with respect to x_t of the line; t below 1.
    """
    return v - t / (1 - t) * gradient
