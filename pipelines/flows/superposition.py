"""The field of many data points: the mean of their paths' velocities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .paths import Path
from .priors import Prior


@dataclass(frozen=True)
class Superposition:
    """f_t(x) = E[f_t(x | x0) | x_t = x] for data that is a set of points, in closed form (Lipman et al. 2023, theorem 1).

    The weight of a point is the posterior of x0 given x_t: proportional to p_t(x | x0) = p1(φ_t(x | x0)) · |det ∂φ/∂x|,
    the prior's density where the trajectory to it began.

    Args:
        path: how data and prior are joined.
        prior: p1, in d dimensions.
        points: (N, d) data points, each as likely as the others; one that is given twice counts twice.

    Raises:
        ValueError: points and a prior of different dimensions.
    """

    path: Path
    prior: Prior
    points: Tensor

    def __post_init__(self):
        if self.points.ndim != 2 or self.points.shape[1] != self.prior.dimension or not len(self.points):
            raise ValueError(
                f"points of shape {tuple(self.points.shape)} is not allowed; "
                f"allowed: (N, {self.prior.dimension}), N at least 1."
            )

    def weights(self, x: Tensor, t: float) -> Tensor:
        """p(x0 = point | x_t = x). x: (B, d) -> (B, N).

        Where no trajectory passes (a uniform prior has an edge) all weight is at the point that misses it least.
        """
        began = self.path.back(x[:, None], self.points, t)
        logs = self.prior.log_density(began)
        nowhere = logs.isneginf().all(-1, keepdim=True)
        nearest = torch.nn.functional.one_hot(self.prior.outside(began).argmin(-1), len(self.points)).to(x.dtype)
        return torch.where(nowhere, nearest, logs.masked_fill(nowhere, 0.0).softmax(-1))

    def field(self, x: Tensor, t: float) -> Tensor:
        """f_t(x), (B, d), for t in (0, 1]."""
        return (self.weights(x, t)[..., None] * self.path.velocity(x[:, None], self.points, t)).sum(1)

    def log_density(self, x: Tensor, t: float) -> Tensor:
        """log p_t(x), −∞ where no trajectory passes. x: (B, d) -> (B,)."""
        each = self.prior.log_density(self.path.back(x[:, None], self.points, t))
        log_volume = self.path.log_volume(self.prior.dimension, t)
        return each.logsumexp(-1) - torch.tensor(float(len(self.points)), dtype=x.dtype).log() + log_volume

    def density(self, x: Tensor, t: float) -> Tensor:
        """p_t(x). (B, d) -> (B,)"""
        return self.log_density(x, t).exp()

    def trajectories(self, x1: Tensor, times: Sequence[float]) -> Tensor:
        """Euler's method from x1 at times[0] on.

        x1: (B, d); times: falling, above 0 but for the last. Returns (len(times), B, d).
        """
        x, path = x1, [x1]
        for t, s in zip(times, times[1:]):
            x = x + (s - t) * self.field(x, t)
            path.append(x)
        return torch.stack(path)
