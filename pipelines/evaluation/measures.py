"""What a set of pictures is worth, measured on features: distances to the data, precision and recall, diversity.

Pure functions of (N, F) arrays, a row a picture, in float64. Written here and held to exact answers by the tests: prdc
(0.2, of 2020) and vendi-score (0.0.3, of 2022) are no longer kept and bring scikit-learn and scipy, and torchmetrics'
distances are made around an Inception network and have neither precision nor Vendi score.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from .intervals import ANYTHING, normal

CHUNK = 2_048  # rows whose distances are held at a time


@dataclass(frozen=True)
class Gaussian:
    """Mean (F,) and covariance (F, F) of features: one side of a Fréchet distance."""

    mean: np.ndarray
    covariance: np.ndarray

    @classmethod
    def of(cls, features) -> Gaussian:
        """Of (N, F), N at least 2."""
        features = _rows(features, "features", 2)
        return cls(features.mean(0), np.cov(features, rowvar=False).reshape(features.shape[1], -1))

    @cached_property
    def root(self) -> np.ndarray:
        """The symmetric root of the covariance, (F, F)."""
        values, vectors = np.linalg.eigh(self.covariance)
        return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T


def frechet(features, reference) -> float:
    """Squared Fréchet distance of the Gaussians of two sets, ‖m1 − m2‖² + tr(S1 + S2 − 2 (S1 S2)^½).

    Dowson & Landau 1982. Not the FID, which is this on features of the Inception network (Heusel et al. 2017). It falls
    with n: compare equal n only.
    features, reference: (N, F) and (M, F), or a `Gaussian` that was made before.
    """
    one, two = (side if isinstance(side, Gaussian) else Gaussian.of(side) for side in (features, reference))
    # The eigenvalues of S1 S2 are those of R2 S1 R2, which is symmetric.
    values = np.linalg.eigvalsh(two.root @ one.covariance @ two.root)
    trace = np.trace(one.covariance) + np.trace(two.covariance) - 2 * np.sqrt(np.maximum(values, 0)).sum()
    return float(np.square(one.mean - two.mean).sum() + trace)


def kernel_distance(features, reference) -> float:
    """Unbiased squared MMD with the kernel (x·y/F + 1)³ (Bińkowski et al. 2018, as in KID); can be a little below 0."""
    return float(kernel_distances(features, reference, np.ones((len(features), 1)))[0])


def kernel_distances(features, reference, counts: np.ndarray) -> np.ndarray:
    """`kernel_distance` of sets that have each row so often, the kernels computed once. counts: (N, D) -> (D,)."""
    x, y = _rows(features, "features", 2), _rows(reference, "reference", 2)
    across = _kernel(x, y).mean(1) @ counts / counts.sum(0)
    return _over_pairs(_kernel(x, x), counts) + _over_pairs(_kernel(y, y), np.ones((len(y), 1))) - 2 * across


def _kernel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    inner = x @ y.T / x.shape[1] + 1
    return inner * inner * inner  # a power takes much longer


def _over_pairs(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Mean of (N, N) values over all pairs of two rows of sets that have each row so often: (N, D) -> (D,)."""
    size = counts.sum(0)
    return ((values @ counts * counts).sum(0) - values.diagonal() @ counts) / (size * (size - 1))


class Neighbours(NamedTuple):
    """What nearest neighbours say of N pictures against M real ones, with the real and the pictures' k-th distances.

    in_real: (N,) whether a picture lies in the real manifold, its mean is the precision (Kynkäänniemi et al. 2019).
    in_pictures: (M,) whether a real one lies in the pictures' manifold, its mean is the recall (the same).
    balls: (N,) in how many real balls a picture lies, over k; its mean is the density (Naeem et al. 2020).
    covered: (M,) whether a real one's ball holds a picture; its mean is the coverage (the same).
    """

    in_real: np.ndarray
    in_pictures: np.ndarray
    balls: np.ndarray
    covered: np.ndarray


def neighbours(features, reference, k: int = 5) -> Neighbours:
    """Precision, recall, density and coverage, a value a picture: take the mean. (N, F), (M, F); k below N and M.

    Raises:
        ValueError: too few pictures for k.
    """
    x, y = _rows(features, "features", k + 1), _rows(reference, "reference", k + 1)
    real, fake = radii(y, k), radii(x, k)
    balls, in_pictures, covered = np.zeros(len(x)), np.zeros(len(y), bool), np.zeros(len(y), bool)
    for start in range(0, len(y), CHUNK):
        part = slice(start, start + CHUNK)
        apart = distances(y[part], x)
        inside = apart <= real[part, None]
        balls += inside.sum(0)
        covered[part] = inside.any(1)
        in_pictures[part] = (apart <= fake).any(1)
    return Neighbours(balls > 0, in_pictures, balls / k, covered)


