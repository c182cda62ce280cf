"""What a branch is told: of the text, and of local and global conditions; one row a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

from ..lazy import Tensor, torch
from ..process.window import Place


class ConditionInput(NamedTuple):
    """What one side network is told, and when it speaks. K: how many parts its hint has, each with a strength.

    hint: (B, ...), as the side network takes it. strength, start, end: (B, K); a part speaks in the steps that lie whole
    within [start, end], see `Place.inside`. start and end are float64: a step's ends are compared to the last digit.
    """

    hint: Tensor
    strength: Tensor
    start: Tensor
    end: Tensor

    def at(self, place: Place) -> ConditionInput:
        """The same in one step of a run: strength 0 in the parts that are silent in it."""
        return self.silenced((self.start > place.before) | (place.after > self.end))

    def silenced(self, silent: Tensor | bool) -> Self:
        """The same, with strength 0 in the parts (B, K) that are silent."""
        return self._replace(
            strength=self.strength.masked_fill(torch.as_tensor(silent, device=self.strength.device), 0.0)
        )

    def rows(self, index) -> Self:
        """Some of the rows."""
        return type(self)(*(part[index] for part in self))

    @classmethod
    def cat(cls, several: Sequence[ConditionInput]) -> ConditionInput:
        """One batch of several."""
        return cls(*(torch.cat(parts) for parts in zip(*several, strict=True)))


class Condition(NamedTuple):
    """What a branch is told. states: (B, L, W) of the text's tokens; pooled: (B, D) of the whole text.

    told: what each of the network's side networks is told, in their order.
    """

    states: Tensor
    pooled: Tensor
    told: tuple[ConditionInput, ...] = ()

    def at(self, place: Place | None) -> Condition:
        """The same in one step of a run; outside of a run, None, every window is open."""
        return (
            self if place is None or not self.told else self._replace(told=tuple(each.at(place) for each in self.told))
        )

    def rows(self, index) -> Condition:
        """Some of the rows."""
        return Condition(self.states[index], self.pooled[index], tuple(each.rows(index) for each in self.told))

    @classmethod
    def cat(cls, conditions: Sequence[Condition]) -> Condition:
        """One batch of several, whose side networks are the same."""
        return cls(
            torch.cat([each.states for each in conditions]),
            torch.cat([each.pooled for each in conditions]),
            tuple(ConditionInput.cat(parts) for parts in zip(*(each.told for each in conditions), strict=True)),
        )
