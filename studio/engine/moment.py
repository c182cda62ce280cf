"""What is seen inside of a run, a step at a time. Arrays of numpy; no torch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

NUMBERS = (
    "difference",
    "cosine",
    "change",
    "pull",
    "pull_cosine",
    "judge",
    "guide",
    "guide_noised",
    "clip_score",
    "variance",
)


@dataclass(frozen=True)
class Moment:
    """The run at the x_t of step `index` of `total`, with the noise level a, b; at index = total it is over.

    x, x0: (B, H, W, 3) uint8, the noised pictures and the predicted clean ones. heat: (B, H, W), where guidance acts.
    numbers: each of `NUMBERS` as (B,), nan where there is none. looks: how often the step asked the rules. calls,
    extra: evaluations of a network on one picture so far, of the run itself and to observe it.
    latent: whether the pictures are decoded.
    """

    index: int
    total: int
    a: float
    b: float
    x: np.ndarray
    x0: np.ndarray
    heat: np.ndarray
    numbers: Mapping[str, np.ndarray]
    looks: int = 1
    calls: int = 0
    extra: int = 0
    latent: bool = False

    @property
    def level(self) -> float:
        """How much noise there is, 2/π · atan(b/a): 0 none, 0.5 as much as signal, 1 nothing else; as in `Interval`."""
        return 2 / math.pi * math.atan2(self.b, self.a)

    @property
    def log_snr(self) -> float:
        """log a²/b², in nats; inf at the end."""
        return 2 * math.log(self.a / self.b) if self.b else math.inf
