"""The priors of the 1-D flow, all on or about [0, 2]."""

from __future__ import annotations

import torch
from torch import Tensor

from pipelines.flows import Gaussian, Prior, Uniform


class Moved(Gaussian):
    """N(1, deviation²)."""

    def sample(self, n, generator=None):
        return super().sample(n, generator) + 1

    def log_density(self, x: Tensor) -> Tensor:
        return super().log_density(x - 1)


class Triangle(Prior):
    """1 − |x − 1| on [0, 2]."""

    dimension = 1

    def sample(self, n, generator=None):
        return torch.rand(2, n, 1, generator=generator, dtype=torch.float64).sum(0)

    def log_density(self, x: Tensor) -> Tensor:
        return (1 - (x[..., 0] - 1).abs()).clamp(min=0).log()

    def outside(self, x: Tensor) -> Tensor:
        return (x - x.clamp(0, 2)).norm(dim=-1)


PRIOR: dict[str, Prior] = {"uniform": Uniform(1, 0.0, 2.0), "normal": Moved(1, 0.5), "triangle": Triangle()}
