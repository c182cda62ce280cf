"""What guidance buys and what it costs, in numbers, each with n and an interval.

Pure functions on arrays; `studio.engine.world` gives them what the models say. Distances, precision and recall, density and
coverage, and the Vendi score are those of `pipelines.evaluation.measures`, which says which libraries were looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from pipelines.evaluation import measures
from pipelines.evaluation.intervals import ABOVE_ZERO, ANYTHING, CHORD, SHARE, normal, wilson

from .novelty import nearest

FEWEST = 16  # pictures from which on a set is compared with the data
K_MANIFOLD, K_BALLS = 3, 5  # of Kynkäänniemi et al. 2019 and of Naeem et al. 2020
MOST_REAL = 2048  # pictures of the data whose neighbourhoods are looked at
DRAWS = 200
SLOW_DRAWS = 60  # of what takes a matrix apart in each


@dataclass(frozen=True)
class Scores:
    """Measures of n pictures of one setting; None where a measure is not defined.

    agreement: share in [0, 1] that the judge gives the label to; agreement_ci: its 95 % interval (low, high).
    clip_score: mean of max(100 cos(picture, text), 0), by the CLIP that clip_by says: "judge", which never guides, or
    "guide", the one that guides, where a world has no other and in what was written by older studios.
    diversity: mean distance of two pictures in the judge's features, each of length 1, so from 0 (all alike) to 2.
    seconds and calls: what the run took. label: what was judged, an English category.
    """

    n: int
    agreement: float | None = None
    agreement_ci: tuple[float, float] | None = None
    clip_score: float | None = None
    diversity: float | None = None
    seconds: float | None = None
    calls: int | None = None
    label: str | None = None
    clip_by: str = "guide"

    @property
    def clip_word(self) -> str:
        """Key of the words for what the CLIP score is."""
        return "clip_score" if self.clip_by != "guide" else "clip_score_guide"


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


class Figure(NamedTuple):
    """A measure of n pictures with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


class Seen(NamedTuple):
    """What the judges see in n pictures, rows in their order.

    features: (n, F). said: head -> (n, K), the judge's probabilities of its labels. groups: (n,) int, the prompt that
    each was drawn for. wanted: (n, 2) object, head and index of the label that was asked for, or None for each that has
    none. similarity: (n,) cosines of picture and text, nan where there is no text; None without a CLIP. small: (n,
    3072) uint8, the pictures at 32 × 32; None where copies cannot be looked for. embedded: (n, D), the pictures as a
    real CLIP sees them, in which variety is then measured; None without one: it is measured in the features.
    """

    features: np.ndarray
    said: dict[str, np.ndarray]
    groups: np.ndarray
    wanted: Sequence[tuple[str, int] | None]
    similarity: np.ndarray | None = None
    small: np.ndarray | None = None
    embedded: np.ndarray | None = None


class Data(NamedTuple):
    """The world's own pictures as its judge sees them. features: (M, F); labels: head -> (M,) int. small: (T, 3072)
    uint8, the training pictures at 32 × 32, None where there are none; copy: the ratio below which a picture is a near
    copy.
    """

    features: np.ndarray
    labels: dict[str, np.ndarray] = {}
    small: np.ndarray | None = None
    copy: float = 0.0

    def like(self, wanted: Sequence[tuple[str, int] | None]) -> np.ndarray:
        """The features of pictures with one of these labels; all of them where a label is missing or they are too
        few."""
        kinds = set(wanted)
        if None in kinds or any(head not in self.labels for head, _ in kinds):
            return self.features
        rows = np.zeros(len(self.features), bool)
        for head, index in kinds:
            rows |= self.labels[head] == index
        return self.features[rows] if rows.sum() >= 2 * K_BALLS else self.features


FIDELITY = ("agreement", "confidence", "clip_score", "precision", "density")
DIVERSITY = ("distance", "vendi", "recall", "coverage", "class_entropy", "style_entropy")
DISTANCES = ("frechet", "kernel")
NOVELTY = ("nearest", "copies")
MEASURES = (*FIDELITY, *DIVERSITY, *DISTANCES, *NOVELTY)


