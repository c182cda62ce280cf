"""The denoising network of the latent world: `python -m pipelines.training.latent_unet`.

The trainer of the pixel world's U-Net on an autoencoder's latents, one of its places where that one has a patch of 4 × 4 pixels.
It begins as that network: text encoder, layout and body as they are, the first and the last convolution turned by the linear
map between patches of the 64-pixel picture and latents of the 128-pixel one (least squares over the training pictures).
"""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import UNet2DConditionModel
from torch import Tensor

from ..networks.clip import CLIP
from ..networks.layout import Layout
from ..networks.text_encoder import TextEncoder
from ..worlds import FOLDER
from .datasets import DataSet
from .loop import main
from .unet import TextToPicture, UNetTask


class LatentUNetTask(UNetTask):
    name, part = "latent_unet", "unet"

    def __init__(self, recipe: dict, data: DataSet | None = None, vae=None, origin: dict | None = None):
        self.origin = origin or _parts(Path(recipe["origin"]))
        super().__init__(recipe, data, self.origin["clip"], vae)

    def network(self) -> TextToPicture:
        network = super().network()
        network.unet.load_state_dict(self.moved_in(self.origin["unet"].state_dict()))
        return network

    def layout(self, dim: int, side: int) -> Layout:
        return self.origin["layout"]

    def encoder(self, dim: int) -> TextEncoder:
        return self.origin["text_encoder"]

    def moved_in(self, state: dict[str, Tensor]) -> dict[str, Tensor]:
        """The weights of the pixel world's U-Net, its first and last convolution turned into latents."""
        to_pixels, to_latents = self.source.maps()
        first, patch = state["conv_in.weight"], len(to_latents)
        own = torch.einsum("ochw,kc->okhw", first[:, :patch], to_pixels)
        return state | {
            "conv_in.weight": torch.cat([own, first[:, patch:]], 1),
            "conv_out.weight": torch.einsum("ochw,ok->kchw", state["conv_out.weight"], to_latents),
            "conv_out.bias": state["conv_out.bias"] @ to_latents,
        }


def _parts(folder: Path) -> dict:
    """What the network begins as: the U-Net, text encoder, layout and CLIP of a world."""
    folder = folder if folder.is_dir() else FOLDER / folder
    kinds = dict(unet=UNet2DConditionModel, text_encoder=TextEncoder, layout=Layout, clip=CLIP)
    return {name: kind.from_pretrained(folder / name, torch_dtype=torch.float32) for name, kind in kinds.items()}


if __name__ == "__main__":
    main(LatentUNetTask)
