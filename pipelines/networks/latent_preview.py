"""A quick look at latents, while a picture is still being drawn: nearly what the decoder would draw, for a fiftieth of its work.

The usual quick look is a linear map from the channels of a place to its colour (latent RGB factors). Where colours are not linear
in the latents they are almost so in random features of a place and its neighbours (Rahimi & Recht 2007, random features), so a
fixed random layer stands before the linear map, and least squares still finds it.
"""

from __future__ import annotations

import torch
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn
from torch.nn.functional import interpolate, pixel_shuffle, relu

from .precision import in_own_numbers


class LatentPreview(ModelMixin, ConfigMixin):
    """Latents (B, C, h, w) -> pictures in [−1, 1], (B, 3, factor h, factor w), enlarged smoothly from patch × patch pixels a place.

    Args:
        channels: C. features: random ones. autoencoder: a name of the weights whose latents they are.
    """

    @register_to_config
    def __init__(self, channels: int = 12, features: int = 512, patch: int = 4, factor: int = 8, autoencoder: str = ""):
        super().__init__()
        self.random = nn.Conv2d(channels, features, 3, padding=1)
        self.linear = nn.Conv2d(channels + features, 3 * patch**2, 1)

    def seen(self, x: Tensor) -> Tensor:
        """What the linear map is of: the latents and their features, (B, C + features, h, w)."""
        return torch.cat([x, relu(self.random(x))], 1)

    @in_own_numbers
    def forward(self, x: Tensor) -> Tensor:
        """x: (B, C, h, w), as the network denoises it."""
        small = pixel_shuffle(self.linear(self.seen(x)), self.config.patch)
        return interpolate(small, scale_factor=self.config.factor / self.config.patch, mode="bicubic").clamp(-1, 1)
