"""The denoising network of the latent world: `python -m pipelines.training.latent_unet`.

The trainer of the pixel world's U-Net on an autoencoder's latents, one of its places where that one has a patch of 4 × 4 pixels.
It begins as that network: text encoder, layout and body as they are, the first and the last convolution turned by the linear
map between patches of the 64-pixel picture and latents of the 128-pixel one (least squares over the training pictures).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderDC, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from torch import Tensor
from torch.nn.functional import avg_pool2d, pad, pixel_unshuffle

from ..networks.clip import CLIP
from ..networks.layout import Layout
from ..networks.text_encoder import TextEncoder
from ..process.space import LatentSpace
from ..runs.guided import GuidedPipeline
from ..worlds import FOLDER
from .datasets import DataSet, load
from .loop import main
from .pictures import to_model
from .unet import TextToPicture, UNetTask, make_unet

PATCH = 4  # pixels of the 64-pixel picture where the latents have one place
RIDGE = 1.0  # of the least squares, in units of one place


class LatentUNetTask(UNetTask):
    name = "latent_unet"

    def __init__(self, recipe: dict, data: DataSet | None = None, vae=None, origin: dict | None = None):
        self.vae = vae or AutoencoderDC.from_pretrained(recipe["autoencoder"], torch_dtype=torch.float32)
        self.vae.eval().requires_grad_(False).to(memory_format=torch.channels_last)
        self.space = LatentSpace(self.vae)
        self.origin = origin or _parts(Path(recipe["origin"]))
        super().__init__(recipe, data or load(recipe), self.origin["clip"])
        self.latents = latents(self.space, self.data.images, Path(recipe["latents"]) if recipe["latents"] else None)
        self.small = _means(self.data.images, self.space.factor)

    def network(self) -> TextToPicture:
        text = self.clip.config.model_cfg
        unet = make_unet(
            self.recipe["channels"],
            self.recipe["attention"],
            1,
            self.latents.shape[-1],
            text["text_cfg"]["width"],
            text["embed_dim"],
            self.recipe["layers"],
            self.recipe["dropout"],
            more=3,
            colours=self.space.channels,
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
            self.space.background,
            self.origin["layout"],
            self.space.channels,
        )

    def moved_in(self, state: dict[str, Tensor]) -> dict[str, Tensor]:
        """The weights of the pixel world's U-Net, its first and last convolution turned into latents."""
        to_pixels, to_latents = self.maps()
        first, patch = state["conv_in.weight"], len(to_latents)
        own = torch.einsum("ochw,kc->okhw", first[:, :patch], to_pixels)
        return state | {
            "conv_in.weight": torch.cat([own, first[:, patch:]], 1),
            "conv_out.weight": torch.einsum("ochw,ok->kchw", state["conv_out.weight"], to_latents),
            "conv_out.bias": state["conv_out.bias"] @ to_latents,
        }

    def maps(self, count: int = 2000) -> tuple[Tensor, Tensor]:
        """Least squares between patches (48 numbers, less the background) and latents (C): (C, 48) and (48, C)."""
        chosen = self.data.train[:: max(1, len(self.data.train) // count)]
        halved = avg_pool2d(to_model(self.data.images[chosen]), self.space.factor // PATCH) - self.data.background
        patches = pixel_unshuffle(halved, PATCH).permute(0, 2, 3, 1).flatten(0, 2)
        places = self.latents[chosen].float().permute(0, 2, 3, 1).flatten(0, 2)

        def solve(a, b):
            return torch.linalg.solve(a.T @ a + RIDGE * torch.eye(a.shape[1]), a.T @ b)

        return solve(places, patches), solve(patches, places)

    def shown(self, indices: np.ndarray, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """Latents (B, C, h, w) and the picture's means less the background (B, 3, h, w); some moved by one place."""
        rows = torch.from_numpy(indices)
        both = torch.cat([self.latents[rows].float(), self.small[rows] - self.data.background], 1)
        side, (down, right) = both.shape[-1], torch.randint(3, (2,), generator=rng).tolist()
        # What comes in at the rims is 0: empty space, of which latents are held at 0 too.
        away = pad(both, (1, 1, 1, 1))[..., down : down + side, right : right + side]
        both = torch.where(torch.rand(len(both), 1, 1, 1, generator=rng) < self.recipe["moved"], away, both)
        return both[:, :-3], both[:, -3:]

    def held(self) -> tuple[np.ndarray, Tensor]:
        held = self.data.held_out[: self.recipe["held_out"]]
        return held, self.latents[torch.from_numpy(held)].float()

    def pipeline(self, network: TextToPicture) -> GuidedPipeline:
        return GuidedPipeline(
            network.unet,
            network.text_encoder,
            self.schedule,
            background=self.space.background,
            layout=network.layout,
            vae=self.vae,
            clip_sample_range=None,
        )

    def facts(self) -> dict:
        return super().facts() | dict(background=self.space.background, autoencoder=fingerprint(self.vae))


def latents(space: LatentSpace, images: np.ndarray, file: Path | None) -> Tensor:
    """x of every picture, (N, C, h, w) in half precision; kept in `file` for this autoencoder and these pictures."""
    key = fingerprint(space.vae) + hashlib.sha256(images[:: max(1, len(images) // 64)].tobytes()).hexdigest()[:16]
    if file and file.exists():
        with np.load(file) as kept:
            if str(kept["key"]) == key:
                return torch.from_numpy(kept["latents"])
    with torch.no_grad():
        found = torch.cat(
            [space.encode(to_model(images[start : start + 64])).half() for start in range(0, len(images), 64)]
        )
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez(file, key=np.array(key), latents=found.numpy())
    return found


def fingerprint(network: torch.nn.Module) -> str:
    """A name of the weights: the start of a hash."""
    digest = hashlib.sha256()
    for name, value in sorted(network.state_dict().items()):
        digest.update(name.encode() + value.float().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]


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
