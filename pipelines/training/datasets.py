"""What the trainers ask of a data set, and the data sets by name."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from .data import EmojiData
from .fashion import FashionData


class DataSet(Protocol):
    """N pictures and what is known about them.

    images: (N, S, S, 3) uint8. background: of empty space, in [-1, 1].
    train, held_out: indices to train on, and to evaluate trainers on.
    labels: head -> English labels; truth: head -> (N,) int, the label of each picture.
    entries: what there is to show, dicts with "en" and "zh"; name: (N,) int, an index of entries.
    captions: `draw(index, rng)`, `name(index, language)`, `texts(index, depth, language)`, `style(index)`.
    Where the condition is a class, forms: of each class, how a text may name it; the first is its label.
    """

    images: np.ndarray
    background: float
    train: np.ndarray
    held_out: np.ndarray
    labels: dict[str, list[str]]
    truth: dict[str, np.ndarray]
    entries: list[dict]
    name: np.ndarray
    captions: object


DATASETS = {"emoji": EmojiData, "fashion": FashionData}


def load(recipe: dict) -> DataSet:
    """The data set of a recipe: its kind is `dataset`, its file `data`. Raises as the kind's `load`."""
    if recipe["dataset"] not in DATASETS:
        raise ValueError(f"dataset is {recipe['dataset']!r}; choose from {sorted(DATASETS)}.")
    return DATASETS[recipe["dataset"]].load(recipe["data"])
