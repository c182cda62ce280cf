"""What the latent world's autoencoder keeps of a picture: `python -m pipelines.training.autoencoder_card`.

It measures the exported network on the pictures that nothing was trained on, and writes the card beside its weights.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from diffusers import AutoencoderDC
from torch import Tensor
from torch.nn.functional import avg_pool2d

from ..evaluation.paint import paint_shares
from ..evaluation.similarity import psnr, ssim
from ..networks.judge import Judge
from ..process.space import LatentSpace
from ..worlds import FOLDER, load_judge
from .data import EmojiData
from .pictures import to_model

ROWS = (
    ("as they are", None),
    ("both ways", 0.0),
    ("with noise of 0.1 on the latents", 0.1),
    ("with noise of 0.2", 0.2),
)


@torch.no_grad()
def measure(vae: AutoencoderDC, data: EmojiData, judge: Judge) -> list[dict]:
    """A row for each of `ROWS`, on all held-out pictures: PSNR in dB, SSIM, shares of paint at their size and averaged to
    64 pixels, and how often the judge finds the subgroup (of all, and of the first five hands, on which it was trained)."""
    x, space = to_model(data.images[data.held_out]), LatentSpace(vae)
    z, truth = space.encode(x), torch.from_numpy(data.subgroup[data.held_out])
    known = torch.from_numpy(data.style[data.held_out] < 5)
    noise = torch.randn(z.shape, generator=torch.Generator().manual_seed(0))
    found = []
    for name, level in ROWS:
        y = x if level is None else space.decode(z + level * noise).clamp(-1, 1)
        right = torch.cat([judge(_halved(part))["subgroup"].argmax(-1) for part in y.split(64)]) == truth
        found.append(
            dict(
                pictures=name,
                n=len(x),
                psnr=None if level is None else psnr(y, x).mean().item(),
                ssim=None if level is None else ssim(y, x).mean().item(),
                flat=paint_shares(y).flat,
                blotched=paint_shares(y).blotched,
                flat_64=paint_shares(_halved(y)).flat,
                blotched_64=paint_shares(_halved(y)).blotched,
                subgroup=right.float().mean().item(),
                subgroup_known_hands=right[known].float().mean().item(),
            )
        )
    return found


def _halved(x: Tensor) -> Tensor:
    return avg_pool2d(x, x.shape[-1] // 64)


def card(facts: dict, data: EmojiData, rows: list[dict]) -> str:
    """The card's text."""
    recipe = facts["recipe"]
    heads = [key for key in rows[0] if key != "pictures"]
    table = [f"| pictures | {' | '.join(heads)} |", "| --- " * (len(heads) + 1) + "|"]
    table += [
        f"| {row['pictures']} | {' | '.join('' if row[key] is None else f'{row[key]:.4g}' for key in heads)} |"
        for row in rows
    ]
    licences = "\n".join(f"- {name}: {licence}" for name, licence in data.licences.items())
    return f"""# The latent world: its autoencoder

Pictures of 128 × 128 pixels to 16 × 16 latents of {recipe["latents"]} channels and back: diffusers' `AutoencoderDC`
(Chen et al. 2024, arXiv 2410.10733) with a small configuration.

Trained on {facts["trained_on"]:,} emoji of nine hands, {facts["pictures"]:,} crops of {recipe["crop"]} pixels (one step in {1 / recipe["whole"]:.0f} on whole
pictures), {facts["steps"]:,} steps, {facts["minutes"]:g} minutes of one core shared with other work, {facts["date"]}. The recipe is
`pipelines/training/recipes/autoencoder.toml`; what was used of it is in `training.json`.

On {facts["held_out"]} pictures that nothing was trained on (`python -m pipelines.training.autoencoder_card`). flat: the share of neighbouring
pixels of one colour (below 2 of 255), blotched: from 2 to 60; _64: averaged to 64 pixels. subgroup: how often the pixel world's judge
names the subgroup, of all hands and of the five that it was trained on. Noise is in units of the latents' root mean square.

{chr(10).join(table)}

## Licences of the pictures

{licences}
"""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure the autoencoder of the latent world, and write its card.")
    parser.add_argument("--folder", type=Path, default=FOLDER / "latent", help="the world's folder")
    parser.add_argument("--data", type=Path, default=Path(".data/emoji128x9.npz"))
    options = parser.parse_args()
    pictures = EmojiData.load(options.data)
    network = AutoencoderDC.from_pretrained(options.folder / "vae", torch_dtype=torch.float32).eval()
    found = measure(network, pictures, load_judge("emoji"))
    trained = json.loads((options.folder / "vae" / "training.json").read_text("utf-8"))
    (options.folder / "vae" / "card.md").write_text(card(trained, pictures, found), "utf-8")
    print("\n".join(json.dumps(row) for row in found))
