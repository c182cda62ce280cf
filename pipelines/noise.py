"""Randomness as an argument: one generator an image, so that a batch equals its singles."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor


class Draw:
    """draw(shape) -> standard normal noise of that shape; image i draws from generator i alone.

    Args:
        generators: one `torch.Generator` an image. They live on the CPU, so that a seed gives the
            same noise on every device.
    """

    def __init__(self, generators: Iterable[torch.Generator], device="cpu", dtype=torch.float32):
        self.generators, self.device, self.dtype = list(generators), device, dtype

    @classmethod
    def from_seeds(cls, seeds: Iterable[int], device="cpu", dtype=torch.float32) -> Draw:
        """One fresh generator a seed."""
        return cls([torch.Generator().manual_seed(int(seed)) for seed in seeds], device, dtype)

    def __len__(self) -> int:
        return len(self.generators)

    def __call__(self, shape) -> Tensor:
        """shape: (B, ...) with B the number of generators."""
        if shape[0] != len(self):
            raise ValueError(f"shape = {tuple(shape)} is not allowed; the first number must be {len(self)}, the seeds.")
        noise = [torch.randn(tuple(shape[1:]), generator=g, dtype=self.dtype) for g in self.generators]
        return torch.stack(noise).to(self.device)
