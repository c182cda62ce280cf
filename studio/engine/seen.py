"""What is seen of a run, as plain values: the scores of its pictures, and the moments inside of it. No torch.

`pipelines.evaluation` has the measures.
"""

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
