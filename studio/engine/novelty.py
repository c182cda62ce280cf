"""How near pictures are to the training pictures, and how many are near copies. Pure functions on arrays.

On pixels of 32 × 32, as in `pipelines.training.report.novelty`, which says why: a distance to the nearest counts
relative to the mean of the nearest 50 (as in Carlini et al. 2023, section 5), and real pictures set the threshold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

AROUND = 50
SIDE = 32


class Nearest(NamedTuple):
    """index: (n,) of the nearest training picture; ratio: (n,), its distance over the mean of the nearest AROUND."""

    index: np.ndarray
    ratio: np.ndarray


def nearest(small: np.ndarray, train: np.ndarray, allowed: np.ndarray | None = None, chunk: int = 1024) -> Nearest:
    """Nearest training pictures, by pixels. small: (n, P) and train: (T, P) uint8; allowed: (n, T) bool, among
    which."""
    x = small.astype(np.float32)
    squares, apart = (x * x).sum(1), []
    for start in range(0, len(train), chunk):
        part = train[start : start + chunk].astype(np.float32)
        apart.append(squares[:, None] + (part * part).sum(1) - 2 * x @ part.T)
    apart = np.sqrt(np.maximum(np.concatenate(apart, axis=1), 0))
    if allowed is not None:
        apart[~allowed] = np.inf
    close = np.partition(apart, min(AROUND, apart.shape[1]) - 1, axis=1)[:, :AROUND]
    mean = np.array([row[np.isfinite(row)].mean() if np.isfinite(row).any() else np.inf for row in close])
    index = apart.argmin(1)
    return Nearest(index, apart[np.arange(len(x)), index] / np.maximum(mean, 1e-9))


def copy_threshold(train: np.ndarray, things: Sequence[int], rows: int = 300, quantile: float = 0.05) -> float:
    """The ratio below which so few training pictures are to the nearest of another thing. train: (T, P) uint8; things:
    (T,)."""
    things = np.asarray(things)
    chosen = np.random.default_rng(0).permutation(len(train))[:rows]
    return float(np.quantile(nearest(train[chosen], train, things[chosen][:, None] != things).ratio, quantile))


def small_of(pictures: Sequence) -> np.ndarray:
    """PIL pictures at 32 × 32, the mean of what each pixel covers: (n, 3 · 32²) uint8."""
    if not pictures:
        return np.zeros((0, 3 * SIDE**2), np.uint8)
    whole = [picture.convert("RGB") for picture in pictures]
    side = [
        each if each.size == (SIDE, SIDE) else each.resize((SIDE, SIDE), 4) for each in whole
    ]  # 4: Image.Resampling.BOX
    return np.stack([np.asarray(each).transpose(2, 0, 1).reshape(-1) for each in side])
