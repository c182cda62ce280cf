"""What every condition declares: how strongly, when, and to which branch it speaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..declarations.declared import Declared
from ..declarations.options import OptionError, check, choice, number
from ..lazy import Tensor, torch
from ..networks.condition_input import ConditionInput
from ..networks.side_network import SideNetwork


@dataclass(frozen=True)
class Conditioning(Declared):
    """A condition beside the text: of a place in the picture (local) or of the whole (global).

    It speaks in the steps that lie whole within [start, end], shares of the steps: i/N >= start and (i + 1)/N <= end for step
    i of N, as diffusers' `control_guidance_start` and `_end`. Both calls of a step that makes two belong to it.
    `branches` says whether the unguided prediction knows of it too; if not, classifier-free guidance strengthens it with
    the prompt. Those that are `joint` are told to one side network together. `share` is what a call of that network is
    worth, in calls of the one that draws.
    """

    joint: ClassVar[bool] = False
    share: ClassVar[float] = 0.0
    neutral = {"strength": 0.0}
    calls = 0

    strength: float = number(1.0, low=0, high=2, step=0.05, label="strength", help="0 is as if it were not there.")
    start: float = number(0.0, low=0, high=1, step=0.05, label="from", help="Share of the steps after which it begins.")
    end: float = number(1.0, low=0, high=1, step=0.05, label="to", help="Share of the steps after which it stops.")
    branches: str = choice(
        "both",
        ("both", "conditional"),
        label="told to",
        help="Both: only the prompt is strengthened by w. Conditional: w strengthens the condition too.",
    )

    def __post_init__(self):
        check(self)
        if self.start > self.end:
            raise OptionError("start", self.start, "up_to", name="end", limit=self.end)

    @property
    def needed(self) -> tuple[str, ...]:
        """The parts that these options need: none at strength 0."""
        return () if self.strength == 0 else self.needs

    def side(self, pipe) -> SideNetwork:
        """The side network that is told of it."""
        raise NotImplementedError

    def hint(self, pipe, batch: int) -> Tensor:
        """What that network is told: (batch, ...), 0 where nothing is."""
        raise NotImplementedError

    def parts(self, pipe) -> list[bool]:
        """Which parts of the hint this condition fills, of K."""
        return [True]

    def told(self, pipe, batch: int) -> ConditionInput:
        """The hint with its strengths and times, a row a picture."""
        filled = torch.tensor([self.parts(pipe)], device=pipe.unet.device).float().expand(batch, -1)
        hint = self.hint(pipe, batch).to(pipe.unet.device)
        return ConditionInput(hint, self.strength * filled, self.start * filled.double(), self.end * filled.double())


def one_each(name: str, count: int, batch: int) -> Tensor:
    """Index of the picture of each row: one for all, or one each. (batch,)

    Raises:
        ValueError: another number of pictures.
    """
    if count not in (1, batch):
        raise ValueError(f"{name} has {count} pictures for {batch} to be made; allowed: 1 or {batch}.")
    return torch.arange(batch) % count
