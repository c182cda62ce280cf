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


def relative_residual(
    log_density: Callable[[Tensor, float], Tensor],
    field: Callable[[Tensor, float], Tensor],
    x: Tensor,
    t: float,
    dt: float = 1e-5,
) -> Tensor:
    """(∂p/∂t + ∇·(f p))/p = ∂log p/∂t + f·∇log p + ∇·f at points, (B, d) -> (B,): by automatic differentiation in x and a
    central difference in t, so no grid is needed. nan where p is 0. log_density: (B, d), t -> (B,)."""
    x = x.detach().requires_grad_()
    with torch.enable_grad():
        f, log = field(x, t), log_density(x, t)
        slope = torch.autograd.grad(log.sum() + 0 * x.sum(), x)[0]  # a uniform density does not depend on x
        apart = [torch.autograd.grad(f[:, k].sum(), x, retain_graph=True)[0][:, k] for k in range(x.shape[1])]
    by_t = (log_density(x.detach(), t + dt) - log_density(x.detach(), t - dt)) / (2 * dt)
    return (by_t + (f.detach() * slope).sum(1) + torch.stack(apart).sum(0)).masked_fill(
        log.detach().isneginf(), torch.nan
    )
