"""The upsampler: `python -m pipelines.training.upsampler`.

A diffusion model of 128-pixel pictures told the 64-pixel one and the text. The small pictures are those the base model
was trained on, in part corrupted by hand, in part redrawn by the base model itself (`pipelines.training.redrawn`), and
noised at a level that the network is told (Ho et al. 2022). Every time counts the same: the loss is the error of x̂0 by the
variance of what the enlarged small picture leaves to draw.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ..evaluation.similarity import psnr, ssim
from ..networks.condition_input import Condition
from ..networks.text_encoder import TextEncoder
from ..networks.upsampler import Upsampler
from ..process.noise import Draw
from ..runs.cascade import STEPS, upsampling
from ..worlds.reference import LARGER_EVERY, write_reference
from .captions import Captions
from .corruption import corrupted, noisy
from .data import EmojiData
from .loop import Task, main
from .pictures import sheet, some, to_model

LEVELS = (150, 400, 650, 999)  # times at which the hold-out is looked at


class UpsamplerTask(Task):
    name = "upsampler"

    def __init__(
        self,
        recipe: dict,
        data: EmojiData | None = None,
        large: np.ndarray | None = None,
        text_encoder: TextEncoder | None = None,
    ):
        super().__init__(recipe)
        self.data = data or EmojiData.load(recipe["data"])
        self.large = large if large is not None else load_large(recipe["large"], self.data)
        self.redrawn = load_redrawn(recipe["redrawn"], self.data) if recipe["redrawn"] else None
        self.text_encoder = (text_encoder or TextEncoder.from_pretrained(recipe["text_folder"])).requires_grad_(False)
        self.captions = Captions(self.data)
        with torch.random.fork_rng():
            self.like = self.network()  # untrained, for the schedule and the scales that the trained one has too

    def network(self) -> Upsampler:
        recipe = self.recipe
        upsampler = Upsampler(
            size=self.large.shape[1],
            factor=self.large.shape[1] // self.data.images.shape[1],
            patch=recipe["patch"],
            channels=recipe["channels"],
            layers=recipe["layers"],
            text_dim=self.text_encoder.config.embed_dim,
            shift=recipe["shift"],
            residual_std=recipe["residual_std"],
            groups=recipe["groups"],
        )
        if recipe["compile"]:
            upsampler.unet.compile()
        return upsampler.to(memory_format=torch.channels_last)

    def matrix(self, name: str, parameter) -> bool:
        outer = ("conv_in", "conv_out", "time_embedding", "class_embedding")
        return parameter.ndim >= 2 and not any(part in name for part in outer)

    def loss(self, network, rng: torch.Generator) -> Tensor:
        recipe = self.recipe
        indices = some(self.data.train, recipe["batch"], rng)
        numpy_rng = np.random.default_rng(int(torch.randint(2**62, (), generator=rng)))
        texts = [self.captions.draw(i, numpy_rng) for i in indices]
        pooled = self.pooled(["" if numpy_rng.random() < recipe["null"] else text for text in texts])
        x0, small = to_model(self.large[indices]), to_model(self.data.images[indices])
        mirror = torch.rand(len(x0), 1, 1, 1, generator=rng) < 0.5
        small = corrupted(small, rng, share=recipe["corrupted"])
        if self.redrawn is not None:
            drawn = to_model(self.redrawn[numpy_rng.integers(len(self.redrawn)), indices])
            small = torch.where(torch.rand(len(x0), 1, 1, 1, generator=rng) < recipe["redrawn_share"], drawn, small)
        small, level = noisy(small, rng, recipe["highest_level"])
        x0, small = (torch.where(mirror, part.flip(-1), part) for part in (x0, small))
        timesteps = torch.randint(len(self.like.schedule), (len(x0),), generator=rng)
        errors = self.errors(network, x0, timesteps, torch.randn(x0.shape, generator=rng), small, level, pooled)
        return errors.mean()

    def errors(self, network, x0, timesteps, eps, small, level, pooled) -> Tensor:
        """Error of x̂0 by the variance c_out² of the residual: (B,). About 1 for the enlarged picture itself."""
        x = self.like.schedule.add_noise(x0, eps, timesteps)
        c_out = self.like.scales(timesteps, level)[-1].to(self.device)
        x_hat = network(*(part.to(self.device) for part in (x, timesteps, small, level, pooled))).float()
        return ((x_hat - x0.to(self.device)) / c_out).square().mean((1, 2, 3))

    @torch.no_grad()
    def pooled(self, texts: list[str]) -> Tensor:
        """What the network is told of each text: (B, D)."""
        return self.text_encoder.to(self.device).encode(texts).pooled.float()

    def evaluate(self, network) -> dict[str, float]:
        """On the hold-out told its names: errors at fixed times and noise; PSNR and SSIM of the cascade's steps, beside bicubic."""
        held = self.data.held_out[: self.recipe["held_out"]]
        x0, small = to_model(self.large[held]), to_model(self.data.images[held])
        pooled = self.pooled([self.captions.name(i) for i in held])
        rng, level, errors = torch.Generator().manual_seed(1), torch.zeros(len(held)), {}
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.recipe["bf16"]):
            for time in LEVELS:
                eps, times = torch.randn(x0.shape, generator=rng), torch.full((len(held),), time)
                parts = (x0, times, eps, small, level, pooled)
                errors[f"error_{time}"] = (
                    torch.cat(
                        [
                            self.errors(network, *(part[rows] for part in parts))
                            for rows in torch.arange(len(held)).split(32)
                        ]
                    )
                    .mean()
                    .item()
                )
            drawn = self.draw(network, small, pooled, seed=0)
        plain = network.enlarged(small).clamp(-1, 1)
        return dict(
            loss=float(np.mean([math.log(e) for e in errors.values()])),
            **errors,
            psnr=psnr(drawn, x0).mean().item(),
            psnr_bicubic=psnr(plain, x0).mean().item(),
            ssim=ssim(drawn, x0).mean().item(),
            ssim_bicubic=ssim(plain, x0).mean().item(),
        )

    @torch.no_grad()
    def draw(self, network, small: Tensor, pooled: Tensor, seed: int, steps: int = STEPS) -> Tensor:
        """Large pictures by the cascade's own sampler: (B, 3, H, W)."""
        large = []
        for rows in torch.arange(len(small)).split(32):
            told = Condition(pooled[rows, None], pooled[rows])
            noise = Draw.from_seeds([seed + int(row) for row in rows], purpose="upsampler")
            *_, last = upsampling(network, small[rows], {"conditional": told}, noise, num_inference_steps=steps)
            large.append(last.x.float().cpu())
        return torch.cat(large)

    def pictures(self, network):
        """Clean, and redrawn where there are such: the small picture, enlarged, upsampled; then the truth."""
        held = self.data.held_out[:: max(1, len(self.data.held_out) // 12)][:12]
        pooled = self.pooled([self.captions.name(i) for i in held])
        rows = []
        for images in (self.data.images, *(self.redrawn[:1] if self.redrawn is not None else ())):
            small = to_model(images[held])
            with torch.autocast(self.device.type, torch.bfloat16, enabled=self.recipe["bf16"]):
                rows += [network.enlarged(small), self.draw(network, small, pooled, seed=0)]
        return sheet([[_picture(x) for x in row] for row in (*rows, to_model(self.large[held]))])

    def export(self, network: Upsampler, folder: Path) -> None:
        network.half()
        network.save_pretrained(folder)
        network.float()
        shown = self.data.held_out[::LARGER_EVERY]  # to measure it by, wherever it is
        write_reference(folder, self.large[shown], {}, [self.captions.name(i) for i in shown])

    def facts(self) -> dict:
        return dict(data=str(self.recipe["large"]), trained_on=len(self.data.train), held_out=len(self.data.held_out))


def load_large(path: str | Path, data: EmojiData) -> np.ndarray:
    """The same pictures, larger: (N, S, S, 3) uint8. ValueError when they are not the same, in the same order."""
    large = EmojiData.load(path)
    same = all(np.array_equal(getattr(large, key), getattr(data, key)) for key in ("name", "style", "heldout"))
    if not same or large.images.shape[1] % data.images.shape[1]:
        raise ValueError(
            f"large = {str(path)!r} does not hold the pictures of `data`; build both with the same packages: "
            f"python -m pipelines.training.data --size 128 --out {path}"
        )
    return large.images


def load_redrawn(path: str | Path, data: EmojiData) -> np.ndarray:
    """Versions of every small picture by the base model: (V, N, s, s, 3) uint8. ValueError when they do not fit."""
    with np.load(path, allow_pickle=False) as file:
        images = file["images"]
    if images.shape[1:] != data.images.shape:
        raise ValueError(
            f"redrawn = {str(path)!r} has pictures {images.shape[1:]}, the data {data.images.shape}; "
            f"make it again: python -m pipelines.training.redrawn --out {path}"
        )
    return images


def _picture(x: Tensor) -> Image.Image:
    return Image.fromarray(((x.clamp(-1, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).numpy())


if __name__ == "__main__":
    main(UpsamplerTask)
