"""What a set of pictures is worth, measured on features: distances to the data, precision and recall, diversity.

Pure functions of (N, F) arrays, a row a picture, in float64. Written here and held to exact answers by the tests: prdc
(0.2, of 2020) and vendi-score (0.0.3, of 2022) are no longer kept and bring scikit-learn and scipy, and torchmetrics'
distances are made around an Inception network and have neither precision nor Vendi score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

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


def kernel_distances(features, reference, counts: np.ndarray) -> np.ndarray:
    """Unbiased squared MMD with the kernel (x·y/F + 1)³ (Bińkowski et al. 2018, as in KID); can be a little below 0.

    Of sets that have each row so often, the kernels computed once. counts: (N, D) -> (D,); of ones, for the rows as they
    are. A row that is there twice is no pair with itself: its kernel is no sample of what two pictures have.
    """
    x, y = _rows(features, "features", 2), _rows(reference, "reference", 2)
    across = _kernel(x, y).mean(1) @ counts / counts.sum(0)
    return _over_pairs(_kernel(x, x), counts) + _over_pairs(_kernel(y, y), np.ones((len(y), 1))) - 2 * across


def _kernel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    inner = x @ y.T / x.shape[1] + 1
    return inner * inner * inner  # a power takes much longer


def _over_pairs(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Mean of (N, N) values over all pairs of two different rows of sets that have each so often: (N, D) -> (D,).

    nan where there is none.
    """
    squares = counts * counts
    sums, pairs = (values @ counts * counts).sum(0) - values.diagonal() @ squares, counts.sum(0) ** 2 - squares.sum(0)
    return np.divide(sums, pairs, out=np.full(len(sums), np.nan), where=pairs > 0)


class Neighbours(NamedTuple):
    """What nearest neighbours say of N pictures against M real ones, with the real and the pictures' k-th distances.

    in_real: (N,) whether a picture lies in the real manifold, its mean is the precision (Kynkäänniemi et al. 2019).
    in_pictures: (M,) whether a real one lies in the pictures' manifold, its mean is the recall (the same).
    balls: (N,) in how many real balls a picture lies, over k; its mean is the density (Naeem et al. 2020).
    covered: (M,) whether a real one's ball holds a picture; its mean is the coverage (the same).
    reach: (N,) the pictures' own k-th distances.
    """

    in_real: np.ndarray
    in_pictures: np.ndarray
    balls: np.ndarray
    covered: np.ndarray
    reach: np.ndarray


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
    return Neighbours(balls > 0, in_pictures, balls / k, covered, fake)


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
    return float(mean_distances(_rows(features, "features", 2), np.ones((len(features), 1)))[0])


def mean_distances(features, counts: np.ndarray, groups: Sequence[int] | None = None) -> np.ndarray:
    """`mean_distance` of sets that have each row so often, the distances computed once. counts: (N, D) -> (D,).

    groups: (N,) int; pairs are then of one group, and it is the mean over the groups that have a pair, nan without one.
    A row that is there twice makes a pair of distance 0.
    """
    x = unit(_rows(features, "features", 1))
    groups = np.zeros(len(x), int) if groups is None else np.asarray(groups)
    member = (np.unique(groups)[:, None] == groups).astype(float)
    apart = distances(x, x) * (member.T @ member)
    np.fill_diagonal(apart, 0)  # exactly: a row that was drawn twice is as far from itself
    sums, size = member @ (apart @ counts * counts), member @ counts
    there = size > 1  # not one group, in some draws
    means = np.where(there, sums / np.where(there, size * (size - 1), np.nan), 0.0)
    return means.sum(0) / np.where(there.any(0), there.sum(0), np.nan)


def cosines(x, y) -> np.ndarray:
    """Of embeddings row by row: (N,) in [−1, 1]. x: (N, F). y: (N, F), or (F,) or (1, F) for one beside them all."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    return (x * y).sum(-1) / np.maximum(np.linalg.norm(x, axis=-1) * np.linalg.norm(y, axis=-1), 1e-12)


def clip_scores(cosines) -> np.ndarray:
    """max(100 cos, 0) of pictures and their texts, (N,) from 0 to 100 (Hessel et al. 2021); their mean is the score."""
    return np.maximum(100 * np.asarray(cosines), 0)


def class_entropy(labels: Sequence[int], base: float = 2.0) -> float:
    """Entropy of the shares of labels, in bits: 0 for one class, log2 K for K equal ones. labels: (N,)."""
    shares = np.unique(np.asarray(labels), return_counts=True)[1] / max(len(labels), 1)
    return float(max(-(shares * np.log(shares)).sum() / np.log(base), 0.0))


def unit(rows) -> np.ndarray:
    """Rows made unit length; a row of zeros stays."""
    rows = np.asarray(rows, float)
    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-12)


def _rows(features, name: str, least: int) -> np.ndarray:
    features = np.asarray(features, float)
    if features.ndim != 2 or len(features) < least:
        raise ValueError(f"{name} has shape {features.shape}; it must be (N, F) with N at least {least}.")
    return features
