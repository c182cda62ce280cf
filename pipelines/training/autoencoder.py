"""The autoencoder of the latent world: `python -m pipelines.training.autoencoder`.

Diffusers' `AutoencoderDC` (Chen et al. 2024, arXiv 2410.10733), small: 128 × 128 pixels to 16 × 16 latents. There is no KL term:
the decoder reads latents with noise on them, of a level drawn for each picture, so that near latents have to mean near
pictures. An emoji is flat paint with sharp edges, so the loss asks for the picture, for its differences between neighbours (flat
paint has none), and for its means over 4 × 4 pixels (colours). Latents of empty space are held at 0, and their squares at 1.
"""

from __future__ import annotations

import numpy as np
import torch
from diffusers import AutoencoderDC
from PIL import Image
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from ..evaluation.paint import paint_shares
from ..evaluation.similarity import psnr, ssim
from .datasets import DataSet, load
from .loop import Task, main
from .pictures import sheet, some, to_model


class RoundTrip(nn.Module):
    """Encoder and decoder as one network: (pictures, noise) -> (pictures, latents)."""

    def __init__(self, vae: AutoencoderDC):
        super().__init__()
        self.vae = vae

    def forward(self, x: Tensor, noise: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """The pictures again, (B, 3, H, W), and their latents, (B, C, H/8, W/8). x in [-1, 1]; noise: as the latents."""
        z = self.vae.encoder(x)
        return self.vae.decoder(z if noise is None else z + noise), z


class AutoencoderTask(Task):
    name, part = "autoencoder", "vae"

    def __init__(self, recipe: dict, data: DataSet | None = None):
        super().__init__(recipe)
        self.data = data or load(recipe)

    def network(self) -> RoundTrip:
        recipe = self.recipe
        depth = len(recipe["channels"]) + 1  # a first stage without layers: pixels are folded at once
        vae = AutoencoderDC(
            latent_channels=recipe["latents"],
            encoder_out_shortcut=False,
            decoder_in_shortcut=False,
            encoder_qkv_multiscales=((),) * depth,
            decoder_qkv_multiscales=((),) * depth,
            encoder_block_out_channels=(recipe["channels"][0], *recipe["channels"]),
            encoder_layers_per_block=(0, *recipe["encoder_layers"]),
            decoder_block_out_channels=(recipe["channels"][0], *recipe["channels"]),
            decoder_layers_per_block=(0, *recipe["decoder_layers"]),
            decoder_conv_act_fn="silu",
        )
        vae.to(memory_format=torch.channels_last)
        if recipe["compile"]:
            vae.encoder.compile()
            vae.decoder.compile()
        return RoundTrip(vae)

    def matrix(self, name: str, parameter) -> bool:
        return parameter.ndim >= 2 and "encoder.conv_in" not in name and "decoder.conv_out" not in name

    def loss(self, network, rng: torch.Generator) -> Tensor:
        recipe = self.recipe
        x = self.crops(rng).to(self.device, memory_format=torch.channels_last)
        level = torch.rand(len(x), 1, 1, 1, generator=rng) * recipe["highest_noise"]
        side = x.shape[-1] // 8
        noise = level * torch.randn(len(x), recipe["latents"], side, side, generator=rng)
        y, z = network(x, noise.to(self.device))
        y, z = y.float(), z.float()
        empty = (x == self.data.background).flatten(1).all(1)
        held = (z.square().mean((0, 2, 3)) - 1).square().mean() + z[empty].square().sum() / max(z[empty].numel(), 1)
        return reconstruction(y, x, recipe["squared"], recipe["edges"]) + recipe["hold"] * held

    def crops(self, rng: torch.Generator) -> Tensor:
        """A batch: whole pictures at times, else crops, as many as have the same number of pixels; mirrored half of the time.

        One crop of a batch is empty space, whose latents are held at 0.
        """
        recipe, size = self.recipe, self.data.images.shape[1]
        whole = torch.rand((), generator=rng) < recipe["whole"]
        side = size if whole else recipe["crop"]
        indices = some(self.data.train, max(1, recipe["batch"] * recipe["crop"] ** 2 // side**2), rng)
        top, left = torch.randint(size - side + 1, (2, len(indices)), generator=rng).tolist()
        places = zip(indices, top, left)
        x = to_model(
            np.stack([self.data.images[i, down : down + side, right : right + side] for i, down, right in places])
        )
        x = torch.where(torch.rand(len(x), 1, 1, 1, generator=rng) < 0.5, x.flip(-1), x)
        x[0] = self.data.background
        return x

    @torch.no_grad()
    def evaluate(self, network: RoundTrip) -> dict[str, float]:
        """On the hold-out: PSNR in dB, SSIM, and shares of flat and blotched paint beside the pictures' own."""
        x = to_model(self.data.images[self.data.held_out[: self.recipe["held_out"]]])
        drawn = self.again(network, x)
        flat, blotched, _ = paint_shares(drawn)
        own_flat, own_blotched, _ = paint_shares(x)
        decibels = psnr(drawn, x).mean().item()
        return dict(
            loss=-decibels,
            psnr=decibels,
            ssim=ssim(drawn, x).mean().item(),
            flat=flat,
            flat_data=own_flat,
            blotched=blotched,
            blotched_data=own_blotched,
        )

    @torch.no_grad()
    def again(self, network: RoundTrip, x: Tensor, noise: float = 0.0) -> Tensor:
        """The pictures after both ways, in [-1, 1]: (B, 3, H, W)."""
        rng, parts = torch.Generator().manual_seed(1), []
        for rows in torch.arange(len(x)).split(16):
            with torch.autocast(self.device.type, torch.bfloat16, enabled=self.recipe["bf16"]):
                z = network.vae.encoder(x[rows].to(self.device, memory_format=torch.channels_last))
                z = z + noise * torch.randn(z.shape, generator=rng).to(z)
                parts.append(network.vae.decoder(z).float().cpu())
        return torch.cat(parts).clamp(-1, 1)

    def pictures(self, network):
        """Held-out pictures; the same after both ways; the same with noise on the latents."""
        x = to_model(self.data.images[self.data.held_out[:: max(1, len(self.data.held_out) // 12)][:12]])
        rows = [x, self.again(network, x), self.again(network, x, self.recipe["highest_noise"])]
        return sheet(
            [[Image.fromarray(((p + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()) for p in row] for row in rows]
        )

    @torch.no_grad()
    def export(self, network: RoundTrip, folder) -> None:
        """In half precision; `scaling_factor` makes the mean square of the latents of the training pictures 1."""
        vae = network.vae
        x = to_model(self.data.images[self.data.train[:: max(1, len(self.data.train) // 512)]])
        squares = [vae.encoder(part.to(self.device)).square().mean().item() for part in x.split(16)]
        vae.register_to_config(scaling_factor=float(np.mean(squares)) ** -0.5)
        vae.half()
        vae.save_pretrained(folder)
        vae.float()

    def facts(self) -> dict:
        return dict(
            data=str(self.recipe["data"]),
            trained_on=len(self.data.train),
            held_out=len(self.data.held_out),
            background=self.data.background,
        )


def reconstruction(y: Tensor, x: Tensor, squared: float, edges: float) -> Tensor:
    """How far y is from x, both (B, 3, H, W): |y − x|, `squared` times its square, `edges` times |∇y − ∇x|, half the error of 4 × 4 means."""
    error = y - x
    steps = error.diff(dim=-1).abs().mean() + error.diff(dim=-2).abs().mean()
    return (
        error.abs().mean() + squared * error.square().mean() + edges * steps + 0.5 * avg_pool2d(error, 4).abs().mean()
    )


if __name__ == "__main__":
    main(AutoencoderTask)
