"""How far a cloud is from a law that is known exactly: the live numbers of the Lab."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

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
    import torch

    from pipelines.process.times import CLEAN

    finite = points.isfinite().all(1)
    if not finite.all() or len(points) <= NEIGHBOURS:
        return dict.fromkeys(NAMES)
    law = mixture.of(label)
    covariance, target = points.T.cov(), law.covariance()
    own, other = points[:MOST], truth[:MOST]
    reach, reach_truth = _reach(own), _reach(other)
    apart = torch.cdist(own, other)
    best = mixture.log_probs(points, CLEAN).argmax(1)
    numbers = {
        "mean_error": (points.mean(0) - law.mean()).norm(),
        "covariance_error": (covariance - target).norm() / target.norm().clamp(min=1e-6),
        "share": (best == mixture.classes.index(label)).to(points.dtype).mean(),
        "precision": (apart <= reach_truth).any(1).to(points.dtype).mean(),
        "recall": (apart <= reach[:, None]).any(0).to(points.dtype).mean(),
        "entropy": _entropy(reach, points.shape[1]),
    }
    return {name: round(float(value), 4) if math.isfinite(float(value)) else None for name, value in numbers.items()}


def _reach(points: Tensor) -> Tensor:
    """Distance of each point to its k-th nearest other one. (n,)"""
    import torch

    k = min(NEIGHBOURS, len(points) - 1)
    return torch.cdist(points, points).topk(k + 1, largest=False).values[:, k]


def _entropy(reach: Tensor, d: int) -> Tensor:
    """ψ(n) − ψ(k) + log of the unit ball's volume + d times the mean log reach."""
    import torch

    n, k = len(reach), min(NEIGHBOURS, len(reach) - 1)
    counts = torch.digamma(torch.tensor([float(n), float(k)]))
    ball = d / 2 * math.log(math.pi) - math.lgamma(d / 2 + 1)
    return counts[0] - counts[1] + ball + d * reach.clamp(min=1e-9).log().mean()
