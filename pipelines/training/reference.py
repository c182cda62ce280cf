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

from ..worlds import FOLDER, judge_side, lender, load_judge, load_judge_clip, reference
from .datasets import DATASETS
from .pictures import to_model

MADE_OF = {"latent": ("emoji", Path(".data/emoji128x9.npz"))}  # worlds of another kind of data: that kind, and the file
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


def as_judged(data, judge, indices: np.ndarray) -> dict[str, np.ndarray]:
    """Labels a head as the judge numbers them, (N,) int; −1 for one that it does not know, as one that is lent may not."""
    places = {
        head: np.array([_place(judge.labels.get(head, []), name) for name in names])
        for head, names in data.labels.items()
    }
    return {head: places[head][data.truth[head][indices]] for head in data.truth}


def _place(names: list[str], name: str) -> int:
    return names.index(name) if name in names else -1


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
    judge, side = (
        load_judge(world),
        judge_side(world) or data.images.shape[1],
    )  # one that is lent may know smaller pictures
    labels = [as_judged(data, judge, part) for part in (train, unseen)]
    found = (seen(judge.features, smaller(data.images[part], side)) for part in (train, unseen))
    reference.write_features(world, reference.Features(*found, *labels))
    if (FOLDER / lender(world, "judge_clip") / "judge_clip").is_dir():
        encode, every = load_judge_clip(world).encode_image, -(-len(train) // CLIP_TRAIN)
        found = (seen(encode, smaller(data.images[part], side)) for part in (train[::every], unseen[:SHOWN]))
        reference.write_features(world, reference.Features(*found, every=every), "judge_clip")
    return folder


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write what ships of a world's data.")
    parser.add_argument("world", nargs="?", default="emoji", choices=sorted({*DATASETS, *MADE_OF}))
    parser.add_argument("--data", type=Path, help="the data file; by default the one in .data/")
    parser.add_argument("--features", action="store_true", help="what the judges see alone")
    options = parser.parse_args()
    kind, file = MADE_OF.get(options.world, (options.world, None))
    file = options.data or file
    data = DATASETS[kind].load(*([file] if file else []))
    print("wrote", write(options.world, data, pictures=not options.features))
