"""Small pictures as the base model draws them: `python -m pipelines.training.redrawn --out .data/redrawn.npz`.

Every picture of the data is noised a little and denoised by the world's own network, told its name: it stays where it
was and gets the faults of a generated one. An upsampler that was trained on such pictures mends those faults.
"""

from __future__ import annotations

import argparse
import os
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..guidance import Plain
from ..process.noise import Draw
from ..process.times import CLEAN
from ..runs.denoiser import Denoiser
from ..runs.guided import GuidedPipeline
from ..samplers import DDIM
from ..samplers.base import no_pull
from ..worlds import load_world
from .captions import Captions
from .data import DATA, EmojiData
from .pictures import to_model

STARTS = (40, 100, 180, 260)  # times of the schedule; at the last, noise and signal are about equal


@torch.no_grad()
def redraw(pipe: GuidedPipeline, x0: Tensor, texts: list[str], start: int, seeds: list[int]) -> Tensor:
    """The pictures after two DDIM steps from their noise at `start`. x0: (B, 3, H, W) in [−1, 1], and so is the result."""
    times = [pipe.schedule.at(start), pipe.schedule.at(start // 2), CLEAN]
    draw = Draw.from_seeds(seeds, x0.device, purpose="training")
    denoiser = Denoiser(pipe.network, {"conditional": pipe.encode(texts)}, pipe.config.target)
    x = times[0].a * x0 + times[0].b * draw(x0.shape)
    *_, (_, x, _) = DDIM().run(partial(Plain(), denoiser), no_pull, x, times, draw, pipe.config.clip_sample_range)
    return x.clamp(-1, 1)


def redraw_all(
    pipe: GuidedPipeline, data: EmojiData, version: int = 0, batch: int = 64, bf16: bool = True
) -> np.ndarray:
    """Every picture of the data, each from a start drawn by the version: (N, S, S, 3) uint8."""
    starts = np.random.default_rng(version).integers(len(STARTS), size=len(data))
    captions, images = Captions(data), np.empty_like(data.images)
    for place, start in enumerate(STARTS):
        chosen = np.flatnonzero(starts == place)
        for rows in np.array_split(chosen, max(1, -(-len(chosen) // batch))):
            texts = [captions.name(i) for i in rows]
            with torch.autocast(pipe.unet.device.type, torch.bfloat16, enabled=bf16):
                x = redraw(
                    pipe,
                    to_model(data.images[rows]).to(pipe.unet.device),
                    texts,
                    start,
                    [int(i) + version * len(data) for i in rows],
                )
            images[rows] = ((x.float().cpu() + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
    return images


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Small pictures as the base model draws them.")
    parser.add_argument("world", nargs="?", default="emoji")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=Path(".data/redrawn.npz"))
    parser.add_argument("--versions", type=int, default=1, help="of every picture")
    options = parser.parse_args()
    data, pipe = EmojiData.load(options.data), load_world(options.world)
    drawn = np.stack([redraw_all(pipe, data, version) for version in range(options.versions)])
    partial_file = options.out.with_name(options.out.name + ".partial")
    with open(partial_file, "wb") as file:
        np.savez(file, images=drawn)
    os.replace(partial_file, options.out)
    print(f"written: {options.out}, {drawn.shape}")
