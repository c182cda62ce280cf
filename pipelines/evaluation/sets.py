"""What a set of pictures is worth: every measure, each with n and an interval. No torch.

`Seen` and `Data` hold what judges see in pictures and in a world's data; the measures are those of `measures` and `novelty`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from . import measures
from .intervals import ABOVE_ZERO, CHORD, SHARE, Figure
from .novelty import nearest

FEWEST = 16  # pictures from which on a set is compared with the data
K_MANIFOLD, K_BALLS = 3, 5  # of Kynkäänniemi et al. 2019 and of Naeem et al. 2020
MOST_REAL, MOST_KERNEL = 2048, 512  # pictures of the data whose neighbourhoods, and whose kernels, are looked at
DRAWS = 200
SLOW_DRAWS = 60  # of what takes a matrix apart in each


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
    of = partial(Figure.of, draws=draws)
    found = _fidelity(seen, of)
    centre = data.features.mean(0) if data is not None and seen.embedded is None else 0.0
    features = np.asarray(seen.features if seen.embedded is None else seen.embedded, float) - centre
    found |= variety(features, seen.groups, draws, min(draws, SLOW_DRAWS))
    heads = [head for head in seen.said if head != "style"]
    for name, head in (("class_entropy", heads[-1] if heads else ""), ("style_entropy", "style")):
        if head in seen.said and n > 1:
            most = float(np.log2(min(n, seen.said[head].shape[1])))
            found[name] = of(measures.class_entropy, seen.said[head].argmax(1), within=(0.0, most))
    if data is not None and n >= FEWEST:
        real = _some(data.like(seen.wanted), MOST_REAL)
        few, whole = _some(real, MOST_KERNEL), measures.Gaussian.of(real)
        found |= against(seen.features, real, few, whole, draws, min(draws, SLOW_DRAWS))
    if seen.small is not None and data is not None and data.small is not None:
        ratio = nearest(seen.small, data.small).ratio
        found["nearest"] = of(np.median, ratio, within=SHARE)
        found["copies"] = Figure.share(ratio < data.copy)
    return {name: found[name] for name in MEASURES if name in found and np.isfinite(found[name].value)}


def _fidelity(seen: Seen, of: Callable[..., Figure]) -> dict[str, Figure]:
    found = {}
    judged = [(i, *wanted) for i, wanted in enumerate(seen.wanted) if wanted is not None and wanted[0] in seen.said]
    if judged:
        found["agreement"] = Figure.share([seen.said[head][i].argmax() == index for i, head, index in judged])
        sure = np.array([seen.said[head][i][index] for i, head, index in judged])
        found["confidence"] = of(np.mean, sure, within=SHARE)
    if seen.similarity is not None and (told := seen.similarity[np.isfinite(seen.similarity)]).size:
        found["clip_score"] = of(np.mean, measures.clip_scores(told), within=(0.0, 100.0))
    return found


def variety(features: np.ndarray, groups: Sequence[int], draws: int, slow: int, seed: int = 0) -> dict[str, Figure]:
    """distance and vendi of features (n, F) among the rows of one group, the mean over groups with at least two; nan
    where none has. groups: (n,) int. draws, slow: of the bootstrap, and of the Vendi score's, which takes longer."""
    features, groups, n = np.asarray(features, float), np.asarray(groups), len(features)
    sizes = [size for size in np.unique(groups, return_counts=True)[1] if size > 1]
    most = float(np.mean(sizes)) if sizes else 1.0  # all wholly different; 0 is of rows of zeros
    least = 1.0 if np.abs(features).sum(1).all() else 0.0
    return {
        "distance": Figure.of_counts(
            lambda counts: measures.mean_distances(features, counts, groups), n, draws, seed, CHORD
        ),
        "vendi": Figure.of(
            lambda rows: _mean_of_groups(groups[rows], lambda own: measures.vendi(features[rows[own]])),
            np.arange(n),
            draws=slow,
            seed=seed,
            within=(least, most),
        ),
    }


def against(
    features: np.ndarray,
    real: np.ndarray,
    few: np.ndarray,
    whole: measures.Gaussian,
    draws: int,
    slow: int,
    seed: int = 0,
) -> dict[str, Figure]:
    """What compares pictures with the data: precision, recall, density, coverage, frechet, kernel. (n, F), (M, F).

    few: those of the data that the kernel is of. whole: what the Fréchet distance is to. draws, slow: of the bootstrap,
    and of those that take longer.
    """
    around, balls = (measures.neighbours(features, real, min(k, len(features) - 1)) for k in (K_MANIFOLD, K_BALLS))
    again = dict(draws=slow, seed=seed)
    return {
        "precision": Figure.share(around.in_real),
        "recall": Figure.share(around.in_pictures),
        "density": Figure.of(np.mean, balls.balls, draws=draws, seed=seed, within=ABOVE_ZERO),
        "coverage": Figure.share(balls.covered),
        "frechet": Figure.of(lambda rows: measures.frechet(rows, whole), features, within=ABOVE_ZERO, **again),
        "kernel": Figure.of_counts(lambda c: measures.kernel_distances(features, few, c), len(features), **again),
    }


def _some(rows: np.ndarray, most: int) -> np.ndarray:
    """At most so many rows, always the same."""
    return rows if len(rows) <= most else rows[np.sort(np.random.default_rng(0).permutation(len(rows))[:most])]


def _mean_of_groups(groups: np.ndarray, statistic: Callable[[np.ndarray], float]) -> float:
    """Of the rows of each group with at least two; nan when there is none."""
    order = np.argsort(groups, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)
    values = [statistic(own) for own in parts if len(own) > 1]
    return float(np.mean(values)) if values else float("nan")
