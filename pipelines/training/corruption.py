"""Small pictures made imperfect, as a base model's are, so that an upsampler sharpens and does not merely copy.

Blur, smudges and a faint grid are for the network to see (as the degradations of Real-ESRGAN, Wang et al. 2021);
Gaussian noise has a level that it is told (conditioning augmentation, Ho et al. 2022).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import conv2d, interpolate, pad


def corrupted(
    small: Tensor,
    rng: torch.Generator,
    *,
    share: float = 0.6,
    blur: float = 0.9,
    smudge: float = 0.06,
    grid: float = 0.05,
    tile: int = 4,
) -> Tensor:
    """A `share` of the pictures blurred, smudged and patterned; the rest as they are, to the bit.

    small: (B, 3, h, w) in [−1, 1]. blur: largest standard deviation, in pixels. smudge, grid: largest standard
    deviation of the spots and of the pattern that repeats every `tile` pixels.
    """
    n, _, h, w = small.shape

    def strength(top: float) -> Tensor:
        return top * torch.rand(n, 1, 1, 1, generator=rng)

    bad = blurred(small, strength(blur).flatten().clamp(min=0.05))
    spots = torch.randn(n, 3, h // tile, w // tile, generator=rng)
    pattern = torch.randn(n, 3, tile, tile, generator=rng).repeat(1, 1, h // tile, w // tile)
    bad = bad + strength(smudge) * interpolate(spots, size=(h, w), mode="bicubic") + strength(grid) * pattern
    keep = torch.rand(n, 1, 1, 1, generator=rng) >= share
    return torch.where(keep, small, bad.clamp(-1, 1))


def blurred(x: Tensor, deviation: Tensor) -> Tensor:
    """A Gaussian blur of each picture's own width. x: (B, C, h, w); deviation: (B,), in pixels, up to about 1.5."""
    n, c, h, w = x.shape
    at = torch.arange(-3, 4, dtype=x.dtype)
    line = torch.exp(-0.5 * (at / deviation[:, None]) ** 2)
    line = (line / line.sum(1, keepdim=True)).repeat_interleave(c, 0)
    rows = pad(x, (3, 3, 3, 3), mode="replicate").reshape(1, n * c, h + 6, w + 6)
    rows = conv2d(rows, line[:, None, :, None], groups=n * c)
    return conv2d(rows, line[:, None, None, :], groups=n * c).reshape(n, c, h, w)


def noisy(small: Tensor, rng: torch.Generator, highest: float, clean: float = 0.25) -> tuple[Tensor, Tensor]:
    """The pictures with Gaussian noise, and its level: 0 for a share `clean`, else uniform up to `highest`. (B,)"""
    n = len(small)
    level = highest * torch.rand(n, generator=rng) * (torch.rand(n, generator=rng) >= clean)
    return small + level[:, None, None, None] * torch.randn(small.shape, generator=rng), level
