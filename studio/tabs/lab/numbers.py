"""How far a cloud is from a law that is known exactly: the live numbers of the Lab."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from pipelines.evaluation.measures import neighbours

if TYPE_CHECKING:
    from torch import Tensor

    from pipelines.exact import GaussianMixture

NEIGHBOURS = 3
MOST = 800  # points that are compared pair by pair
NAMES = ("mean_error", "covariance_error", "share", "precision", "recall", "entropy")


def measure(points: Tensor, truth: Tensor, mixture: GaussianMixture, label: int) -> dict[str, float | None]:
    """Of points (n, d) against the law p(x | label) and samples of it, `truth` (m, d).

    mean_error: distance of the means. covariance_error: Frobenius distance of the covariances over the norm of the true
    one. share: of points for which the exact classifier says `label`. precision: share of points within the reach of
    the truth's; recall: share of the truth within the points' (Kynkäänniemi et al. 2019, k = 3). entropy: differential,
    in nats, by nearest neighbours (Kozachenko & Leonenko 1987).
    """
    from pipelines.process.times import CLEAN

    finite = points.isfinite().all(1)
    if not finite.all() or len(points) <= NEIGHBOURS:
        return dict.fromkeys(NAMES)
    law = mixture.of(label)
    covariance, target = points.T.cov(), law.covariance()
    own, other = points[:MOST].numpy(), truth[:MOST].numpy()
    around = neighbours(own, other, NEIGHBOURS)
    best = mixture.log_probs(points, CLEAN).argmax(1)
    numbers = {
        "mean_error": (points.mean(0) - law.mean()).norm(),
        "covariance_error": (covariance - target).norm() / target.norm().clamp(min=1e-6),
        "share": (best == mixture.classes.index(label)).to(points.dtype).mean(),
        "precision": around.in_real.mean(),
        "recall": around.in_pictures.mean(),
        "entropy": _entropy(around.reach, points.shape[1]),
    }
    return {name: round(float(value), 4) if math.isfinite(float(value)) else None for name, value in numbers.items()}


def _entropy(reach: np.ndarray, d: int) -> float:
    """ψ(n) − ψ(k) + log of the unit ball's volume + d times the mean log reach."""
    import torch

    counts = torch.digamma(torch.tensor([float(len(reach)), float(NEIGHBOURS)]))
    ball = d / 2 * math.log(math.pi) - math.lgamma(d / 2 + 1)
    return float(counts[0] - counts[1]) + ball + d * float(np.log(np.maximum(reach, 1e-9)).mean())
