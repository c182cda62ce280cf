"""What a trainer shows its network of a data set: pictures, or an autoencoder's latents of them; and how a network of the
pixel world's pictures becomes one of latents.

One place of the latents stands where the 64-pixel picture has a patch of 4 × 4 pixels. A linear map between the two (least squares
over the training pictures) turns the first convolution of a network, so that it begins as what it was.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderDC
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, pad, pixel_unshuffle

from ..process.space import LatentSpace
from .datasets import DataSet
from .pictures import moved, to_model

PATCH = 4  # pixels of the 64-pixel picture where the latents have one place
RIDGE = 1.0  # of the least squares, in units of one place


class Pictures:
    """The pictures themselves."""

    channels, vae = 3, None

    def __init__(self, data: DataSet):
        self.data, self.background, self.side = data, data.background, data.images.shape[1]

    def x0(self, indices: np.ndarray) -> Tensor:
        """(B, 3, S, S) in [−1, 1]."""
        return to_model(self.data.images[indices])

    def moved(self, x: Tensor, rng: torch.Generator, share: float = 0.8) -> Tensor:
        """A share of them shifted, scaled and turned a little."""
        return moved(x, rng, share=share, background=self.background)

    def shown(self, indices: np.ndarray, rng: torch.Generator, share: float, patch: int) -> tuple[Tensor, Tensor]:
        """x0, a share of it moved, and its means over patches less the background: (B, 3, S, S), (B, 3, h, w)."""
        x0 = self.moved(self.x0(indices), rng, share)
        return x0, avg_pool2d(x0, patch) - self.background

    def facts(self) -> dict:
        """What `training.json` says of them."""
        return {}


class Latents:
    """Latents of all pictures, in memory. vae: an autoencoder in place of that of the recipe.

    The recipe says `autoencoder`, a folder; `latents`, a file that keeps them, or ""; `moved`, a share of the pictures.
    """

    background = 0.0

    def __init__(self, recipe: dict, data: DataSet, vae: nn.Module | None = None):
        vae = vae or AutoencoderDC.from_pretrained(recipe["autoencoder"], torch_dtype=torch.float32)
        self.vae = vae.eval().requires_grad_(False).to(memory_format=torch.channels_last)
        self.space, self.data, self.share = LatentSpace(self.vae), data, recipe["moved"]
        self.x = latents(self.space, data.images, Path(recipe["latents"]) if recipe["latents"] else None)
        self.channels, self.side = self.space.channels, self.x.shape[-1]

    def x0(self, indices: np.ndarray) -> Tensor:
        """(B, C, h, w)."""
        return self.x[torch.from_numpy(np.asarray(indices))].float()

    def moved(self, x: Tensor, rng: torch.Generator) -> Tensor:
        """A share of them moved by one place, all in one direction; what comes in at the rims is 0, as in empty space."""
        side, (down, right) = x.shape[-1], torch.randint(3, (2,), generator=rng).tolist()
        away = pad(x, (1, 1, 1, 1))[..., down : down + side, right : right + side]
        return torch.where(torch.rand(len(x), 1, 1, 1, generator=rng) < self.share, away, x)

    def shown(self, indices: np.ndarray, rng: torch.Generator, share: float, patch: int) -> tuple[Tensor, Tensor]:
        """x0 and the pictures' means of each place less their background, moved alike: (B, C, h, w), (B, 3, h, w)."""
        both = self.moved(torch.cat([self.x0(indices), self.means[torch.from_numpy(indices)]], 1), rng)
        return both[:, :-3], both[:, -3:]

    @cached_property
    def means(self) -> Tensor:
        """The mean colour of each place, in [−1, 1], less the background: (N, 3, h, w)."""
        images, factor = self.data.images, self.space.factor
        parts = (avg_pool2d(to_model(images[start : start + 256]), factor) for start in range(0, len(images), 256))
        return torch.cat(list(parts)) - self.data.background

    def facts(self) -> dict:
        """The autoencoder, by its weights."""
        return dict(background=self.background, autoencoder=fingerprint(self.vae))

    def maps(self, count: int = 2000) -> tuple[Tensor, Tensor]:
        """Least squares between patches (48 numbers, less the background) and latents (C): (C, 48) and (48, C)."""
        chosen = self.data.train[:: max(1, len(self.data.train) // count)]
        halved = avg_pool2d(to_model(self.data.images[chosen]), self.space.factor // PATCH) - self.data.background
        patches = pixel_unshuffle(halved, PATCH).permute(0, 2, 3, 1).flatten(0, 2)
        places = self.x0(chosen).permute(0, 2, 3, 1).flatten(0, 2)

        def solve(a, b):
            return torch.linalg.solve(a.T @ a + RIDGE * torch.eye(a.shape[1]), a.T @ b)

        return solve(places, patches), solve(patches, places)

    def turned(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        """A kernel of pixels as one of latents, and what the background gave it in clean pictures.

        weight: (O, 3, 4 m, 4 n) -> (O, C, m, n) and (O,).
        """
        to_pixels = self.maps()[0].unflatten(1, (3, PATCH, PATCH))
        blocks = weight.unflatten(3, (-1, PATCH)).unflatten(2, (-1, PATCH))
        return torch.einsum("ocmunv,kcuv->okmn", blocks, to_pixels), self.data.background * weight.sum((1, 2, 3))


def source_of(recipe: dict, data: DataSet, vae: nn.Module | None = None) -> Pictures | Latents:
    """Latents where the recipe names an autoencoder, pictures otherwise."""
    return Latents(recipe, data, vae) if recipe.get("autoencoder") else Pictures(data)


def latents(space: LatentSpace, images: np.ndarray, file: Path | None) -> Tensor:
    """x of every picture, (N, C, h, w) in half precision; kept in `file` for this autoencoder and these pictures."""
    key = fingerprint(space.vae) + hashlib.sha256(images[:: max(1, len(images) // 64)].tobytes()).hexdigest()[:16]
    if (found := kept(file, key)) is not None:
        return found
    with torch.no_grad():
        found = torch.cat(
            [space.encode(to_model(images[start : start + 64])).half() for start in range(0, len(images), 64)]
        )
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez(file, key=np.array(key), latents=found.numpy())
    return found


def kept(file: Path | None, key: str) -> Tensor | None:
    """The latents in a file, (N, C, h, w), where its key begins so: with the `fingerprint` of an autoencoder."""
    if file is None or not file.is_file():
        return None
    with np.load(file) as opened:
        return torch.from_numpy(opened["latents"]) if str(opened["key"]).startswith(key) else None


def fingerprint(network: nn.Module) -> str:
    """A name of the weights: the start of a hash."""
    digest = hashlib.sha256()
    for name, value in sorted(network.state_dict().items()):
        digest.update(name.encode() + value.float().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]
