"""Fidelity against diversity, on judge features: distances to the data, precision, recall, density, coverage, Vendi."""

from __future__ import annotations

from functools import partial

import numpy as np

from ...evaluation.intervals import ABOVE_ZERO, CHORD
from ...evaluation.measures import Gaussian, class_entropy, frechet, kernel_distances, mean_distances, neighbours, vendi
from .context import Context
from .figures import Figure, Section, Table
from .setup import Setting

COLUMNS = ("Fréchet", "kernel", "precision", "recall", "density", "coverage", "Vendi", "mean distance", "entropy")
K_MANIFOLD, K_BALLS = 3, 5  # of Kynkäänniemi et al. 2019 and of Naeem et al. 2020


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
        settings = dict(draws=self.context.draws, seed=self.context.seed)
        of, counted = partial(Figure.of, **settings), partial(Figure.of_counts, **settings)
        around, balls = (neighbours(features, self.some, min(k, len(features) - 1)) for k in (K_MANIFOLD, K_BALLS))
        centred = features - self.whole.mean
        head = self.context.setup.heads[0]
        most = min(len(features), len(self.context.judge.labels[head]))
        return [
            of(lambda rows: frechet(rows, self.whole), features, within=ABOVE_ZERO),
            counted(lambda counts: kernel_distances(features, self.some, counts), len(features)),
            Figure.share(around.in_real),
            Figure.share(around.in_pictures),
            of(np.mean, balls.balls, within=ABOVE_ZERO),
            Figure.share(balls.covered),
            of(vendi, centred, within=(0.0, float(len(features)))),
            counted(lambda counts: mean_distances(centred, counts), len(features), within=CHORD),
            of(class_entropy, self.context.said(features, head), within=(0.0, float(np.log2(most)))),
        ]
