"""What a rule, a pull or a sampler says of itself: the page, the lists and the checks all read it from here."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from .options import options_of
from .phrases import ENGLISH, Phrase


class Run(NamedTuple):
    """What decides which options of an entry are heard: the steps, whether anything pulls, and whether the network is told
    of any condition."""

    steps: int = 25
    pulls: bool = False
    conditions: bool = False


class Declared:
    """Class attributes of every entry of a registry. A new entry fills them in; nothing else has to know it.

    summary: one line for people, with no equation in it.
    equation: LaTeX, without dollar signs, in the symbols a, b (x_t = a x0 + b ε), w, γ, ∅.
    source: authors, year, and the equation, algorithm or section.
    cost: what one step costs, in network calls a picture.
    calls: the same as a number: how many calls one step makes at most; of a rule around another, at least.
    single: of a rule, strengths at which it asks one branch alone, and which.
    neutral: values of the options at which the entry does nothing, of a rule around another: leaves that one as it is; None
        when there are none.
    needs: parts of the pipeline without which it cannot work; see `unavailable`.
    splits: of a rule, whether its ε̂ is not that of its x̂0, so that new noise goes along another one; of a sampler, whether
        it takes the two apart, or the options with which it does: others see the ε̂ of x̂0.
    portable: whether the options say everything, so that a dictionary can carry it.
    """

    summary: ClassVar[str] = ""
    equation: ClassVar[str] = ""
    source: ClassVar[str] = ""
    cost: ClassVar[str] = ""
    calls: ClassVar[int] = 1
    single: ClassVar[dict[float, str]] = {}
    neutral: ClassVar[dict | None] = {}
    needs: ClassVar[tuple[str, ...]] = ()
    splits: ClassVar[bool | dict] = False
    portable: ClassVar[bool] = True

    @classmethod
    def unavailable(cls, pipe) -> str | None:
        """Why this cannot work with the pipeline, as a sentence; None when it can."""
        return reason(cls.needs, pipe)

    def lacks(self, pipe) -> str | None:
        """The same with these options: some of them need other parts."""
        return reason(self.needed, pipe)

    @property
    def evaluations(self) -> int:
        """Network calls a picture of one evaluation with these options, at most."""
        return self.calls

    @property
    def needed(self) -> tuple[str, ...]:
        """The parts that these options need."""
        return self.needs

    def inactive(self, run: Run) -> set[str]:
        """Names of the options that can change nothing in such a run; "pulls" where no pull can either."""
        return {option.name for option in options_of(type(self)) if not option.heard(vars(self))}


SIDES = ("controlnet", "adapter", "global_adapter")  # networks that are told of conditions

LACKS = "lacks "
# A part's name -> the sentence for a pipeline without it.
REASONS = {kind.removeprefix(LACKS): Phrase(kind) for kind in ENGLISH if kind.startswith(LACKS)}


def reason(needs, pipe) -> str | None:
    """Why the pipeline does not have all of these parts; None when it has."""
    return next((why for why in (_reason(need, pipe) for need in needs) if why), None)


def _reason(need: str, pipe) -> str | None:
    if need == "null":
        there = getattr(pipe, "has_null", True)
    elif need == "maps":
        there = hasattr(getattr(pipe, "classifier", None), "maps")
    elif need == "conditions":
        there = any(getattr(pipe, part, None) is not None for part in SIDES)
    elif need == "attention":
        there = any(name.endswith("attn1") for name, _ in pipe.unet.named_modules())
    else:
        there = getattr(pipe, need, None) is not None
    return None if there else REASONS[need]