def measure(seen: Seen, data: Data | None = None, draws: int = DRAWS) -> dict[str, Figure]:
    """Every measure that is defined for these pictures, by name; those that are missing have too few pictures or no
    judge.

    Fidelity: agreement, the share that the judge gives the wanted label to (Wilson's interval); confidence, its mean
    probability of that label; clip_score, mean of max(100 cos, 0); precision and density against the data of the same
    labels. Diversity: distance, mean pairwise distance of unit features, and vendi, the Vendi score, both of features
    without the data's mean (or of a real CLIP's embeddings as they are) and among pictures of one prompt, the mean over
    prompts; recall and coverage; entropy in
    bits of the classes and of the styles that the judge sees. frechet: squared Fréchet distance on the judge's
    features, biased upwards for small n and no FID, which is of other features; kernel: unbiased squared MMD. nearest:
    median ratio of the distance to the nearest training picture over that to the 50 nearest; copies: share of near
    copies. Intervals: normal ones from `draws` draws of the bootstrap, within what the measure can be, where not said
    otherwise.
    """
    n = len(seen.features)
    if n == 0:
        return {}
    of = partial(_bootstrapped, draws=draws)
    found: dict[str, Figure | None] = _fidelity(seen, of)
    centre = data.features.mean(0) if data is not None and seen.embedded is None else 0.0
    features = np.asarray(seen.features if seen.embedded is None else seen.embedded, float) - centre
    found["distance"] = _distance(features, seen.groups, draws)
    found["vendi"] = _vendi(features, seen.groups, min(draws, SLOW_DRAWS))
    heads = [head for head in seen.said if head != "style"]
    for name, head in (("class_entropy", heads[-1] if heads else ""), ("style_entropy", "style")):
        if head in seen.said and n > 1:
            most = float(np.log2(min(n, seen.said[head].shape[1])))
            found[name] = of(measures.class_entropy, seen.said[head].argmax(1), (0.0, most))
    if data is not None and n >= FEWEST:
        found |= _against(seen, data, of, draws)
    if seen.small is not None and data is not None and data.small is not None:
        ratio = nearest(seen.small, data.small).ratio
        found["nearest"] = of(np.median, ratio, SHARE)
        found["copies"] = _share(ratio < data.copy)
    return {name: found[name] for name in MEASURES if found.get(name) is not None}


def _fidelity(seen: Seen, of: Callable) -> dict[str, Figure | None]:
    found: dict[str, Figure | None] = {}
    judged = [(i, *wanted) for i, wanted in enumerate(seen.wanted) if wanted is not None and wanted[0] in seen.said]
    if judged:
        found["agreement"] = _share(np.array([seen.said[head][i].argmax() == index for i, head, index in judged]))
        found["confidence"] = of(np.mean, np.array([seen.said[head][i][index] for i, head, index in judged]), SHARE)
    if seen.similarity is not None and (told := seen.similarity[np.isfinite(seen.similarity)]).size:
        found["clip_score"] = of(np.mean, np.maximum(100 * told, 0), (0.0, 100.0))
    return found


def _against(seen: Seen, data: Data, of: Callable, draws: int) -> dict[str, Figure]:
    """What compares n >= FEWEST pictures with the data of the same labels."""
    real = _some(data.like(seen.wanted), MOST_REAL)
    around, balls = (
        measures.neighbours(seen.features, real, min(k, len(seen.features) - 1)) for k in (K_MANIFOLD, K_BALLS)
    )
    whole = measures.Gaussian.of(real)
    few = min(draws, SLOW_DRAWS)
    return {
        "precision": _share(around.in_real),
        "recall": _share(around.in_pictures),
        "density": of(np.mean, balls.balls, ABOVE_ZERO),
        "coverage": _share(balls.covered),
        "frechet": _bootstrapped(lambda rows: measures.frechet(rows, whole), seen.features, ABOVE_ZERO, draws=few),
        "kernel": _kernel(np.asarray(seen.features, float), np.asarray(_some(real, 512), float), few),
    }


