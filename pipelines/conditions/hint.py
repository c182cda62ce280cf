"""The hint of the local conditions: a stack of maps, one part a kind, 0 where a kind is not told."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ..declarations.inline import picture_of
from ..lazy import Tensor, torch
from .extract import CHANNELS, KINDS, drawn, extract, shown

WIDTHS = tuple(CHANNELS[kind] + 1 for kind in KINDS)  # a part's channels, and one that says that it is there
START = dict(zip(KINDS, np.cumsum((0, *WIDTHS[:-1])).tolist(), strict=True))


def stacked(maps: dict[str, np.ndarray]) -> Tensor:
    """Maps of the kinds that are told -> the hint. Each (B, H, W, c) uint8 -> (B, Σ widths, H, W) in [−1, 1]."""
    first = next(iter(maps.values()))
    hint = torch.zeros(len(first), sum(WIDTHS), *first.shape[1:3])
    for kind, values in maps.items():
        start = START[kind]
        part = torch.from_numpy(np.ascontiguousarray(values)).permute(0, 3, 1, 2).float() / 127.5 - 1
        hint[:, start : start + CHANNELS[kind]] = part
        hint[:, start + CHANNELS[kind]] = 1
    return hint


@lru_cache(maxsize=256)
def map_of(kind: str, picture: str, ready: bool, side: int, background: tuple[int, int, int]) -> np.ndarray:
    """The map of a picture held as text (`inline.as_url`): (side, side, c) uint8, not to be written to.

    ready: the picture is the map already, drawn by hand; else it is taken from the picture.
    """
    return (drawn if ready else extract)(kind, picture_of(picture), side, background)


def as_picture(kind: str, values: np.ndarray) -> Tensor:
    """The map as published ControlNets want it: white lines and shapes on black, colours as they are. (3, H, W) in [0, 1]."""
    picture = np.asarray(shown(kind, values))
    if CHANNELS[kind] == 1:
        picture = 255 - picture
    return torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1).float() / 255
