"""The losses of training: one squared error, told of x0, ε, score or v, and the weight that makes it another one's."""

from __future__ import annotations

from .prediction import TARGETS
from .times import Time, Transition

LOSSES = ("bound", *TARGETS)
VARIANCES = ("beta_tilde", "beta")


def error_ratio(view: str, t: Time) -> float:
    """‖error of this view‖² for one of ‖error of x0‖² = 1, at one x_t: 1, a²/b², 1/b² and a²/b⁴ of x0, ε, v and score.

    Raises:
        ValueError: an unknown view, or the clean end, where only x0 has an error.
    """
    if view not in TARGETS:
        raise ValueError(f"Unknown view {view!r}; choose from {sorted(TARGETS)}.")
    if not t.b:
        raise ValueError("t is the clean end, where b = 0; the ratio is of times with noise.")
    return {"x0": 1.0, "eps": t.a**2 / t.b**2, "v": 1 / t.b**2, "score": t.a**2 / t.b**4}[view]


def loss_weights(loss: str, t: Time, s: Time, variance: str = "beta_tilde") -> dict[str, float]:
    """The weight on the squared error of each view with which it is this loss at time t; x0, eps, v, score -> weight.

    loss: a view, whose own weight is 1 (ε: Ho et al. 2020, eq. 14); or "bound", the term of the variational bound for the
    step from t to s, ‖μ(x_t, x0) − μ(x_t, x̂0)‖²/2σ²: w_x0 = ½ (SNR_s − SNR_t) for σ² = β̃ (Kingma et al. 2021, eq. 14),
    times β̃/β for σ² = β. Of the others w_ε = w_x0 b²/a², w_v = w_x0 b², w_score = w_x0 b⁴/a².

    Raises:
        ValueError: an unknown loss or variance, a clean t, or for "bound" a clean s, where the step has no variance.
    """
    if loss not in LOSSES or variance not in VARIANCES:
        wrong, allowed = (loss, LOSSES) if loss not in LOSSES else (variance, VARIANCES)
        raise ValueError(f"Unknown {'loss' if wrong is loss else 'variance'} {wrong!r}; choose from {sorted(allowed)}.")
    if loss != "bound":
        of_x0 = error_ratio(loss, t)
    elif s.b:
        step = Transition.between(t, s)
        of_x0 = (s.a * step.beta / t.b**2) ** 2 / (2 * getattr(step, variance))
    else:
        raise ValueError("s is the clean end; the bound's term of the last step is another one.")
    return {view: of_x0 / error_ratio(view, t) for view in TARGETS}
