"""The upsampler's network: what is missing in an enlarged picture, from noise, told the small picture and the text.

GLIDE's third part (Nichol et al. 2021): a diffusion model of the large picture whose condition, the small picture, is
joined to x_t on channels (Saharia et al. 2021, SR3), made robust by noise on that condition whose level the network is
told (Ho et al. 2022, cascaded diffusion models).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from diffusers import ConfigMixin, ModelMixin, UNet2DConditionModel
from diffusers.configuration_utils import register_to_config
from torch import Tensor
from torch.nn.functional import interpolate, pixel_shuffle, pixel_unshuffle

from ..process.schedule import NoiseSchedule
from .precision import in_own_numbers


class Upsampler(ModelMixin, ConfigMixin):
    """x̂0 of a large picture from x_t, the small picture, the level of noise on it, and the pooled text.

    Diffusers' U-Net sees p × p patches of x_t − a·base, where base is the small picture enlarged (bicubic), beside
    the small picture on the same grid; it gives the residual x0 − base, which is 0 before training. Input and output
    are scaled to unit variance at every time, with residual_std² + level² as the residual's variance. There is no skip
    from input to output: most of a picture is flat, where a network finds nothing more easily than the noise.

    Args:
        size: side of the large picture in pixels; factor: how much smaller the small one is.
        patch: side p of a patch; channels: of each resolution; layers: residual blocks in each.
        text_dim: length of the pooled text.
        shift: of the `NoiseSchedule`: above 1, since the small picture tells most of what noise hides.
        residual_std: standard deviation of x0 − base in the data.
    """

    @register_to_config
    def __init__(
        self,
        size: int = 128,
        factor: int = 2,
        patch: int = 4,
        channels: Sequence[int] = (64, 96),
        layers: int = 1,
        text_dim: int = 256,
        shift: float = 4.0,
        residual_std: float = 0.1,
        groups: int = 16,
    ):
        super().__init__()
        if patch % factor:
            raise ValueError(f"patch = {patch} is not allowed; it must be a multiple of factor, {factor}.")
        self.schedule = NoiseSchedule(shift=shift)
        self.unet = UNet2DConditionModel(
            sample_size=size // patch,
            in_channels=3 * patch**2 + 3 * (patch // factor) ** 2,
            out_channels=3 * patch**2,
            block_out_channels=tuple(channels),
            down_block_types=("DownBlock2D",) * len(channels),
            up_block_types=("UpBlock2D",) * len(channels),
            mid_block_type="UNetMidBlock2D",
            layers_per_block=layers,
            norm_num_groups=groups,
            resnet_time_scale_shift="scale_shift",
            class_embed_type="projection",
            projection_class_embeddings_input_dim=text_dim + 1,
        )
        torch.nn.init.zeros_(self.unet.conv_out.weight)
        torch.nn.init.zeros_(self.unet.conv_out.bias)

    @property
    def small_shape(self) -> tuple[int, int, int]:
        """(3, h, w) of the small picture."""
        side = self.config.size // self.config.factor
        return 3, side, side

    def enlarged(self, small: Tensor) -> Tensor:
        """base: the small picture at the large one's size, bicubic. (B, 3, h, w) -> (B, 3, H, W)."""
        return interpolate(small, scale_factor=self.config.factor, mode="bicubic", align_corners=False)

    @in_own_numbers
    def forward(self, x: Tensor, timesteps: Tensor, small: Tensor, level: Tensor, pooled: Tensor) -> Tensor:
        """x̂0, (B, 3, H, W).

        x: (B, 3, H, W), x_t; timesteps: (B,), indices of the schedule. small: (B, 3, h, w) in [−1, 1], with noise of
        standard deviation level: (B,). pooled: (B, D).
        """
        a, c_in, c_out = self.scales(timesteps, level)
        base, patch = self.enlarged(small), self.config.patch
        known = x - a * base
        # White is 0 for the network, as it is in the padding of its convolutions.
        patches = torch.cat(
            [pixel_unshuffle(known * c_in, patch), pixel_unshuffle(small - 1, patch // self.config.factor)], 1
        )
        told = torch.cat([pooled, level[:, None]], 1)
        output = self.unet(
            patches.contiguous(memory_format=torch.channels_last),
            timesteps,
            encoder_hidden_states=None,
            class_labels=told,
            return_dict=False,
        )[0]
        return base + c_out * pixel_shuffle(output, patch)

    def scales(self, timesteps: Tensor, level: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """a, c_in = 1/√(a²s² + b²) and c_out = s of x_t − a·base = a r + b ε, where r has variance s² = residual_std² +
        level²: the network's input and output have unit variance. timesteps, level: (B,); the results: (B, 1, 1, 1).
        """
        signal = self.schedule.signal(timesteps)
        a, b = signal.sqrt().to(level), (1 - signal).sqrt().to(level)
        variance = self.config.residual_std**2 + level**2
        parts = (a, (a**2 * variance + b**2).rsqrt(), variance.sqrt())
        return tuple(part[:, None, None, None] for part in parts)
