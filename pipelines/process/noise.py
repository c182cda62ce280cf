"""Randomness as an argument: one stream an image, so that a batch has the noise of its singles.

A stream is a seed and what its noise is for, and no two streams meet. The picture itself is drawn from torch's generator,
which tells 2³² seeds apart and has no room for a purpose beside them: all else is drawn from numpy's, of a `SeedSequence`
whose spawn key is the purpose.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Union

import numpy as np

from ..declarations.arguments import seeds_of
from ..lazy import Tensor, torch

PICTURE = "picture"
OTHERS = ("upsampler", "reference", "training", "prior")  # a purpose's place is its spawn key: new ones go to the end

Stream = Union["torch.Generator", np.random.Generator]


def stream(seed: int, purpose: str = PICTURE) -> Stream:
    """A fresh stream: "picture" for the noise that a picture begins with and its sampler adds, or one of `OTHERS`.

    Raises:
        ValueError: a seed that cannot be told apart from another, or an unknown purpose.
    """
    (seed,) = seeds_of([seed])
    if purpose == PICTURE:
        return torch.Generator().manual_seed(seed)
    if purpose not in OTHERS:
        raise ValueError(f"Unknown purpose {purpose!r}; choose from {sorted([PICTURE, *OTHERS])}.")
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(OTHERS.index(purpose),))))


def normal(stream: Stream, shape, dtype: torch.dtype | None = None) -> Tensor:
    """Standard normal noise, the next of the stream, on the CPU; float32 unless a dtype is given."""
    dtype = dtype or torch.float32
    if isinstance(stream, torch.Generator):
        return torch.randn(tuple(shape), generator=stream, dtype=dtype)
    wide = np.float64 if dtype == torch.float64 else np.float32
    return torch.from_numpy(stream.standard_normal(tuple(shape), dtype=wide)).to(dtype)


class Draw:
    """draw(shape) -> standard normal noise of that shape; image i draws from stream i alone.

    Args:
        generators: one stream an image, a `torch.Generator` or what `stream` gives. They live on the CPU, so that a seed
            gives the same noise on every device.
    """

    def __init__(self, generators: Iterable[Stream], device="cpu", dtype: torch.dtype | None = None):
        self.generators, self.device, self.dtype = list(generators), device, dtype

    @classmethod
    def from_seeds(
        cls, seeds: Iterable[int], device="cpu", dtype: torch.dtype | None = None, purpose: str = PICTURE
    ) -> Draw:
        """One fresh stream a seed. Raises as `stream`."""
        return cls([stream(seed, purpose) for seed in seeds_of(seeds)], device, dtype)

    def __len__(self) -> int:
        return len(self.generators)

    def __call__(self, shape) -> Tensor:
        """shape: (B, ...) with B the number of streams."""
        if shape[0] != len(self):
            raise ValueError(f"shape = {tuple(shape)} is not allowed; the first number must be {len(self)}, the seeds.")
        return torch.stack([normal(each, shape[1:], self.dtype) for each in self.generators]).to(self.device)
