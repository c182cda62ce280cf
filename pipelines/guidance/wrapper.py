"""A rule around another rule."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace
from typing import Self

from ..declarations.options import OptionError, options_of
from ..lazy import Tensor
from ..process.prediction import Prediction
from ..process.times import Time
from .base import Rule
from .classifier_free import ClassifierFree


@dataclass(frozen=True)
class Wrapper(Rule):
    """Changes what the inner rule says, or when. What is not changed here is the inner rule's: strength, needs.

    The run state is what the inner rule said last, from which `pipelines.runs.effects` sees whether this one acted.
    """

    strength = ""

    rule: Rule = field(default=ClassifierFree(), metadata={"inner": True})
    state: dict = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self):
        if not isinstance(self.rule, Rule):
            raise OptionError("rule", self.rule, "rule")
        super().__post_init__()

    def begin(self) -> Self:
        """A copy with fresh run state, the inner rule's too."""
        return replace(self, rule=self.rule.begin())

    def at_strength(self, value: float) -> Self:
        """With the inner rule at another strength, and the same run state."""
        moved = copy.copy(self)
        object.__setattr__(moved, "rule", self.rule.at_strength(value))
        return moved

    def with_strength(self, value: float) -> Self:
        """The same with the base rule's own strength at another value."""
        return replace(self, rule=self.rule.with_strength(value))

    @property
    def base(self) -> Rule:
        """The rule inside of all those around it."""
        return self.rule.base

    @property
    def around(self) -> tuple[Rule, ...]:
        """This one, and those inside of it around the base."""
        return (self, *self.rule.around)

    @property
    def course(self) -> tuple[float, ...]:
        """That of the inner rule."""
        return self.rule.course

    @property
    def inert(self) -> bool:
        """Around a rule that says no more than the model, most say no more either."""
        return self.rule.inert

    @property
    def short(self) -> str:
        """Its numbers, in a few characters."""
        numbers = [option for option in options_of(type(self)) if option.kind == "number"]
        return " · ".join(f"{option.label} = {getattr(self, option.name):g}" for option in numbers)

    def inner(self, denoiser, x: Tensor, t: Time, rule: Rule | None = None) -> Prediction:
        """What the inner rule says, or `rule` in its place; remembered. x: (B, C, H, W)."""
        said = (rule or self.rule)(denoiser, x, t)
        self.state["said"] = (said, rule is None or rule == self.rule)
        return said

    def heard(self) -> tuple[Prediction | None, bool]:
        """What `inner` gave since this was last asked, and whether it was the inner rule's as that is; forgets it."""
        return self.state.pop("said", (None, False))
