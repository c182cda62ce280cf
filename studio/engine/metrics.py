"""What stands under a column as soon as its pictures are there; `pipelines.evaluation` has the measures."""

from __future__ import annotations

from dataclasses import dataclass


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
