"""Which steps of a run something acts in. A window is two shares of the steps, counted as diffusers counts them. No torch."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """Step `index` of `total`, from 0. It covers the run from `before` to `after`: 0 is pure noise, 1 is the picture."""

    index: int
    total: int

    @property
    def before(self) -> float:
        """Share of the steps that are done when it begins."""
        return self.index / self.total

    @property
    def after(self) -> float:
        """Share of the steps that are done when it ends."""
        return (self.index + 1) / self.total

    def inside(self, start: float, end: float) -> bool:
        """Whether the whole step lies from start to end, as with diffusers' `control_guidance_start` and `_end`."""
        return start <= self.before and self.after <= end


def steps_inside(start: float, end: float, total: int) -> list[int]:
    """Indices of the steps of a run in the window; none for an empty window, or for one that is narrower than a step."""
    return [index for index in range(total) if Place(index, total).inside(start, end)]
