"""The denoising network of the latent world: `python -m pipelines.training.latent_unet`.

The trainer of the pixel world's U-Net on an autoencoder's latents, one of its places where that one has a patch of 4 × 4 pixels.
It begins as that network: text encoder, layout and body as they are, the first and the last convolution turned by the linear
map between patches of the 64-pixel picture and latents of the 128-pixel one (least squares over the training pictures).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from diffusers import UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from torch import Tensor
from torch.nn.functional import avg_pool2d

from ..networks.clip import CLIP
from ..networks.layout import Layout
from ..networks.text_encoder import TextEncoder
from ..runs.guided import GuidedPipeline
from ..worlds import FOLDER
from .datasets import DataSet, load
from .latents import Latents
from .loop import main
from .pictures import to_model
from .unet import TextToPicture, UNetTask, make_unet


class LatentUNetTask(UNetTask):
    name, part = "latent_unet", "unet"

    def __init__(self, recipe: dict, data: DataSet | None = None, vae=None, origin: dict | None = None):
        self.origin = origin or _parts(Path(recipe["origin"]))
        super().__init__(recipe, data or load(recipe), self.origin["clip"])
        self.latents = Latents(recipe, self.data, vae)
        self.small = _means(self.data.images, self.latents.space.factor)

    def network(self) -> TextToPicture:
        text = self.clip.config.model_cfg
        unet = make_unet(
            self.recipe["channels"],
            self.recipe["attention"],
            1,
            self.latents.x.shape[-1],
            text["text_cfg"]["width"],
            text["embed_dim"],
            self.recipe["layers"],
            self.recipe["dropout"],
            more=3,
            colours=self.latents.channels,
        )
        unet.load_state_dict(self.moved_in(self.origin["unet"].state_dict()))
        unet.set_attn_processor(AttnProcessor())
        unet.to(memory_format=torch.channels_last)
        if self.recipe["compile"]:
            unet.compile()
        return TextToPicture(
            unet,
            self.origin["text_encoder"],
            self.schedule,
            self.latents.background,
            self.origin["layout"],
            self.latents.channels,
        )

    def moved_in(self, state: dict[str, Tensor]) -> dict[str, Tensor]:
        """The weights of the pixel world's U-Net, its first and last convolution turned into latents."""
        to_pixels, to_latents = self.latents.maps()
        first, patch = state["conv_in.weight"], len(to_latents)
        own = torch.einsum("ochw,kc->okhw", first[:, :patch], to_pixels)
        return state | {
            "conv_in.weight": torch.cat([own, first[:, patch:]], 1),
            "conv_out.weight": torch.einsum("ochw,ok->kchw", state["conv_out.weight"], to_latents),
            "conv_out.bias": state["conv_out.bias"] @ to_latents,
        }

    def shown(self, indices: np.ndarray, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """Latents (B, C, h, w) and the picture's means less the background (B, 3, h, w); some moved by one place."""
        small = self.small[torch.from_numpy(indices)] - self.data.background
        both = self.latents.moved(torch.cat([self.latents.x0(indices), small], 1), rng)
        return both[:, :-3], both[:, -3:]

    def held(self) -> tuple[np.ndarray, Tensor]:
        held = self.data.held_out[: self.recipe["held_out"]]
        return held, self.latents.x0(held)

    def pipeline(self, network: TextToPicture) -> GuidedPipeline:
        return GuidedPipeline(
            network.unet,
            network.text_encoder,
            self.schedule,
            background=self.latents.background,
            layout=network.layout,
            vae=self.latents.vae,
            clip_sample_range=None,
        )

    def facts(self) -> dict:
        return super().facts() | self.latents.facts()


def _means(images: np.ndarray, factor: int) -> Tensor:
    """Means of the pictures over factor × factor pixels, in [−1, 1]: (N, 3, h, w)."""
    return torch.cat(
        [avg_pool2d(to_model(images[start : start + 256]), factor) for start in range(0, len(images), 256)]
    )


def _parts(folder: Path) -> dict:
    """What the network begins as: the U-Net, text encoder, layout and CLIP of a world."""
    folder = folder if folder.is_dir() else FOLDER / folder
    kinds = dict(unet=UNet2DConditionModel, text_encoder=TextEncoder, layout=Layout, clip=CLIP)
    return {name: kind.from_pretrained(folder / name, torch_dtype=torch.float32) for name, kind in kinds.items()}


if __name__ == "__main__":
    main(LatentUNetTask)
