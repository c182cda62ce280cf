"""The forward process of a schedule, and its losses: what each time weighs in training, and what it adds to the loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipelines.declarations.options import check, choice, number
from pipelines.process.losses import LOSSES, VARIANCES, loss_weights

from .presets import PRESETS
from .setting import KINDS, all_at_once

CURVE = 101  # points of the curves of a and b
DRAWN = 600  # points of the mixture at which the exact denoiser's error is measured


@dataclass(frozen=True)
class Forward:
    """kind: of the schedule. steps: that it is respaced to. loss: the view whose squared error weighs 1, or the bound's
    term of a step. variance: σ² of that step.

    Raises:
        OptionError: naming the field, its value and what is allowed.
    """

    kind: str = choice("cosine", KINDS)
    steps: int = number(25, low=3, high=250)
    loss: str = choice("bound", LOSSES)
    variance: str = choice("beta_tilde", VARIANCES)

    def __post_init__(self):
        check(self)

    @classmethod
    def parse(cls, raw: Any) -> Forward:
        """From the page."""
        return all_at_once("schedule", raw, cls, ("kind", "steps", "loss", "variance"))


def schedule_view(asked: Forward) -> dict:
    """a and b over t; of each step but the last, from noise to data: its t, the weight on each view's squared error with
    which it is this loss, and the share of the loss that it has under the best network there can be. t: 0 to 1.
    """
    import torch

    from .plane import Plane, schedule

    levels, last = schedule(asked.kind), len(schedule(asked.kind)) - 1
    curve = [levels.at(last * k / (CURVE - 1)) for k in range(CURVE)]
    times = levels.times(asked.steps)
    pairs = list(zip(times[:-2], times[1:-1], strict=True))
    weights = [loss_weights(asked.loss, t, s, asked.variance) for t, s in pairs]
    law, generator = Plane(tuple(PRESETS["three"]), torch.float64).mixture, torch.Generator().manual_seed(0)
    x0, _ = law.sample(DRAWN, generator)
    eps = torch.randn(x0.shape, generator=generator, dtype=x0.dtype)
    errors = [float((law.predict(t.a * x0 + t.b * eps, t).x0 - x0).square().sum(1).mean()) for t, _ in pairs]
    added = [weight["x0"] * error for weight, error in zip(weights, errors, strict=True)]
    return {
        "curve": {
            "t": [t.index / last for t in curve],
            "a": [_short(t.a) for t in curve],
            "b": [_short(t.b) for t in curve],
        },
        "steps": [t.index / last for t in times[:-1]],
        "weights": {view: [_short(each[view]) for each in weights] for view in LOSSES[1:]},
        "share": [_short(each / sum(added)) for each in added],
        "noisiest": {"a": times[0].a, "b": times[0].b, "log_snr": times[0].log_snr},
    }


def _short(value: float) -> float:
    return float(f"{value:.4g}")