def radii(features, k: int) -> np.ndarray:
    """Distance of each row to its k-th nearest other row, (N,)."""
    x = _rows(features, "features", k + 1)
    found = []
    for start in range(0, len(x), CHUNK):
        apart = distances(x[start : start + CHUNK], x)
        apart[np.arange(len(apart)), np.arange(start, start + len(apart))] = np.inf
        found.append(np.partition(apart, k - 1, axis=1)[:, k - 1])
    return np.concatenate(found)


def distances(x, y) -> np.ndarray:
    """Euclidean distance of each row of x (N, F) to each of y (M, F): (N, M)."""
    square = (x * x).sum(1)[:, None] + (y * y).sum(1) - 2 * x @ y.T
    return np.sqrt(np.maximum(square, 0))


def vendi(features) -> float:
    """Vendi score, exp of the entropy of the eigenvalues of K/N, K the cosines (Friedman & Dieng 2023): from 1 to N.

    It is how many wholly different pictures the set is worth. A row of zeros is like nothing else, not even itself.
    """
    x = unit(_rows(features, "features", 1))
    gram = x @ x.T if len(x) <= x.shape[1] else x.T @ x  # the same eigenvalues but for zeros
    values = np.linalg.eigvalsh(gram / len(x))
    values = values[values > 1e-12]
    return float(np.exp(-(values * np.log(values)).sum())) if len(values) else 0.0


def mean_distance(features) -> float:
    """Mean Euclidean distance over all pairs of rows, each made unit length: from 0 to 2. (N, F), N at least 2."""
    return float(mean_distances(features, np.ones((len(features), 1)))[0])


def mean_distances(features, counts: np.ndarray) -> np.ndarray:
    """`mean_distance` of sets that have each row so often, the distances computed once. counts: (N, D) -> (D,)."""
    x = unit(_rows(features, "features", 2))
    apart = distances(x, x)
    np.fill_diagonal(apart, 0)  # exactly: a row that was drawn twice is as far from itself
    return _over_pairs(apart, counts)


def class_entropy(labels: Sequence[int], base: float = 2.0) -> float:
    """Entropy of the shares of labels, in bits: 0 for one class, log2 K for K equal ones. labels: (N,)."""
    shares = np.unique(np.asarray(labels), return_counts=True)[1] / max(len(labels), 1)
    return float(max(-(shares * np.log(shares)).sum() / np.log(base), 0.0))


def bootstrap(
    statistic: Callable[..., float],
    *arrays,
    draws: int = 200,
    seed: int = 0,
    estimate: float | None = None,
    within: tuple[float, float] = ANYTHING,
) -> tuple[float, float]:
    """95 % interval of statistic(*arrays) when rows are drawn again, the same of every array (Efron 1979).

    The normal interval, estimate ± 1.96 deviations of the draws, and not their percentiles: a repeated row biases
    distances and diversities (the draws then lie beside the estimate), but their spread much less. arrays: (N, ...)
    each. within: the least and the greatest value there is; the interval stays between them, see `intervals.normal`.

    Raises:
        ValueError: arrays of different lengths, or of none.
    """
    arrays = [np.asarray(array) for array in arrays]
    lengths = [len(array) for array in arrays]
    n = lengths[0]
    if n < 1 or set(lengths) != {n}:
        raise ValueError(f"arrays of lengths {lengths} are not allowed; equal ones, at least 1.")
    values = [statistic(*(array[row] for array in arrays)) for row in _drawn_again(n, draws, seed)]
    return normal(statistic(*arrays) if estimate is None else estimate, values, within)


def bootstrap_counts(
    statistic: Callable[[np.ndarray], np.ndarray],
    n: int,
    draws: int = 200,
    seed: int = 0,
    estimate: float | None = None,
    within: tuple[float, float] = ANYTHING,
) -> tuple[float, float]:
    """`bootstrap` of a statistic of all draws at once: from how often each of n rows was drawn, (n, D), to (D,)."""
    counts = [np.bincount(row, minlength=n) for row in _drawn_again(n, draws, seed)]
    values = statistic(np.stack(counts, 1).astype(float))
    return normal(float(statistic(np.ones((n, 1)))[0]) if estimate is None else estimate, values, within)


def _drawn_again(n: int, draws: int, seed: int) -> Iterator[np.ndarray]:
    rng = np.random.default_rng(seed)
    return (rng.integers(n, size=n) for _ in range(draws))


def unit(rows) -> np.ndarray:
    """Rows made unit length; a row of zeros stays."""
    rows = np.asarray(rows, float)
    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-12)


def _rows(features, name: str, least: int) -> np.ndarray:
    features = np.asarray(features, float)
    if features.ndim != 2 or len(features) < least:
        raise ValueError(f"{name} has shape {features.shape}; it must be (N, F) with N at least {least}.")
    return features
