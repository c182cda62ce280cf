"""The two ways to guide: a rule changes the prediction, a pull adds a gradient."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from ..declarations.declared import Declared
from ..declarations.options import Option, OptionError, check, options_of
from ..lazy import Tensor
from ..process.prediction import Prediction
from ..process.times import Time


@dataclass(frozen=True)
class Rule(Declared):
    """Changes the prediction: classifier-free guidance and its relatives.

    A rule asks the denoiser for the branches it needs by name, all that it can in one call. `strength` names the
    option that says how strongly it acts; `strength_option` is its declaration. Run state is a field with init=False.
    """

    strength: ClassVar[str] = "w"

    def __post_init__(self):
        check(self)

    def begin(self) -> Self:
        """A copy with fresh run state; the configuration stays frozen."""
        return replace(self)

    def at_strength(self, value: float) -> Self:
        """The same rule at another strength, with the same run state: for one step of a run."""
        option = self.strength_option
        if option is None:
            raise OptionError("rule", type(self).__name__, "rule_with_strength")
        moved = copy.copy(self)
        object.__setattr__(moved, self.strength, option.check(value))
        return moved

    def with_strength(self, value: float) -> Self:
        """The same rule with its own strength at another value."""
        return replace(self, **{self.strength: value})

    @property
    def base(self) -> Rule:
        """The rule inside of all those around it."""
        return self

    @property
    def around(self) -> tuple[Rule, ...]:
        """The rules around the base, from the outermost."""
        return ()

    @property
    def strength_option(self) -> Option | None:
        """The declaration of the base rule's strength; None where it has none."""
        base = self.base
        return next((option for option in options_of(type(base)) if option.name == base.strength), None)

    @property
    def course(self) -> tuple[float, ...]:
        """The strengths that a run takes, from noise to picture; one where it does not move."""
        return (getattr(self, self.strength),) if self.strength else ()

    @property
    def strengths(self) -> set[float]:
        """The same without their order."""
        return set(self.course)

    def alone(self, strength: float) -> str | None:
        """The one branch that is asked at this strength; None where several are."""
        return self.single.get(strength)

    @property
    def only(self) -> str | None:
        """The one branch that the base rule asks in a run; None where it asks several."""
        taken = self.strengths
        return self.base.alone(*taken) if len(taken) == 1 else None

    @property
    def inert(self) -> bool:
        """Whether it says no more than the model with the prompt does."""
        return self.neutral is not None and all(getattr(self, name) == off for name, off in self.neutral.items())

    @property
    def evaluations(self) -> int:
        """Network calls a picture of one evaluation with these options, at most."""
        calls = 1 if self.only else self.base.calls
        return calls if self.only == "conditional" else max(calls, *(each.calls for each in self.around), 1)

    @property
    def needed(self) -> tuple[str, ...]:
        """The parts that these options need: none where only the prompt's branch is asked."""
        every = (*self.around, self.base)
        return () if self.only == "conditional" else tuple(need for each in every for need in each.needs)

    def __call__(self, denoiser, x: Tensor, t: Time) -> Prediction:
        """The guided prediction at x: (B, C, H, W)."""
        raise NotImplementedError


class Plain(Rule):
    """No guidance: the conditional prediction as it is."""

    strength = ""
    summary = "No guidance: the model as it was trained, with the prompt."
    equation = r"\hat\varepsilon = \varepsilon(x_t, y)"
    cost = "1 network call"

    def __call__(self, denoiser, x: Tensor, t: Time) -> Prediction:
        return denoiser(x, t, "conditional")[0]


@dataclass(frozen=True)
class Pull(Declared):
    """Adds a gradient, γ ∇ log p(y|x_t) or γ ∇ sim(x_t, y). The sampler decides where it enters."""

    def __post_init__(self):
        check(self)

    @property
    def needed(self) -> tuple[str, ...]:
        """The parts that these options need: none at γ = 0."""
        return () if getattr(self, "gamma", None) == 0 else self.needs

    def filled(self, text: str, label: str | None) -> Self | None:
        """With a prompt's text, or its label, in place of what is not said; None where there is nothing to pull to."""
        return self

    def texts(self, pipe) -> dict[str, tuple]:
        """Option -> who reads it, and its text or texts; of options that are texts for a model with a context."""
        return {}

    def begin(self, pipe) -> Pull:
        """A copy bound to the models of a pipeline that it needs."""
        return self

    def bind(self, denoiser) -> Pull:
        """A copy that may ask the run's denoiser, for a gradient through the network."""
        return self

    def __call__(self, x: Tensor, t: Time, prediction: Prediction | None) -> Tensor | None:
        """The gradient, (B, C, H, W), or None when it is zero everywhere without looking."""
        raise NotImplementedError
