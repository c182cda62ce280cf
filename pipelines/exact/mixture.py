"""A mixture of Gaussians: its noised density, score, denoiser, classifier and samples, all in closed form."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ..process.prediction import Prediction
from ..process.times import Time

DTYPES = (torch.float32, torch.float64)
FLOOR = {torch.float32: 1e-12, torch.float64: 1e-30}  # the least variance: below it a point mass is one
FAR = {torch.float32: 1e12, torch.float64: 1e60}  # a farther point is treated as one at this distance


@dataclass(frozen=True, eq=False)
class GaussianMixture:
    """Data Σ π_k N(m_k, S_k) in d dimensions; at time t component k is N(a m_k, C_k) with C_k = a² S_k + b² I.

    Args:
        weights: π, (K,), positive, of sum 1.
        means: m, (K, d), float32 or float64.
        covariances: S, (K, d, d), symmetric, with no negative eigenvalue; 0 is a point mass.
        labels: (K,) whole numbers, the class of each component; by default each is a class of its own.

    Points are (B, d). Answers are computed in the dtype of the means, float64 being exact to about 1e-12, and given
    in that of the points. They are finite for every finite point, at both ends of time, and for point masses.
    a² + b² need not be 1: the times of a flow will do.

    Raises:
        ValueError: shapes that do not fit, weights that are not a distribution, or no covariance.
    """

    weights: Tensor
    means: Tensor
    covariances: Tensor
    labels: Tensor | None = None
    _values: Tensor = field(init=False, repr=False)  # (K, d), the eigenvalues λ of the covariances
    _vectors: Tensor = field(init=False, repr=False)  # (d, K d), the eigenvectors V_k side by side
    _centres: Tensor = field(init=False, repr=False)  # (K, d), V_kᵀ m_k

    def __post_init__(self):
        _check(self)
        k, d = self.means.shape
        if self.labels is None:
            object.__setattr__(self, "labels", torch.arange(k))
        values, vectors = torch.linalg.eigh(self.covariances)
        object.__setattr__(self, "_values", values.clamp(min=0))
        object.__setattr__(self, "_vectors", vectors.permute(1, 0, 2).reshape(d, k * d).contiguous())
        object.__setattr__(self, "_centres", torch.einsum("kdj,kd->kj", vectors, self.means))

    @classmethod
    def isotropic(
        cls,
        means: Sequence[Sequence[float]],
        deviation: float | Sequence[float],
        weights: Sequence[float] | None = None,
        labels: Sequence[int] | None = None,
    ) -> GaussianMixture:
        """Round components, in float64. deviation: one for all components, or one each; 0 for points."""
        means = torch.as_tensor(means, dtype=torch.float64)
        if means.ndim != 2:
            raise ValueError(f"means has shape {tuple(means.shape)}; it must be (K, d), with at least one component.")
        k, d = means.shape
        shares = torch.as_tensor([1 / k] * k if weights is None else weights, dtype=torch.float64)
        scale = torch.as_tensor(deviation, dtype=torch.float64)
        if scale.shape not in ((), (k,)):
            raise ValueError(f"deviation = {deviation!r} is not allowed; allowed: a number from 0, or one each of {k}.")
        if bad := (~(scale >= 0)).nonzero().tolist():
            place = f"[{bad[0][0]}]" if scale.ndim else ""
            raise ValueError(
                f"deviation{place} = {float(scale[tuple(bad[0])])!r} is not allowed; allowed: numbers from 0."
            )
        scale = scale.expand(k)[:, None, None]
        return cls(
            shares,
            means,
            scale**2 * torch.eye(d, dtype=torch.float64),
            None if labels is None else torch.as_tensor(labels),
        )

    @property
    def dimension(self) -> int:
        """d."""
        return self.means.shape[1]

    @property
    def classes(self) -> list[int]:
        """The labels that there are, in order."""
        return sorted(set(self.labels.tolist()))

    def to(self, dtype: torch.dtype) -> GaussianMixture:
        """The same law in another precision, float32 or float64."""
        weights = self.weights.to(dtype)
        return GaussianMixture(weights / weights.sum(), self.means.to(dtype), self.covariances.to(dtype), self.labels)

    def component(self, k: int) -> GaussianMixture:
        """Component k alone."""
        return self._part(torch.tensor([k]))

    def of(self, label: int) -> GaussianMixture:
        """The conditional law p(x | label): the components with this label.

        Raises:
            ValueError: a label that no component has.
        """
        chosen = (self.labels == label).nonzero()[:, 0]
        if not len(chosen):
            raise ValueError(f"label = {label} is not allowed; choose from {self.classes}.")
        return self._part(chosen)

    def _part(self, chosen: Tensor) -> GaussianMixture:
        weights = self.weights[chosen]
        return GaussianMixture(
            weights / weights.sum(), self.means[chosen], self.covariances[chosen], self.labels[chosen]
        )

    def share(self, label: int) -> float:
        """p(label), before anything is seen."""
        return float(self.weights[self.labels == label].sum())

    def mean(self) -> Tensor:
        """Σ π_k m_k. (d,)"""
        return self.weights @ self.means

    def covariance(self) -> Tensor:
        """Σ π_k (S_k + m_k m_kᵀ) − m mᵀ. (d, d)"""
        gap = self.means - self.mean()
        return torch.einsum("k,kij->ij", self.weights, self.covariances + gap[:, :, None] * gap[:, None])

    def sample(self, n: int, generator: torch.Generator | None = None) -> tuple[Tensor, Tensor]:
        """n points of the data, (n, d), and their labels, (n,)."""
        k, d = self.means.shape
        chosen = torch.multinomial(self.weights, n, replacement=True, generator=generator)
        z = torch.randn(n, d, generator=generator, dtype=self.means.dtype)
        vectors = self._vectors.reshape(d, k, d).permute(1, 0, 2)[chosen]
        spread = torch.einsum("nij,nj->ni", vectors, self._values[chosen].sqrt() * z)
        return self.means[chosen] + spread, self.labels[chosen]

    # At time t

    def posterior(self, x: Tensor, t: Time) -> Posterior:
        """What each component says of x, at once: everything below is read from it. x: (B, d)."""
        k, d = self.means.shape
        if x.ndim != 2 or x.shape[1] != d:
            raise ValueError(f"x has shape {tuple(x.shape)}; it must be (B, {d}).")
        # Not farther than the points' own precision reaches, so that the answers fit into it.
        far = min(FAR[self.means.dtype], torch.finfo(x.dtype).max / 4)
        points = torch.nan_to_num(x.to(self.means.dtype), nan=far, posinf=far, neginf=-far).clamp(-far, far)
        variances = (t.a**2 * self._values + t.b**2).clamp(min=FLOOR[self.means.dtype])
        gaps = (points @ self._vectors).reshape(-1, k, d) - t.a * self._centres
        whitened = gaps / variances
        constants = self.weights.log() - 0.5 * (variances.log().sum(-1) + d * math.log(2 * math.pi))
        return Posterior(self, t, constants - 0.5 * (gaps * whitened).sum(-1), whitened, x.dtype)

    def log_density(self, x: Tensor, t: Time) -> Tensor:
        """log p_t(x). (B,)"""
        return self.posterior(x, t).logs.logsumexp(-1).to(x.dtype)

    def score(self, x: Tensor, t: Time) -> Tensor:
        """∇log p_t(x) = Σ r_k score_k. (B, d)"""
        return self.posterior(x, t).score()

    def log_probs(self, x: Tensor, t: Time) -> Tensor:
        """The exact noisy classifier: log p_t(label | x) of every class, in order. (B, classes)"""
        return self.posterior(x, t).log_probs()

    def log_prob(self, x: Tensor, t: Time, label: int | Tensor) -> Tensor:
        """log p_t(label | x) = log Σ r_k over the label's components. One label, or one a point, (B,). (B,)"""
        posterior = self.posterior(x, t)
        return (posterior.logs_of(label).logsumexp(-1) - posterior.logs.logsumexp(-1)).to(x.dtype)

    def log_prob_gradient(self, x: Tensor, t: Time, label: int | Tensor) -> Tensor:
        """∇log p_t(label | x) = score of the label − score, in closed form. (B, d)"""
        return self.posterior(x, t).gradient(label)

    def predict(self, x: Tensor, t: Time, label: int | Tensor | None = None) -> Prediction:
        """The exact denoiser: x0 = E[x0 | x_t = x], or E[x0 | x_t = x, label], one label or one a point."""
        return self.posterior(x, t).prediction(label)


