"""The tilted law p_y^{1+w}/p^w: what guidance is often said to sample from, and does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from ..process.times import CLEAN, Time
from .mixture import GaussianMixture

CHUNK = 50_000


class TiltedSample(NamedTuple):
    """points: (n, d). accepted: share of the proposals that were taken. exact: points that came by rejection, of n."""

    points: Tensor
    accepted: float
    exact: int


def tilted_gaussian(
    mean_y: Tensor, covariance_y: Tensor, mean: Tensor, covariance: Tensor, w: float
) -> tuple[Tensor, Tensor]:
    """Mean (d,) and covariance (d, d) of N(m_y, S_y)^{1+w} / N(m, S)^w: the precisions and their means add up.

    Raises:
        ValueError: a w at which the quotient has no finite integral.
    """
    own, other = torch.linalg.inv(covariance_y), torch.linalg.inv(covariance)
    precision = (1 + w) * own - w * other
    if torch.linalg.eigvalsh(precision).min() <= 0:
        raise ValueError(f"w = {w:g} is not allowed here: p_y^(1+w)/p^w has no finite integral; take w nearer to 0.")
    tilted = torch.linalg.inv(precision)
    return tilted @ ((1 + w) * own @ mean_y - w * other @ mean), tilted


@dataclass(frozen=True)
class Tilted:
    """p(x|y)^{1+w} / p(x)^w up to a constant, of a mixture and one of its labels, for w >= −1.

    For w >= 0 it is p(x|y) times p(y|x)^w, for −1 <= w < 0 it is p(x) times p(y|x)^{1+w}, up to constants: the factor
    is at most 1, so that rejection samples it exactly, in any dimension.

    Raises:
        ValueError: w below −1, where the law need not exist.
    """

    mixture: GaussianMixture
    label: int
    w: float

    def __post_init__(self):
        if not -1 <= self.w < float("inf"):
            raise ValueError(f"w = {self.w} is not allowed; allowed: finite numbers from -1.")

    def log_density(self, x: Tensor, t: Time = CLEAN) -> Tensor:
        """(1+w) log p_t(x|y) − w log p_t(x), not normalised. (B,)"""
        own, whole = self.mixture.of(self.label), self.mixture
        return (1 + self.w) * own.log_density(x, t) - self.w * whole.log_density(x, t)

    def sample(self, n: int, generator: torch.Generator | None = None, most: int = 100) -> TiltedSample:
        """n points. Exact, by rejection, up to most · n proposals; beyond them the missing points are drawn from all
        proposals by their weight (importance resampling, Rubin 1987), whose error falls with their number.
        """
        proposal = self.mixture.of(self.label) if self.w >= 0 else self.mixture
        power = self.w if self.w >= 0 else 1 + self.w
        taken, seen, logs, tried = [], [], [], 0
        while sum(map(len, taken)) < n and tried < most * n:
            points, _ = proposal.sample(min(CHUNK, max(2 * n, 1000), most * n - tried), generator)
            factor = (
                power * self.mixture.log_prob(points, CLEAN, self.label) if power else points.new_zeros(len(points))
            )
            chance = torch.rand(len(points), generator=generator, dtype=points.dtype)
            taken.append(points[chance.log() < factor])
            seen.append(points)
            logs.append(factor)
            tried += len(points)
        exact = torch.cat(taken)
        accepted = len(exact) / tried
        if len(exact) >= n:
            return TiltedSample(exact[:n], accepted, n)
        chosen = torch.multinomial(torch.cat(logs).softmax(0), n - len(exact), replacement=True, generator=generator)
        return TiltedSample(torch.cat([exact, torch.cat(seen)[chosen]]), accepted, len(exact))
