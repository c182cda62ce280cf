"""How clean the paint of a picture is: a drawing is flat areas and sharp edges, and a network that is unsure blotches both."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

FLAT, EDGE = 2.0, 60.0  # of 255


class Paint(NamedTuple):
    """Shares of the pairs of neighbouring pixels, by the largest difference of a colour; they add up to 1."""

    flat: float  # below FLAT: one colour
    blotched: float  # from FLAT to EDGE: neither paint nor line
    edge: float  # above EDGE: a line


def paint_shares(x: Tensor) -> Paint:
    """Of pictures (B, 3, H, W) in [-1, 1], over pairs side by side and one above the other."""
    if x.ndim != 4 or min(x.shape[-2:]) < 2:
        raise ValueError(f"x has shape {tuple(x.shape)}; it must be (B, C, H, W) with at least 2 × 2 pixels.")
    levels = ((x.float().clamp(-1, 1) + 1) * 127.5).round()  # as a file holds them
    steps = torch.cat([levels.diff(dim=dim).abs().amax(1).flatten() for dim in (-1, -2)])
    flat, edge = (steps < FLAT).float().mean().item(), (steps > EDGE).float().mean().item()
    return Paint(flat, 1 - flat - edge, edge)