@dataclass(frozen=True, eq=False)
class Posterior:
    """Of points x at time t: logs, log π_k N(x; a m_k, C_k), (B, K); whitened, V_kᵀ C_k⁻¹ (x − a m_k), (B, K, d)."""

    mixture: GaussianMixture
    t: Time
    logs: Tensor
    whitened: Tensor
    dtype: torch.dtype

    def logs_of(self, label: int | Tensor | None) -> Tensor:
        """The logs with −∞ at the components of other labels. ValueError for a label that no component has."""
        if label is None:
            return self.logs
        labels = self.mixture.labels
        if unknown := set(torch.as_tensor(label).reshape(-1).tolist()) - set(labels.tolist()):
            raise ValueError(f"label = {min(unknown)} is not allowed; choose from {self.mixture.classes}.")
        own = labels == (label[:, None] if isinstance(label, Tensor) and label.ndim else label)
        return self.logs.masked_fill(~own, -torch.inf)

    def log_probs(self) -> Tensor:
        """(B, classes)"""
        each = [self.logs_of(label).logsumexp(-1) for label in self.mixture.classes]
        return (torch.stack(each, -1) - self.logs.logsumexp(-1, keepdim=True)).to(self.dtype)

    def score(self, label: int | Tensor | None = None) -> Tensor:
        """∇log p_t(x), or of one label. (B, d)"""
        return self._fitted(self._score(label))

    def gradient(self, label: int | Tensor) -> Tensor:
        """∇log p_t(label | x) = score of the label − score. (B, d)"""
        return self._fitted(self._score(label) - self._score(None))

    def _score(self, label: int | Tensor | None) -> Tensor:
        return -self._sum(self.logs_of(label).softmax(-1)[..., None] * self.whitened)

    def prediction(self, label: int | Tensor | None = None) -> Prediction:
        """x0 = Σ r_k (m_k + a S_k C_k⁻¹ (x − a m_k)) and ε = b Σ r_k C_k⁻¹ (x − a m_k): no division by a or b."""
        mixture, shares = self.mixture, self.logs_of(label).softmax(-1)
        pulled = shares[..., None] * self.whitened
        x0 = shares @ mixture.means + self.t.a * self._sum(pulled * mixture._values)
        return Prediction(self._fitted(x0), self._fitted(self.t.b * self._sum(pulled)))

    def _fitted(self, value: Tensor) -> Tensor:
        """In the points' precision; what is too large for float16 becomes its largest number."""
        if value.dtype == self.dtype:
            return value
        most = torch.finfo(self.dtype).max
        return value.clamp(-most, most).to(self.dtype)

    def _sum(self, parts: Tensor) -> Tensor:
        """Σ_k V_k parts_k. (B, K, d) -> (B, d)"""
        return parts.flatten(1) @ self.mixture._vectors.mT


