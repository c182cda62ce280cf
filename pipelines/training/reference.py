"""Write what ships of a world's data: `python -m pipelines.training.reference emoji`, again whenever a judge is new.

Pictures never trained on without loss, 32 × 32 thumbnails of pictures that were, and what the judge and the judge CLIP
see in both, into the world's `reference/`. `--features` writes what the judges see alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from ..worlds import FOLDER, load_judge, load_judge_clip, reference
from .datasets import DATASETS
from .pictures import to_model

SIDE = 32
STEP = 16  # of 255: what it does to the report's novelty is in README.md here
THUMBNAILS, SHOWN, CLIP_TRAIN = 10_000, 2_000, 1_000  # at most: thumbnails, unseen pictures, what the CLIP sees


def smaller(images: np.ndarray, side: int = SIDE) -> np.ndarray:
    """(N, S, S, 3) uint8 -> (N, side, side, 3), the mean of what each new pixel covers; small ones stay."""
    if images.shape[1] <= side:
        return images
    return np.stack([np.asarray(Image.fromarray(i).resize((side, side), Image.Resampling.BOX)) for i in images])


def shown(data, indices: np.ndarray) -> tuple[dict[str, list[str]], list[str]]:
    """Labels a head, and English names, of these pictures."""
    labels = {head: [names[k] for k in data.truth[head][indices]] for head, names in data.labels.items()}
    return labels, [data.entries[k]["en"] for k in data.name[indices]]


@torch.no_grad()
def seen(encode: Callable, images: np.ndarray, batch: int = 256) -> np.ndarray:
    """(N, S, S, 3) uint8 -> (N, F): what a judge, (B, 3, S, S) in [−1, 1] -> (B, F), sees in them."""
    starts = range(0, len(images), batch)
    return torch.cat([encode(to_model(images[start : start + batch])) for start in starts]).numpy()


def write(world: str, data, pictures: bool = True) -> Path:
    """Write the folder and return it; without `pictures`, what the judges see alone.

    data: a `DataSet`; what no training saw is `data.test` where there is one, else `data.held_out`.
    """
    folder, unseen, train = FOLDER / world / "reference", getattr(data, "test", data.held_out), data.train
    if len(train) > THUMBNAILS:
        train = np.sort(np.random.default_rng(0).choice(train, THUMBNAILS, replace=False))
    if pictures:
        part = unseen[:SHOWN]
        reference.write_reference(folder, data.images[part], *shown(data, part))
        reference.write_reference(
            folder, smaller(data.images[train]), *shown(data, train), part=reference.THUMBNAILS, step=STEP
        )
    judge = load_judge(world)
    labels = [{head: place[part] for head, place in data.truth.items()} for part in (train, unseen)]
    found = (seen(judge.features, data.images[part]) for part in (train, unseen))
    reference.write_features(world, reference.Features(*found, *labels))
    if (FOLDER / world / "judge_clip").is_dir():
        encode, every = load_judge_clip(world).encode_image, -(-len(train) // CLIP_TRAIN)
        found = (seen(encode, data.images[part]) for part in (train[::every], unseen[:SHOWN]))
        reference.write_features(world, reference.Features(*found, every=every), "judge_clip")
    return folder


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write what ships of a world's data.")
    parser.add_argument("world", nargs="?", default="emoji", choices=sorted(DATASETS))
    parser.add_argument("--data", type=Path, help="the data file; by default the one in .data/")
    parser.add_argument("--features", action="store_true", help="what the judges see alone")
    options = parser.parse_args()
    data = DATASETS[options.world].load(*([options.data] if options.data else []))
    print("wrote", write(options.world, data, pictures=not options.features))
