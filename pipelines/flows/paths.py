"""How a data point x0 and a draw x1 of the prior are joined, for t from 0 (data) to 1 (prior)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor


class Path:
    """A family of trajectories, given by φ_t(x | x0) = x1: the draw that a trajectory through x at t came from.

    Along it φ does not change, so its velocity is f(x | x0) = −(∂φ/∂x)⁻¹ ∂φ/∂t (Liu et al. 2022, Lipman et al. 2023,
    theorem 3, of which this is the form for any φ). Points are (..., d); t is a number in (0, 1].
    """

    def at(self, x0: Tensor, x1: Tensor, t: float) -> Tensor:
        """x_t, the inverse of `back`."""
        raise NotImplementedError

    def back(self, x: Tensor, x0: Tensor, t: float) -> Tensor:
        """φ_t(x | x0)."""
        raise NotImplementedError

    def velocity(self, x: Tensor, x0: Tensor, t: float) -> Tensor:
        """f_t(x | x0) = dx_t/dt."""
        raise NotImplementedError

    def log_volume(self, dimension: int, t: float) -> float:
        """log |det ∂φ/∂x|, so that p_t(x | x0) = p1(φ_t(x | x0)) · e^log_volume."""
        raise NotImplementedError

    def divergence(self, dimension: int, t: float) -> float:
        """∇ · f_t(x | x0)."""
        raise NotImplementedError


class Coefficient(NamedTuple):
    """A function of time and its derivative."""

    value: Callable[[float], float]
    slope: Callable[[float], float]


@dataclass(frozen=True)
class LinearPath(Path):
    """x_t = μ_t x0 + σ_t x1, f = μ̇ x0 + (σ̇/σ) (x − μ_t x0) (Lipman et al. 2023, theorem 3).

    mean, noise: μ and σ, with μ_0 = 1 and σ_0 = 0; both finite, σ above 0 for t above 0.
    """

    mean: Coefficient
    noise: Coefficient

    def at(self, x0, x1, t):
        return self.mean.value(t) * x0 + self.noise.value(t) * x1

    def back(self, x, x0, t):
        return (x - self.mean.value(t) * x0) / self.noise.value(t)

    def velocity(self, x, x0, t):
        return self.mean.slope(t) * x0 + self.noise.slope(t) / self.noise.value(t) * (x - self.mean.value(t) * x0)

    def log_volume(self, dimension, t):
        return -dimension * math.log(self.noise.value(t))

    def divergence(self, dimension, t):
        return dimension * self.noise.slope(t) / self.noise.value(t)


_HALF = math.pi / 2

PATHS = {
    # (1 − t) x0 + t x1: f = (x − x0)/t, ∇·f = d/t, p_t = p1/t^d (Liu et al. 2022).
    "straight": LinearPath(Coefficient(lambda t: 1 - t, lambda t: -1.0), Coefficient(lambda t: t, lambda t: 1.0)),
    # cos(πt/2) x0 + sin(πt/2) x1: an arc of an ellipse, of constant variance (Albergo & Vanden-Eijnden 2023).
    "trigonometric": LinearPath(
        Coefficient(lambda t: math.cos(_HALF * t), lambda t: -_HALF * math.sin(_HALF * t)),
        Coefficient(lambda t: math.sin(_HALF * t), lambda t: _HALF * math.cos(_HALF * t)),
    ),
    # x0 + t x1: the noise of the prior is only added (Song & Ermon 2019; Karras et al. 2022).
    "exploding": LinearPath(Coefficient(lambda t: 1.0, lambda t: 0.0), Coefficient(lambda t: t, lambda t: 1.0)),
}


@dataclass(frozen=True)
class Spiral(Path):
    """A curved family: x_t = (1 − t) x0 + t R(ω (1 − t)) x1, with R a rotation in each pair of coordinates.

    So φ = R(−ω (1 − t)) (x − (1 − t) x0)/t. With u = x − (1 − t) x0 = t R x1 and dR/dθ = J R,
    f = −x0 + R x1 − ω t J R x1 = (x − x0)/t − ω J u: straight lines turned around where they are going. J is
    antisymmetric, so divergence and volume are those of straight lines, d/t and 1/t^d. An odd last coordinate stays.

    turns: ω/2π.
    """

    turns: float = 0.5

    def at(self, x0, x1, t):
        return (1 - t) * x0 + t * self._turned(x1, self._omega * (1 - t))

    def back(self, x, x0, t):
        return self._turned((x - (1 - t) * x0) / t, -self._omega * (1 - t))

    def velocity(self, x, x0, t):
        return (x - x0) / t - self._omega * _quarter(x - (1 - t) * x0)

    def log_volume(self, dimension, t):
        return -dimension * math.log(t)

    def divergence(self, dimension, t):
        return dimension / t

    @property
    def _omega(self) -> float:
        return 2 * math.pi * self.turns

    @staticmethod
    def _turned(x: Tensor, angle) -> Tensor:
        cos, sin = (torch.as_tensor(angle, dtype=x.dtype).cos(), torch.as_tensor(angle, dtype=x.dtype).sin())
        turned = cos * x + sin * _quarter(x)
        return torch.cat([turned[..., :-1], x[..., -1:]], -1) if x.shape[-1] % 2 else turned


def _quarter(x: Tensor) -> Tensor:
    """J x: (x1, x2, ...) -> (−x2, x1, ...), and 0 for an odd last coordinate."""
    even = x[..., : x.shape[-1] // 2 * 2]
    turned = torch.stack([-even[..., 1::2], even[..., ::2]], -1).flatten(-2)
    return torch.cat([turned, torch.zeros_like(x[..., even.shape[-1] :])], -1)


def velocity_of(back: Callable[[Tensor, Tensor, Tensor], Tensor], x: Tensor, x0: Tensor, t: float) -> Tensor:
    """f = −(∂φ/∂x)⁻¹ ∂φ/∂t of any family by automatic differentiation.

    back: φ, (x, x0, t) of one point -> x1, all (d,), t a 0-dimensional tensor; x: (B, d); x0: (d,) or (B, d).
    """
    time = torch.tensor(t, dtype=x.dtype)

    def one(x, x0):
        by_x = torch.func.jacrev(lambda y: back(y, x0, time))(x)
        by_t = torch.func.jvp(lambda s: back(x, x0, s), (time,), (torch.ones_like(time),))[1]
        return -torch.linalg.solve(by_x, by_t)

    return torch.stack([one(*pair) for pair in zip(x, x0.expand_as(x), strict=True)])
