"""Where a model lives: in pixels, or in an autoencoder's latents. A part of a pipeline, as its schedule is.

A sampler never asks: x is what the network denoises. Whatever looks at a picture decodes first, and whatever is shown
to the network is encoded first.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from itertools import product
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn.functional import pad


class Space(Protocol):
    """channels: of x; factor: pixels a side of one of its places; background: the value of empty space in x; paper: in pictures."""

    channels: int
    factor: int
    background: float
    paper: float

    def decode(self, x: Tensor) -> Tensor:
        """Pictures in [−1, 1], (B, 3, H, W), of x: (B, channels, H / factor, W / factor)."""

    def encode(self, pictures: Tensor) -> Tensor:
        """x of pictures in [−1, 1]: the other way round."""


@dataclass(frozen=True)
class PixelSpace:
    """x is the picture."""

    background: float = 1.0
    channels: int = 3
    factor: int = 1

    @property
    def paper(self) -> float:
        """x is the picture."""
        return self.background

    def decode(self, x: Tensor) -> Tensor:
        return x

    def encode(self, pictures: Tensor) -> Tensor:
        return pictures


@dataclass(frozen=True)
class LatentSpace:
    """x is what one of diffusers' autoencoders makes of a picture, by its own scale and shift (Rombach et al. 2022, arXiv 2112.10752)."""

    vae: nn.Module
    background: float = 0.0
    paper: float = 1.0
    batch: int = 32  # pictures at a time: the decoder's first layers are large
    bilateral: int = 0  # passes of a filter over what is decoded, for drawings of flat paint

    @property
    def channels(self) -> int:
        """Of the latents."""
        return self.vae.config.latent_channels

    @property
    def factor(self) -> int:
        """Pixels a side of one latent."""
        if ratio := getattr(self.vae, "spatial_compression_ratio", None):
            return ratio
        return 2 ** (len(self.vae.config.block_out_channels) - 1)

    @property
    def _shift(self) -> float:
        return getattr(self.vae.config, "shift_factor", None) or 0.0

    def decode(self, x: Tensor) -> Tensor:
        z = (x / self.vae.config.scaling_factor + self._shift).to(self.vae.dtype)
        held = next(getattr(self.vae, "decoder", self.vae).parameters()).dtype  # it alone may be in half precision
        with torch.autocast(x.device.type, held) if held != z.dtype else nullcontext():
            parts = [self.vae.decode(part).sample for part in z.split(self.batch)]
        pictures = torch.cat(parts).to(x.dtype)
        for _ in range(self.bilateral):
            pictures = bilateral(pictures)
        return pictures

    def encode(self, pictures: Tensor) -> Tensor:
        """The mean of the latents, where the autoencoder gives a distribution."""
        parts = [self._encoded(part) for part in pictures.to(self.vae.dtype).split(self.batch)]
        return ((torch.cat(parts) - self._shift) * self.vae.config.scaling_factor).to(pictures.dtype)

    def _encoded(self, pictures: Tensor) -> Tensor:
        answer = self.vae.encode(pictures)
        if hasattr(answer, "latent_dist"):
            return answer.latent_dist.mode()
        return answer.latent if hasattr(answer, "latent") else answer.latents


def bilateral(pictures: Tensor, reach: float = 6.0) -> Tensor:
    """A pass of a bilateral filter of 3 × 3 pixels (Tomasi & Manduchi 1998): the grain of flat paint goes, lines stay.

    pictures: (B, 3, H, W) around [−1, 1]. A neighbour counts by exp(−(d/reach)²), d the largest difference of a colour in 255.
    """
    height, width = pictures.shape[-2:]
    around, total, weights = pad(pictures, (1, 1, 1, 1), mode="replicate"), 0.0, 0.0
    for down, right in product(range(3), repeat=2):
        each = around[..., down : down + height, right : right + width]
        weight = ((each - pictures).abs().amax(1, keepdim=True) * (127.5 / reach)).square().neg().exp()
        total, weights = total + weight * each, weights + weight
    return total / weights


def space_of(vae: nn.Module | None, background: float, passes: int = 0) -> Space:
    """Latents with an autoencoder, pixels without. background: of empty space, in the space; passes: of `bilateral`."""
    return PixelSpace(background) if vae is None else LatentSpace(vae, background, bilateral=passes)
