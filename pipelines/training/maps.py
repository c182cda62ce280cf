"""Batches of pictures with their maps: which kinds are told is drawn at random, as any subset shall work."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import max_pool2d

from ..conditions.extract import CHANNELS, KINDS, extract_all
from ..conditions.hint import START, WIDTHS, stacked
from ..networks.condition_input import ConditionInput
from .pictures import moved, to_model

INK = ("edges", "lines")  # kinds that a person draws with a pen of any width


class Maps:
    """All kinds of maps of a data set's pictures."""

    def __init__(self, images: np.ndarray):
        self.maps = extract_all(images)

    def hint(self, indices: np.ndarray) -> Tensor:
        """Of all kinds: (B, Σ widths, H, W)."""
        return stacked({kind: self.maps[kind][indices] for kind in KINDS})


def batch(
    images: np.ndarray,
    maps: Maps,
    indices: np.ndarray,
    rng: torch.Generator,
    share: float,
    background: float,
    single: float,
    thick: float,
) -> tuple[Tensor, ConditionInput]:
    """Pictures, (B, 3, H, W), and their hints, moved together.

    share: of pictures that are moved; single: of hints of one kind, the others are any subset; thick: of hints whose lines are
    drawn with a thicker pen.
    """
    x0, hint = to_model(images[indices]), maps.hint(indices)
    empty = torch.full((1, 3 + hint.shape[1], 1, 1), background)
    for kind in KINDS:
        if CHANNELS[kind] == 1:
            empty[:, 3 + START[kind]] = -1
        empty[:, 3 + START[kind] + CHANNELS[kind]] = 1
    both = moved(torch.cat([x0, hint], 1), rng, share=share, background=empty)
    x0, hint = both[:, :3], both[:, 3:]
    wide = torch.rand(len(x0), 1, 1, 1, generator=rng) < thick
    for kind in INK:
        part = hint[:, START[kind] : START[kind] + 1]
        hint[:, START[kind] : START[kind] + 1] = torch.where(wide, max_pool2d(part, 3, 1, 1), part)
    return x0, told(hint, kinds(len(x0), rng, single))


def kinds(count: int, rng: torch.Generator, single: float) -> Tensor:
    """Which kinds are told: (count, K) bool, at least one each."""
    one = torch.nn.functional.one_hot(torch.randint(len(KINDS), (count,), generator=rng), len(KINDS)).bool()
    several = (torch.rand(count, len(KINDS), generator=rng) < 0.5) | one
    return torch.where(torch.rand(count, 1, generator=rng) < single, one, several)


def told(hint: Tensor, kept: Tensor) -> ConditionInput:
    """The hint with only these kinds, (B, K) bool, at strength 1."""
    there = kept.repeat_interleave(torch.tensor(WIDTHS), 1)[..., None, None]
    strength = kept.float()
    return ConditionInput(hint * there, strength, torch.zeros_like(strength), torch.ones_like(strength))