def _check(law: GaussianMixture) -> None:
    if law.means.ndim != 2 or not law.means.numel():
        raise ValueError(f"means has shape {tuple(law.means.shape)}; it must be (K, d), with at least one component.")
    k, d = law.means.shape
    if law.weights.shape != (k,) or law.covariances.shape != (k, d, d):
        raise ValueError(
            f"weights {tuple(law.weights.shape)}, means {tuple(law.means.shape)} and covariances "
            f"{tuple(law.covariances.shape)} do not fit; allowed: (K,), (K, d), (K, d, d)."
        )
    if law.labels is not None and law.labels.shape != (k,):
        raise ValueError(f"labels has shape {tuple(law.labels.shape)}; it must be ({k},), one a component.")
    for name in ("weights", "means", "covariances"):
        value = getattr(law, name)
        if value.dtype not in DTYPES or value.dtype != law.means.dtype:
            raise ValueError(f"{name} is {value.dtype}; allowed: float32 or float64, the same for all three.")
        if not value.isfinite().all():
            raise ValueError(f"{name} is not finite everywhere; every number must be.")
    total = float(law.weights.sum())
    if not (law.weights > 0).all() or abs(total - 1) > 1e-5:
        raise ValueError(
            f"weights = {[round(float(w), 6) for w in law.weights[:8]]} is not allowed; they are positive, sum to 1, "
            f"and these sum to {total:g}: "
            + ("divide each by that." if (law.weights > 0).all() else "leave out what is not positive.")
        )
    scale = max(float(law.covariances.abs().max()), 1e-30)
    even = torch.allclose(law.covariances, law.covariances.mT, rtol=1e-5, atol=1e-6 * scale)
    if not even or torch.linalg.eigvalsh(law.covariances).min() < -1e-6 * scale:
        raise ValueError("covariances is not allowed; each must be symmetric with no negative eigenvalue.")
