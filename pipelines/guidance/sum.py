"""Several rules at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..lazy import Tensor
from ..process.prediction import Prediction, Split
from ..process.times import Time
from .base import Rule
from .shared import Shared


def add_up(plain: Prediction, guided: Sequence[Prediction]) -> Prediction:
    """The changes of several rules to the conditional prediction, added up (Liu et al. 2022, composable diffusion)."""
    kind = Split if any(isinstance(each, Split) for each in guided) else Prediction
    return kind(*(p + sum(g - p for g in parts) for p, *parts in zip(plain, *guided, strict=True)))


@dataclass(frozen=True)
class Sum(Rule):
    """Several rules at once: their changes to the conditional prediction add up; no branch is evaluated twice.

    The run state is what each said last, as of a `Wrapper`.
    """

    strength = ""
    neutral = None
    rules: tuple[Rule, ...] = ()
    state: dict = field(default_factory=dict, init=False, repr=False, compare=False)

    def begin(self) -> Sum:
        """Every rule with fresh run state."""
        return replace(self, rules=tuple(rule.begin() for rule in self.rules))

    def __call__(self, denoiser, x: Tensor, t: Time) -> Prediction:
        denoiser = Shared.of(denoiser)
        guided = self.state["said"] = [rule(denoiser, x, t) for rule in self.rules]
        return add_up(denoiser(x, t, "conditional")[0], guided)

    def heard(self) -> list[Prediction]:
        """What each rule has said since this was last asked, none before; forgets it."""
        return self.state.pop("said", [])
