"""Batches of pictures: to [-1, 1], moved and turned a little, with grain, noised; and on one sheet, to look at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample


def to_model(images: np.ndarray) -> Tensor:
    """(B, S, S, 3) uint8 -> (B, 3, S, S) float32 in [-1, 1]."""
    return torch.from_numpy(np.ascontiguousarray(images)).permute(0, 3, 1, 2).float() / 127.5 - 1


def moved(
    x: Tensor,
    rng: torch.Generator,
    share: float = 0.8,
    shift: float = 0.06,
    zoom: float = 0.12,
    turn: float = 0.14,
    flip: bool = False,
    background: float = 1.0,
) -> Tensor:
    """Shift (of the half width), scale and turn (radians) a `share` of the pictures; the rims are `background`.

    x: (B, 3, S, S) in [-1, 1], white = 1. The rest stays as it is, to the bit.
    """
    uniform = lambda: torch.rand(len(x), generator=rng) * 2 - 1  # noqa: E731
    angle, scale, dx, dy = uniform() * turn, torch.exp(uniform() * zoom), uniform() * shift, uniform() * shift
    mirror = torch.where(torch.rand(len(x), generator=rng) < 0.5, -1.0, 1.0) if flip else torch.ones(len(x))
    c, s = angle.cos() * scale, angle.sin() * scale
    theta = torch.stack([torch.stack([c * mirror, -s, dx], -1), torch.stack([s * mirror, c, dy], -1)], 1)
    # Zeros come in at the rims, and the background less itself is zero.
    out = (
        grid_sample(x - background, affine_grid(theta, x.shape, align_corners=False), align_corners=False) + background
    )
    keep = torch.rand(len(x), generator=rng) >= share
    return torch.where(keep[:, None, None, None], x, out)


def varied(x: Tensor, rng: torch.Generator, grain: float, background: float = 1.0) -> Tensor:
    """What a network of clean pictures is trained on: moved widely, with noise of up to `grain`; a sampler leaves some."""
    x = moved(x, rng, share=0.9, shift=0.1, zoom=0.2, turn=0.2, background=background)
    grains = torch.rand(len(x), 1, 1, 1, generator=rng) * grain
    return x + grains * torch.randn(x.shape, generator=rng)


def some(indices: np.ndarray, size: int, rng: torch.Generator) -> np.ndarray:
    """`size` of the indices at random, each at most once as long as there are enough."""
    if size <= len(indices):
        return indices[torch.randperm(len(indices), generator=rng)[:size].numpy()]
    return indices[torch.randint(len(indices), (size,), generator=rng).numpy()]


def noised(x: Tensor, timesteps: Tensor, schedule, rng: torch.Generator) -> Tensor:
    """x_t = a x0 + b ε. x: (B, 3, S, S); timesteps: (B,) long."""
    return schedule.add_noise(x, torch.randn(x.shape, generator=rng), timesteps)


def sheet(rows: Sequence[Sequence[Image.Image]], gap: int = 2) -> Image.Image:
    """One picture of rows of equally large pictures, on white."""
    width, height = rows[0][0].size
    columns = max(len(row) for row in rows)
    whole = Image.new("RGB", (columns * (width + gap) - gap, len(rows) * (height + gap) - gap), "white")
    for y, row in enumerate(rows):
        for x, picture in enumerate(row):
            whole.paste(picture, (x * (width + gap), y * (height + gap)))
    return whole
