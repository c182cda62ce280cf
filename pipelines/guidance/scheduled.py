"""A strength for each step (Wang et al. 2024)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..declarations.options import OptionError, choice, number, numbers
from ..lazy import Tensor
from ..process.prediction import Prediction
from ..process.times import Time
from .shared import level
from .wrapper import Wrapper

MOVED = ("shape", "linear", "cosine")


@dataclass(frozen=True)
class Scheduled(Wrapper):
    """The inner rule with a strength that moves from `start` at pure noise to `end` at the clean picture.

    It moves with u = 1 − level, see `Interval`: 0 at pure noise, 1 at the clean end, the same for any number of steps.
    "constant" leaves the inner rule as it is; "linear" and "cosine" go from start to end (Wang et al. 2024, analysis of
    classifier-free guidance weight schedulers); "points" joins `points`, equally spaced in u, by straight lines.
    Values are those of the inner rule's own strength, w of most, and are held to its range.
    """

    summary = "A strength that changes on the way from noise to picture, drawn as a curve."
    equation = r"w(u) = w_0 + (w_1 - w_0)\,f(u),\quad f(u) = u,\ \tfrac{1 - \cos \pi u}{2},\ \text{or drawn by hand}"
    source = "Wang et al. 2024"
    cost = "that of the inner rule; 1 network call where the strength is 0"
    neutral = {"shape": "constant"}
    short = ""  # its numbers are the rule's strengths

    shape: str = choice(
        "linear", ("constant", "linear", "cosine", "points"), label="shape", help="How the strength moves."
    )
    start: float = number(0.0, low=-1, high=20, step=0.1, when=MOVED, label="at noise", help="Strength at pure noise.")
    end: float = number(
        4.0, low=-1, high=20, step=0.1, when=MOVED, label="at the end", help="Strength at the clean picture."
    )
    points: tuple = numbers(
        (),
        low=-1,
        high=20,
        max_count=50,
        when=("shape", "points"),
        label="points",
        help="Strengths from noise to picture, for the shape by hand.",
    )

    def __post_init__(self):
        super().__post_init__()
        if self.shape == "points" and not self.points:
            raise OptionError("points", self.points, "points")
        if self.shape != "constant":
            by_hand = self.shape == "points"
            names = [f"points[{i}]" for i in range(len(self.points))] if by_hand else ["start", "end"]
            for name, value in zip(names, self.points if by_hand else (self.start, self.end), strict=True):
                try:
                    self.rule.at_strength(value)
                except OptionError as error:
                    rule = type(self.rule).__name__
                    raise OptionError(name, value, "with_rule", allowed=error.allowed, rule=rule) from None

    def at_strength(self, value: float) -> Scheduled:
        """With the inner rule at one strength, whatever the shape."""
        moved = super().at_strength(value)
        object.__setattr__(moved, "shape", "constant")
        return moved

    @property
    def course(self) -> tuple[float, ...]:
        """Its ends or its points; of one that does not move that of the inner rule."""
        if self.shape == "constant":
            return self.rule.course
        return self.points if self.shape == "points" else (self.start, self.end)

    @property
    def inert(self) -> bool:
        """Whether the inner rule is, at the strengths that it takes."""
        if self.shape == "constant":
            return self.rule.inert
        return all(self.rule.at_strength(each).inert for each in self.course)

    def strength_at(self, t: Time) -> float:
        """The strength at this time; for "constant" nan, the inner rule's own."""
        u = 1 - level(t)
        if self.shape == "constant":
            return math.nan
        if self.shape == "points":
            place = u * (len(self.points) - 1)
            before = min(int(place), max(len(self.points) - 2, 0))
            after = min(before + 1, len(self.points) - 1)
            return _between(self.points[before], self.points[after], place - before)
        return _between(self.start, self.end, u if self.shape == "linear" else (1 - math.cos(math.pi * u)) / 2)

    def __call__(self, denoiser, x: Tensor, t: Time) -> Prediction:
        """The inner rule's prediction at this time's strength: (B, C, H, W)."""
        rule = None if self.shape == "constant" else self.rule.at_strength(self.strength_at(t))
        return self.inner(denoiser, x, t, rule)


def _between(low: float, high: float, share: float) -> float:
    """Never outside of the two, whatever the rounding."""
    value = low + (high - low) * share
    return min(max(value, min(low, high)), max(low, high))
