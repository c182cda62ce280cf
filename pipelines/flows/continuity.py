"""The continuity equation ∂p/∂t = −∇·(f p): what makes a field the field of a density."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor


def residual(
    density: Callable[[Tensor, float], Tensor],
    field: Callable[[Tensor, float], Tensor],
    axes: Sequence[Tensor],
    t: float,
    dt: float = 1e-4,
) -> Tensor:
    """∂p/∂t + ∇·(f p) on a grid, by central differences: it falls with the square of the grid's spacing.

    density: (B, d), t -> (B,); field: (B, d), t -> (B, d); axes: d equally spaced axes. Returns a value a grid point,
    of the shape of the grid.
    """
    grid = torch.meshgrid(*axes, indexing="ij")
    points, shape = torch.stack([g.flatten() for g in grid], -1), grid[0].shape
    by_t = (density(points, t + dt) - density(points, t - dt)).reshape(shape) / (2 * dt)
    flux = (field(points, t) * density(points, t)[:, None]).reshape(*shape, len(axes))
    for k, axis in enumerate(axes):
        by_t = by_t + torch.gradient(flux[..., k], spacing=float(axis[1] - axis[0]), dim=k, edge_order=2)[0]
    return by_t
