"""How alike two pictures are: peak signal-to-noise ratio, structural similarity, cosine."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import conv2d, cosine_similarity

RANGE = 2.0  # of pictures in [−1, 1]


def psnr(x: Tensor, y: Tensor) -> Tensor:
    """10 log10(range² / mean squared error) in decibels: (B,). x, y: (B, 3, H, W) in [−1, 1]."""
    return 10 * torch.log10(RANGE**2 / (x - y).square().mean((1, 2, 3)))


def ssim(x: Tensor, y: Tensor) -> Tensor:
    """Structural similarity (Wang et al. 2004): Gaussian windows of σ = 1.5 and 11 pixels, mean over colours. (B,).

    x, y: (B, 3, H, W) in [−1, 1]; windows that reach over the rim are left out.
    """
    at = torch.arange(-5, 6, dtype=x.dtype, device=x.device)
    line = torch.exp(-0.5 * (at / 1.5) ** 2)
    line = line / line.sum()

    def mean(z: Tensor) -> Tensor:
        z = z.flatten(0, 1)[:, None]
        return conv2d(conv2d(z, line[None, None, :, None]), line[None, None, None, :]).unflatten(0, x.shape[:2])[
            :, :, 0
        ]

    mx, my = mean(x), mean(y)
    vx, vy, vxy = mean(x * x) - mx**2, mean(y * y) - my**2, mean(x * y) - mx * my
    c1, c2 = (0.01 * RANGE) ** 2, (0.03 * RANGE) ** 2
    values = (2 * mx * my + c1) * (2 * vxy + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
    return values.mean((1, 2, 3))


def cosine(x: Tensor, y: Tensor, background: float = 1.0) -> Tensor:
    """Cosine similarity of the pictures as vectors, relative to the background's value. (B,)."""
    return cosine_similarity((x - background).flatten(1), (y - background).flatten(1), dim=1)
