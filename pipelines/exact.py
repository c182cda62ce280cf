"""A world in which the truth is known: a mixture of Gaussians, with its exact denoiser and its exact classifier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .prediction import Prediction
from .schedule import Time


@dataclass(frozen=True)
class GaussianMixture:
    """Data Σ π_k N(m_k, S_k) in d dimensions; at time t component k is N(a m_k, C_k) with C_k = a² S_k + b² I.

    Args:
        weights: π, (K,), positive, of sum 1.
        means: m, (K, d).
        covariances: S, (K, d, d), symmetric, with no negative eigenvalue.

    Points are (B, d). Everything has the dtype of the means; float64 is exact to about 1e-12.

    Raises:
        ValueError: shapes that do not fit, weights that are not a distribution, or no covariance.
    """

    weights: Tensor
    means: Tensor
    covariances: Tensor

    def __post_init__(self):
        k, d = self.means.shape
        if self.weights.shape != (k,) or self.covariances.shape != (k, d, d):
            raise ValueError(
                f"weights {tuple(self.weights.shape)}, means {tuple(self.means.shape)} and covariances "
                f"{tuple(self.covariances.shape)} do not fit; allowed: (K,), (K, d), (K, d, d)."
            )
        if not (self.weights > 0).all() or abs(float(self.weights.sum()) - 1) > 1e-6:
            raise ValueError(f"weights = {self.weights.tolist()} is not allowed; they are positive and sum to 1.")
        if not torch.allclose(self.covariances, self.covariances.mT) or torch.linalg.eigvalsh(self.covariances).min() < -1e-9:
            raise ValueError("covariances is not allowed; each must be symmetric with no negative eigenvalue.")

    @classmethod
    def isotropic(cls, means: Sequence[Sequence[float]], deviation: float, weights: Sequence[float] | None = None) -> GaussianMixture:
        """Round components of one standard deviation, in float64."""
        means = torch.tensor(means, dtype=torch.float64)
        k, d = means.shape
        shares = torch.tensor(weights, dtype=torch.float64) if weights is not None else torch.full((k,), 1 / k, dtype=torch.float64)
        return cls(shares, means, (deviation**2 * torch.eye(d, dtype=torch.float64)).expand(k, d, d))

    def component(self, k: int) -> GaussianMixture:
        """The conditional law: component k alone."""
        return GaussianMixture(torch.ones_like(self.weights[k : k + 1]), self.means[k : k + 1], self.covariances[k : k + 1])

    def sample(self, n: int, generator: torch.Generator | None = None) -> tuple[Tensor, Tensor]:
        """n points of the data, (n, d), and their components, (n,)."""
        labels = torch.multinomial(self.weights, n, replacement=True, generator=generator)
        values, vectors = torch.linalg.eigh(self.covariances)
        roots = vectors * values.clamp(min=0).sqrt()[:, None]
        z = torch.randn(n, self.means.shape[1], generator=generator, dtype=self.means.dtype)
        return self.means[labels] + torch.einsum("nij,nj->ni", roots[labels], z), labels

    def _parts(self, x: Tensor, t: Time) -> tuple[Tensor, Tensor]:
        """log π_k N(x; a m_k, C_k), (B, K), and score_k = −C_k⁻¹ (x − a m_k), (B, K, d)."""
        d = self.means.shape[1]
        noised = t.a**2 * self.covariances + t.b**2 * torch.eye(d, dtype=x.dtype)
        gap = x[:, None] - t.a * self.means
        solved = torch.linalg.solve(noised, gap[..., None])[..., 0]
        log_det = torch.linalg.slogdet(noised).logabsdet
        log_density = -0.5 * ((gap * solved).sum(-1) + log_det + d * torch.log(torch.tensor(2 * torch.pi, dtype=x.dtype)))
        return self.weights.log() + log_density, -solved

    def log_density(self, x: Tensor, t: Time) -> Tensor:
        """log p_t(x). (B,)"""
        return self._parts(x, t)[0].logsumexp(-1)

    def score(self, x: Tensor, t: Time) -> Tensor:
        """∇log p_t(x) = Σ r_k score_k. (B, d)"""
        logs, scores = self._parts(x, t)
        return (logs.softmax(-1)[..., None] * scores).sum(1)

    def log_prob(self, x: Tensor, t: Time, label: int) -> Tensor:
        """The exact noisy classifier, log p_t(label | x) = log r_label. (B,)"""
        return self._parts(x, t)[0].log_softmax(-1)[:, label]

    def log_prob_gradient(self, x: Tensor, t: Time, label: int) -> Tensor:
        """∇log p_t(label | x) = score_label − score, in closed form. (B, d)"""
        logs, scores = self._parts(x, t)
        return scores[:, label] - (logs.softmax(-1)[..., None] * scores).sum(1)

    def predict(self, x: Tensor, t: Time) -> Prediction:
        """The exact denoiser: x0 = E[x0 | x_t = x]."""
        return Prediction.from_score(x, self.score(x, t), t)


@dataclass(frozen=True)
class MixtureDenoiser:
    """A mixture in the place of a `Denoiser`: "null" is the whole law, "conditional" that of one label."""

    mixture: GaussianMixture
    label: int = 0

    def __call__(self, x: Tensor, t: Time, *branches: str) -> list[Prediction]:
        """One exact prediction for each branch. x: (B, d)."""
        laws = {"null": self.mixture, "conditional": self.mixture.component(self.label)}
        return [laws[branch].predict(x, t) for branch in branches]