def _figure(value: float, drawn: Sequence[float], within: tuple[float, float], n: int) -> Figure | None:
    """A value, which only rounding can have taken out of its range, with its interval; None for one that is not
    defined."""
    if not np.isfinite(value):
        return None
    value = float(min(max(value, within[0]), within[1]))
    return Figure(value, *normal(value, drawn, within), n)


def _bootstrapped(statistic: Callable[..., float], rows: np.ndarray, within: tuple[float, float], draws: int) -> Figure:
    return _of_rows(lambda drawn: float(statistic(rows[drawn])), len(rows), within, draws)


def _share(hits: np.ndarray) -> Figure:
    return Figure(float(hits.mean()), *wilson(int(hits.sum()), len(hits)), len(hits))


def _some(rows: np.ndarray, most: int) -> np.ndarray:
    """At most so many rows, always the same."""
    return rows if len(rows) <= most else rows[np.sort(np.random.default_rng(0).permutation(len(rows))[:most])]


def _distance(features: np.ndarray, groups: np.ndarray, draws: int) -> Figure | None:
    """The mean distance of two pictures of one prompt, the mean over prompts with at least two."""
    unit, n = measures.unit(features), len(features)
    member = (np.unique(groups)[:, None] == np.asarray(groups)).astype(float)
    apart = measures.distances(unit, unit) * (member.T @ member)
    np.fill_diagonal(apart, 0)

    def means(counts: np.ndarray) -> np.ndarray:
        """counts: (n, D), how often each row was drawn -> (D,)."""
        sums, size = member @ (apart @ counts * counts), member @ counts
        there = size > 1  # not one prompt, in some draws
        means = sums / np.where(there, size * (size - 1), np.nan)
        return np.where(there, means, 0.0).sum(0) / np.where(there.any(0), there.sum(0), np.nan)

    rng = np.random.default_rng(0)
    drawn = means(
        np.stack([np.bincount(rng.integers(n, size=n), minlength=n) for _ in range(draws)], axis=1).astype(float)
    )
    return _figure(float(means(np.ones((n, 1)))[0]), drawn, CHORD, n)


def _vendi(features: np.ndarray, groups: np.ndarray, draws: int) -> Figure | None:
    """The Vendi score of the pictures of one prompt, the mean over prompts with at least two."""
    groups = np.asarray(groups)
    sizes = [size for size in np.unique(groups, return_counts=True)[1] if size > 1]
    most = float(np.mean(sizes)) if sizes else 1.0  # all wholly different; 0 is of rows of zeros
    return _of_rows(
        lambda rows: _mean_of_groups(groups[rows], lambda own: measures.vendi(features[rows[own]])),
        len(features),
        (0.0 if not np.abs(features).sum(1).all() else 1.0, most),
        draws,
    )


def _kernel(x: np.ndarray, y: np.ndarray, draws: int) -> Figure:
    """`measures.kernel_distance` and its interval; the kernels are computed once."""
    kernel = lambda a, b: (a @ b.T / a.shape[1] + 1) ** 3  # noqa: E731
    own, across, real = kernel(x, x), kernel(x, y).mean(1), kernel(y, y)
    there = (real.sum() - np.trace(real)) / (len(y) * (len(y) - 1))

    def statistic(rows: np.ndarray) -> float:
        # A row that was drawn twice is no pair.
        square, apart = own[np.ix_(rows, rows)], rows[:, None] != rows
        return float((square * apart).sum() / apart.sum() + there - 2 * across[rows].mean())

    return _of_rows(statistic, len(x), ANYTHING, draws)


def _of_rows(
    statistic: Callable[[np.ndarray], float], n: int, within: tuple[float, float], draws: int
) -> Figure | None:
    """A statistic of row numbers with its interval; None where it is not defined for all rows."""
    value = statistic(np.arange(n))
    if not np.isfinite(value):
        return None
    rng = np.random.default_rng(0)
    return _figure(value, [statistic(rng.integers(n, size=n)) for _ in range(draws)], within, n)


def _mean_of_groups(groups: np.ndarray, statistic: Callable[[np.ndarray], float]) -> float:
    """Of the rows of each group with at least two; nan when there is none."""
    order = np.argsort(groups, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)
    values = [statistic(own) for own in parts if len(own) > 1]
    return float(np.mean(values)) if values else float("nan")
