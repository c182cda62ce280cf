"""Write what ships of a world's data: `python -m pipelines.training.reference emoji`, again whenever the judge is new.

The held-out pictures without loss, 32 × 32 thumbnails of the pictures that were trained on, and the judge's features
of both, into the world's `reference/`. `--features` writes the features alone.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from .. import reference
from ..worlds import FOLDER, load_judge
from .data import EmojiData
from .pictures import to_model

SIDE, STEP = 32, 8
DATA = {"emoji": EmojiData.load}  # world -> what loads its data: .images, .train, .held_out, .labels, a head's indices


def smaller(images: np.ndarray, side: int = SIDE) -> np.ndarray:
    """(N, S, S, 3) uint8 -> (N, side, side, 3), the mean of what each new pixel covers; small ones stay."""
    if images.shape[1] <= side:
        return images
    return np.stack([np.asarray(Image.fromarray(i).resize((side, side), Image.Resampling.BOX)) for i in images])


def shown(data, indices: np.ndarray) -> tuple[dict[str, list[str]], list[str]]:
    """Labels a head, and English names, of these pictures."""
    labels = {head: [names[k] for k in getattr(data, head)[indices]] for head, names in data.labels.items()}
    return labels, [data.entries[k]["en"] for k in data.name[indices]]


@torch.no_grad()
def features(judge, images: np.ndarray, batch: int = 256) -> np.ndarray:
    """(N, S, S, 3) uint8 -> (N, F), what the judge sees in them."""
    parts = [judge.features(to_model(images[start : start + batch])) for start in range(0, len(images), batch)]
    return torch.cat(parts).numpy()


def write(world: str, data, pictures: bool = True) -> Path:
    """Write the folder and return it; without `pictures`, the features alone."""
    folder = FOLDER / world / "reference"
    if pictures:
        reference.write_reference(folder, data.images[data.held_out], *shown(data, data.held_out))
        reference.write_reference(folder, smaller(data.images[data.train]), *shown(data, data.train),
                                  part=reference.THUMBNAILS, step=STEP)
    judge = load_judge(world)
    reference.write_features(world, reference.Features(*(features(judge, data.images[part])
                                                         for part in (data.train, data.held_out))))
    return folder


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write what ships of a world's data.")
    parser.add_argument("world", nargs="?", default="emoji", choices=sorted(DATA))
    parser.add_argument("--features", action="store_true", help="the judge's features alone")
    options = parser.parse_args()
    print("wrote", write(options.world, DATA[options.world](), pictures=not options.features))
