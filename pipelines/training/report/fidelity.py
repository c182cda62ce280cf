"""Fidelity against diversity, on judge features: distances to the data, precision, recall, density, coverage, Vendi."""

from __future__ import annotations

import numpy as np

from ...evaluation.intervals import Figure
from ...evaluation.measures import Gaussian, class_entropy
from ...evaluation.sets import K_BALLS, K_MANIFOLD, against, variety
from .context import Context
from .setup import Setting
from .tables import Section, Table

COLUMNS = {
    "Fréchet": "frechet",
    "kernel": "kernel",
    "precision": "precision",
    "recall": "recall",
    "density": "density",
    "coverage": "coverage",
    "Vendi": "vendi",
    "mean distance": "distance",
    "entropy": "entropy",
}


def measure(context: Context) -> Section:
    data = getattr(context.features, context.setup.data)
    other = "held_out" if context.setup.data == "train" else "train"
    against = Against(data, context)
    table = Table(f"Against {len(data):,} pictures of the data", "pictures", list(COLUMNS))
    rng = np.random.default_rng(context.seed)
    real = getattr(context.features, other)
    # Only sets of about equal size can be compared, so the real ones are as many.
    table.rows["real, " + ("never trained on" if other == "held_out" else "trained on")] = against(
        real[rng.permutation(len(real))[: context.n]]
    )
    for setting in [Setting(told="nothing"), *context.settings()]:
        table.rows[str(setting)] = against(context.judged(setting))
    return Section(
        "fidelity",
        "Fidelity and diversity",
        f"""All on the judge's features, so the Fréchet
distance is no FID. Fréchet: to all {len(data):,} pictures of the data; it is biased upwards for a small n, so
the row of real pictures, not 0, is what is perfect. Kernel: unbiased squared MMD of a cubic kernel, to as many
pictures of the data as there are generated ones, drawn by the seed; so are precision and recall (k =
{K_MANIFOLD}), density and coverage (k = {K_BALLS}): neighbourhoods of equally many pictures. Vendi score and
mean distance: cosines of features from which the data's mean was taken. Entropy: of the
{context.setup.heads[0]} that the judge sees, in bits.""",
        [table],
        ["curves.png"],
    )


class Against:
    """Figures of a set of features against the data's, (N, F)."""

    def __init__(self, data: np.ndarray, context: Context):
        rng = np.random.default_rng(context.seed + 1)
        self.context, self.whole = context, Gaussian.of(data)
        self.some = data[rng.permutation(len(data))[: context.n]]

    def __call__(self, features: np.ndarray) -> list[Figure]:
        """In the order of COLUMNS."""
        draws, seed, head = self.context.draws, self.context.seed, self.context.setup.heads[0]
        found = against(features, self.some, self.some, self.whole, draws, draws, seed)
        found |= variety(features - self.whole.mean, np.zeros(len(features), int), draws, draws, seed)
        said, most = self.context.said(features, head), min(len(features), len(self.context.judge.labels[head]))
        found["entropy"] = Figure.of(class_entropy, said, draws=draws, seed=seed, within=(0.0, float(np.log2(most))))
        return [found[name] for name in COLUMNS.values()]
