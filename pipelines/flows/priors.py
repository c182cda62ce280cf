"""Laws that a flow can start from."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor


class Prior:
    """A law p1 in d dimensions. Points are (B, d)."""

    dimension: int

    def sample(self, n: int, generator: torch.Generator | None = None) -> Tensor:
        """n points, (n, d), float64."""
        raise NotImplementedError

    def log_density(self, x: Tensor) -> Tensor:
        """log p1(x), −∞ where there is nothing. x: (..., d) -> (...)."""
        raise NotImplementedError

    def outside(self, x: Tensor) -> Tensor:
        """How far a point is from where the density is positive. (..., d) -> (...), 0 inside."""
        return torch.zeros(x.shape[:-1], dtype=x.dtype)


@dataclass(frozen=True)
class Gaussian(Prior):
    """N(0, deviation² I).

    Raises:
        ValueError: a dimension below 1, or a deviation that is not above 0.
    """

    dimension: int = 1
    deviation: float = 1.0

    def __post_init__(self):
        _positive("dimension", self.dimension)
        _positive("deviation", self.deviation)

    def sample(self, n, generator=None):
        return self.deviation * torch.randn(n, self.dimension, generator=generator, dtype=torch.float64)

    def log_density(self, x):
        log_scale = self.dimension * math.log(self.deviation * math.sqrt(2 * math.pi))
        return -0.5 * (x / self.deviation).square().sum(-1) - log_scale


@dataclass(frozen=True)
class Uniform(Prior):
    """The same density everywhere in a cube.

    Raises:
        ValueError: a dimension below 1, or low not below high.
    """

    dimension: int = 1
    low: float = 0.0
    high: float = 2.0

    def __post_init__(self):
        _positive("dimension", self.dimension)
        if not self.low < self.high < math.inf:
            raise ValueError(f"low = {self.low}, high = {self.high} is not allowed; low must be below high.")

    def sample(self, n, generator=None):
        return self.low + (self.high - self.low) * torch.rand(
            n, self.dimension, generator=generator, dtype=torch.float64
        )

    def log_density(self, x):
        inside = ((x >= self.low) & (x <= self.high)).all(-1)
        density = torch.full(x.shape[:-1], -self.dimension * math.log(self.high - self.low), dtype=x.dtype)
        return density.masked_fill(~inside, -math.inf)

    def outside(self, x):
        return (x - x.clamp(self.low, self.high)).norm(dim=-1)


@dataclass(frozen=True)
class Sampled(Prior):
    """A law that is known by its samples: each is drawn as it is, blurred by `bandwidth`, which gives it a density.

    Args:
        points: (N, d).
        bandwidth: deviation of the Gaussian around each point (kernel density estimate), above 0.

    Raises:
        ValueError: no points, or a bandwidth that is not above 0.
    """

    points: Tensor
    bandwidth: float = 0.1

    def __post_init__(self):
        if self.points.ndim != 2 or not len(self.points):
            raise ValueError(
                f"points of shape {tuple(self.points.shape)} is not allowed; allowed: (N, d), N at least 1."
            )
        _positive("bandwidth", self.bandwidth)

    @property
    def dimension(self) -> int:
        """d, of the points."""
        return self.points.shape[1]

    def sample(self, n, generator=None):
        chosen = self.points.double()[torch.randint(len(self.points), (n,), generator=generator)]
        return chosen + self.bandwidth * torch.randn(n, self.dimension, generator=generator, dtype=torch.float64)

    def log_density(self, x):
        kernel = Gaussian(self.dimension, self.bandwidth)
        each = kernel.log_density(x.unsqueeze(-2) - self.points.to(x.dtype))
        return each.logsumexp(-1) - math.log(len(self.points))


def _positive(name: str, value: float) -> None:
    if not 0 < value < math.inf:
        raise ValueError(f"{name} = {value} is not allowed; it must be above 0 and finite.")
