"""How near pictures are to the training pictures, and how many are near copies. Pure functions on arrays.

On pixels of 32 × 32: copying is a matter of pixels, while a judge's features forget what does not tell labels apart, so
that two different pictures of a kind lie together. A plain threshold on pixel distances calls every small or pale
picture a copy, since those lie near everything. So a picture's distance to the nearest is taken relative to the mean of
its 50 nearest (as in Carlini et al. 2023, section 5), and the threshold on that ratio is set by real pictures.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

AROUND, QUANTILE = 50, 0.05
SIDE = 32
ROWS, COLUMNS = 512, 1024  # whose distances are held, and whose pixels are read, at a time


class Nearest(NamedTuple):
    """index: (N,) of the nearest training picture; distance: (N,), Euclidean, in the pictures' own unit; ratio: (N,),
    the distance over the mean of the nearest AROUND."""

    index: np.ndarray
    distance: np.ndarray
    ratio: np.ndarray


def nearest(pictures: np.ndarray, train: np.ndarray, allowed: np.ndarray | None = None) -> Nearest:
    """Nearest training pictures, by pixels. (N, P) and (M, P) of one unit; allowed: (N, M) bool, to look among."""
    parts = [
        _nearest(pictures[start : start + ROWS], train, None if allowed is None else allowed[start : start + ROWS])
        for start in range(0, len(pictures), ROWS)
    ]
    return Nearest(*map(np.concatenate, zip(*parts, strict=True)))


def _nearest(pictures: np.ndarray, train: np.ndarray, allowed: np.ndarray | None) -> tuple[np.ndarray, ...]:
    x = pictures.astype(np.float32)
    squares, apart = (x * x).sum(1), []
    for start in range(0, len(train), COLUMNS):
        part = train[start : start + COLUMNS].astype(np.float32)
        apart.append(squares[:, None] + (part * part).sum(1) - 2 * x @ part.T)
    apart = np.sqrt(np.maximum(np.concatenate(apart, axis=1), 0))
    if allowed is not None:
        apart[~allowed] = np.inf
    close = np.partition(apart, min(AROUND, apart.shape[1]) - 1, axis=1)[:, :AROUND]
    mean = np.array([row[np.isfinite(row)].mean() if np.isfinite(row).any() else np.inf for row in close])
    index = apart.argmin(1)
    distance = apart[np.arange(len(x)), index]
    return index, distance, distance / np.maximum(mean, 1e-9)


def copy_threshold(train: np.ndarray, things: Sequence[int], rows: int = 300, seed: int = 0) -> float:
    """The ratio below which a share QUANTILE of training pictures are to the nearest of another thing.

    train: (M, P); things: (M,), what each shows; rows: of how many of them it is taken, drawn by the seed.
    """
    things = np.asarray(things)
    chosen = np.random.default_rng(seed).permutation(len(train))[:rows]
    return float(np.quantile(nearest(train[chosen], train, things[chosen][:, None] != things).ratio, QUANTILE))


def small_of(pictures: Sequence) -> np.ndarray:
    """PIL pictures at 32 × 32, the mean of what each pixel covers: (N, 3 · 32²) uint8."""
    if not pictures:
        return np.zeros((0, 3 * SIDE**2), np.uint8)
    whole = [picture.convert("RGB") for picture in pictures]
    side = [
        each if each.size == (SIDE, SIDE) else each.resize((SIDE, SIDE), 4) for each in whole
    ]  # 4: Image.Resampling.BOX
    return np.stack([np.asarray(each).transpose(2, 0, 1).reshape(-1) for each in side])
