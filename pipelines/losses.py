"""The training loss in each view, and the weight that makes it the variational bound (equation 3)."""

from __future__ import annotations

from torch import Tensor

from .process.prediction import TARGETS, Prediction
from .process.times import Time


def loss(target: str, predicted: Prediction, truth: Prediction, t: Time) -> Tensor:
    """Squared error of one view, summed over each picture: ‖ε − ε̂‖² for "eps" (Ho et al. 2020, algorithm 1). (B,)

    Raises:
        ValueError: an unknown target.
    """
    error = _view(target, predicted, t) - _view(target, truth, t)
    return error.square().flatten(1).sum(1)


def bound_weight(target: str, t: Time, s: Time) -> float:
    """The weight w with w · loss = KL(q(x_s | x_t, x0) ‖ p(x_s | x_t)) for σ² = β̃, s less noisy than t.

    w_x0 = ½ (SNR_s − SNR_t), and for the other views the same error in their units (Kingma et al. 2021, eq. 13).
    Infinite at the clean end, where the posterior has no variance.

    Raises:
        ValueError: an unknown target.
    """
    _known(target)
    if s.b == 0:
        return float("inf")
    w_x0 = 0.5 * ((s.a / s.b) ** 2 - (t.a / t.b) ** 2)
    per_x0 = {"x0": 1.0, "eps": (t.b / t.a) ** 2, "score": t.b**4 / t.a**2, "v": t.b**2}
    return w_x0 * per_x0[target]


def _view(target: str, prediction: Prediction, t: Time) -> Tensor:
    _known(target)
    view = getattr(prediction, target)
    return view(t) if callable(view) else view


def _known(target: str) -> None:
    if target not in TARGETS:
        raise ValueError(f"Unknown target {target!r}; choose from {sorted(TARGETS)}.")
