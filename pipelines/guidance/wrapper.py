"""A rule around another rule."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Self

from ..options import OptionError
from .base import Rule
from .classifier_free import ClassifierFree


@dataclass(frozen=True)
class Wrapper(Rule):
    """Changes what the inner rule says, or when. What is not changed here is the inner rule's: strength, needs."""

    strength = ""
    neutral = {"rule": {"name": "ClassifierFree", "w": 0.0}}

    rule: Rule = field(default=ClassifierFree(), metadata={"inner": True})

    def __post_init__(self):
        if not isinstance(self.rule, Rule):
            raise OptionError("rule", self.rule, "a rule, such as ClassifierFree(2)")
        super().__post_init__()

    def begin(self) -> Self:
        """A copy with fresh run state, the inner rule's too."""
        return replace(self, rule=self.rule.begin())

    def at_strength(self, value: float) -> Self:
        """With the inner rule at another strength."""
        return replace(self, rule=self.rule.at_strength(value))

    @property
    def needed(self) -> tuple[str, ...]:
        """The inner rule's needs too."""
        return (*self.needs, *self.rule.needed)
