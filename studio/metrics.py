"""What guidance buys and what it costs, in numbers: agreement, CLIP score, diversity, each with n.

Pure functions on arrays; `score` in `studio.world` gives them what the models say.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from pipelines.intervals import wilson



@dataclass(frozen=True)
class Scores:
    """Measures of n pictures of one setting; None where a measure is not defined.

    agreement: share in [0, 1] that the judge gives the label to; agreement_ci: its 95 % interval (low, high).
    clip_score: mean of max(100 cos(picture, text), 0). diversity: mean distance of two pictures in the
    judge's features, each of length 1, so from 0 (all alike) to 2. seconds and calls: what the run took.
    label: what was judged, an English category.
    """

    n: int
    agreement: float | None = None
    agreement_ci: tuple[float, float] | None = None
    clip_score: float | None = None
    diversity: float | None = None
    seconds: float | None = None
    calls: int | None = None
    label: str | None = None


def agreement(predicted, label: int) -> tuple[float, tuple[float, float]] | None:
    """Share of pictures whose predicted class is `label`, with its interval. predicted: (n,) int.

    None when n = 0.
    """
    predicted = np.asarray(predicted)
    if len(predicted) == 0:
        return None
    hits = int((predicted == label).sum())
    return hits / len(predicted), wilson(hits, len(predicted))


def clip_score(images, texts) -> float | None:
    """Mean of max(100 cos, 0) of picture i and text i (Hessel et al. 2021). (n, D) and (n, D) or (1, D)."""
    images = _unit(images)
    if len(images) == 0:
        return None
    return float(np.maximum(100 * (images * _unit(texts)).sum(-1), 0).mean())


def diversity(features) -> float | None:
    """Mean Euclidean distance over all pairs of rows, each made unit length. features: (n, F).

    None when n < 2.
    """
    features = _unit(features)
    n = len(features)
    if n < 2:
        return None
    pairs = np.triu_indices(n, k=1)
    return float(np.linalg.norm(features[pairs[0]] - features[pairs[1]], axis=-1).mean())


def _unit(rows) -> np.ndarray:
    rows = np.asarray(rows, dtype=np.float64)
    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-12)
