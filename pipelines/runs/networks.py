"""The networks of a pipeline as functions of pictures and texts: what the one loop asks, and in which space it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Self

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ..conditions import ConditionSet
from ..declarations.arguments import one, output_type_of
from ..networks.condition_input import Condition
from ..networks.perturbed import PARTS, PerturbedNetwork
from ..networks.precision import wide
from ..process.space import Space, space_of
from .denoiser import Denoiser, PatchUNet
from .step import Step
from .stored import Stored


class Networks(Stored):
    """What `GuidedPipeline` makes of its components: see there which they are."""

    @property
    def space(self) -> Space:
        """Pixels, or the latents of `vae`."""
        return space_of(self.vae, self.config.background, self.config.bilateral)

    @property
    def sample_shape(self) -> tuple[int, int, int]:
        """(C, H, W) of one x: of the picture, in pixels; of its latents, with a `vae`."""
        network = self.network
        if network is self.unet:
            return tuple(network.sample_shape)
        side = self.unet.config.sample_size * network.patch
        return network.channels, side, side

    @property
    def picture_shape(self) -> tuple[int, int, int]:
        """(3, H, W) of one picture."""
        factor = self.space.factor
        _, height, width = self.sample_shape
        return 3, height * factor, width * factor

    @property
    def network(self) -> Callable[..., Tensor]:
        """The U-Net as a function of pictures. A module with `sees_pictures`, such as a data set's exact denoiser, is one."""
        return self._of_pictures(self.unet)

    def _of_pictures(self, unet, sides=()) -> Callable[..., Tensor]:
        if getattr(unet, "sees_pictures", False):
            return unet
        sees_layout = unet.config.in_channels > unet.config.out_channels
        return PatchUNet(
            unet,
            self.schedule,
            self.config.background,
            self.layout if sees_layout else None,
            sides,
            self.space.channels,
        )

    def denoiser(
        self, texts: Sequence[str], negative: Sequence[str], joined: ConditionSet = ConditionSet()
    ) -> Denoiser:
        """The network with its branches, a row a text. Beside "conditional" and "null" a rule may ask for "conditioned" and
        "bare": the null text with all of the conditions, and with none of them.
        """
        text, null = self.encode(texts), self.encode(negative)
        return Denoiser(
            self._of_pictures(self.unet, joined.sides),
            {
                "conditional": text._replace(told=joined.told),
                "null": null._replace(told=joined.unguided),
                "conditioned": null._replace(told=joined.told),
                "bare": null._replace(told=joined.silent),
            },
            self.config.target,
            self.variants(joined.sides),
            self.space,
        )

    def variants(self, sides=()) -> dict[str, Callable[..., Tensor]]:
        """Other networks that a rule may ask for: "weak", which hears no conditions, and "perturbed mid" and its like."""
        network = self._of_pictures(self.unet, sides)
        perturbed = {f"perturbed {blocks}": PerturbedNetwork(network, self.unet, blocks) for blocks in PARTS}
        return perturbed if self.weak is None else {"weak": self._of_pictures(self.weak), **perturbed}

    def compute_in(self, dtype: torch.dtype) -> Self:
        """Hold the U-Net, the weaker one, the networks beside it and the decoder in this dtype; all else stays. See `pipelines.networks.precision`.

        The pipeline itself, as diffusers' `to`. What `save_pretrained` then writes has this dtype too.

        Raises:
            ValueError: no dtype.
        """
        one(torch.dtype, "dtype", dtype, "torch.bfloat16")
        decoder = getattr(self.vae, "decoder", None)
        for network in (self.unet, self.weak, self.controlnet, self.adapter, decoder):
            if network is not None and not getattr(network, "sees_pictures", False):
                torch.nn.Module.to(network, dtype)  # diffusers' own warns even where no module is to be kept in float32
        return self

    @torch.no_grad()
    def encode(self, texts: Sequence[str]) -> Condition:
        """What the U-Net is told of each text; "" is the null condition. states (B, L, W), pooled (B, D)."""
        different = sorted(set(texts))
        rows = torch.tensor([different.index(text) for text in texts], device=self.unet.device)
        told, dtype = self.text_encoder.encode(different).rows(rows), wide(self.unet.dtype)
        return told._replace(states=told.states.to(dtype), pooled=told.pooled.to(dtype))

    @torch.no_grad()
    def postprocess(self, x: Tensor, output_type: str = "pil"):
        """Pictures of x, (B, 3, H, W): decoded where x is latent, as they are where it is a picture already, as an upsampler's is."""
        if output_type_of(output_type) == "latent":
            return x
        x = (self.pictures(x) / 2 + 0.5).clamp(0, 1)
        if output_type == "pt":
            return x
        array = x.permute(0, 2, 3, 1).float().cpu().numpy()
        return array if output_type == "np" else [Image.fromarray(p) for p in (array * 255).round().astype(np.uint8)]

    @torch.no_grad()
    def pictures(self, x: Tensor) -> Tensor:
        """Pictures around [−1, 1], (B, 3, H, W), of x: decoded where it has the channels of latents."""
        return self.space.decode(x) if x.shape[1] == self.space.channels else x

    def to_pil(self, x: Tensor) -> list[Image.Image]:
        """PIL pictures of x: (B, 3, H, W) in [−1, 1], or latents."""
        return self.postprocess(x, "pil")

    @torch.no_grad()
    def preview(self, step: Step) -> list[Image.Image]:
        """What the network believes the pictures will be: x̂0 of a step, at a quick look where x is latent."""
        x0 = step.prediction.x0
        return self.to_pil(x0 if self.latent_preview is None else self.latent_preview(x0))
