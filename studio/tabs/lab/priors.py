"""The priors of the flows: of the 1-D one all on or about [0, 2], of the plane also drawn ones and samples."""

from __future__ import annotations

import torch
from torch import Tensor

from pipelines.flows import Gaussian, Prior, Sampled, Uniform

from .presets import PRESETS

SUPPORT = 90  # points that a drawn or a sampled prior is known by
BANDWIDTH = 0.12


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


def plane_prior(name: str, strokes: tuple) -> Prior:
    """A prior of the plane: "gaussian", "uniform" on ±2, "sampled" from two moons, or "drawn", along strokes."""
    if name == "gaussian":
        return Gaussian(2)
    if name == "uniform":
        return Uniform(2, -2.0, 2.0)
    return Sampled(along(strokes) if name == "drawn" else _moons(), BANDWIDTH)


def along(strokes: tuple) -> Tensor:
    """Points at equal distances along strokes, (x, y, x, y, ...) each; a stroke of no length is a dot. (SUPPORT, 2)"""
    lines = [torch.tensor(stroke, dtype=torch.float64).reshape(-1, 2) for stroke in strokes]
    lines = [line.repeat(2, 1) if len(line) == 1 else line for line in lines]
    pieces = torch.cat([torch.cat([line[:-1], line[1:]], 1) for line in lines])
    length = (pieces[:, 2:] - pieces[:, :2]).norm(dim=1).clamp(min=BANDWIDTH / 4)  # so that a dot counts
    ends = length.cumsum(0)
    places = (torch.arange(SUPPORT, dtype=torch.float64) + 0.5) / SUPPORT * ends[-1]
    chosen = torch.searchsorted(ends, places).clamp(max=len(pieces) - 1)
    share = ((places - ends[chosen] + length[chosen]) / length[chosen])[:, None]
    return torch.lerp(pieces[chosen, :2], pieces[chosen, 2:], share)


def _moons() -> Tensor:
    from .plane import Plane

    return Plane(tuple(PRESETS["moons"]), torch.float64).mixture.sample(SUPPORT, torch.Generator().manual_seed(0))[0]
