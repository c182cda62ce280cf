"""How much each control of a run changed what the network said, so that one without effect can be told of."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from ..declarations.options import placed
from ..guidance import Plain, Pull, Rule, Sum
from ..guidance.shared import Shared
from ..guidance.sum import add_up
from ..guidance.wrapper import Wrapper
from ..process.prediction import Prediction
from ..process.times import Time

NEGLIGIBLE = 1e-4


class Effect(NamedTuple):
    """One control and its largest change so far.

    change: of any pixel of ε̂ in any step, in units of the noise's deviation; a rule's is against the conditional
        prediction, a wrapper's against the rule inside of it. None: not known, because the prediction without it was
        never made.
    """

    kind: str  # "rule", "wrapper", "pull" or "negative_prompt"
    name: str
    change: float | None

    @property
    def none(self) -> bool:
        """Whether the control is known to have had no effect: pictures of 256 shades are the same without it."""
        return self.change is not None and self.change < NEGLIGIBLE


class Controls:
    """The rules and pulls of one run, as the two functions that a sampler asks, and what they did.

    Args:
        denoiser: each branch is evaluated at most once at one x_t, however many rules ask for it.
        rules: begun. pulls: bound.
        negative: whether there is a negative prompt, which acts through the branch "null" only.
    """

    def __init__(self, denoiser, rules: Sequence[Rule], pulls: Sequence[Pull], negative: bool = False):
        self.denoiser = Shared(denoiser)
        self.rules, self.pulls, self.negative = list(rules), list(pulls), negative
        # 0-dimensional tensors, so that an accelerator is not waited for in each step; None while nothing is known.
        self._rules: list[Tensor | None] = [None] * len(self.rules)
        self._wrappers: dict[int, Tensor] = {}  # by the wrapper's id: each run has its own copies
        self._pulls: list[Tensor | float] = [0.0] * len(self.pulls)

    def denoise(self, x: Tensor, t: Time) -> Prediction:
        """The guided prediction: of one rule as it is, of several their changes added up. x: (B, C, H, W)."""
        if not self.rules:
            return Plain()(self.denoiser, x, t)
        guided = [rule(self.denoiser, x, t) for rule in self.rules]
        for rule, said in zip(self.rules, guided, strict=True):
            _compare(rule, said, t, self._wrappers)
        several = len(guided) > 1
        plain = self.denoiser(x, t, "conditional")[0] if several else self.denoiser.known(x, t, "conditional")
        if plain is not None:
            for i, each in enumerate(guided):
                self._rules[i] = _larger(self._rules[i], _change(each, plain, t))
        return add_up(plain, guided) if several else guided[0]

    def pull(self, x: Tensor, t: Time, prediction: Prediction) -> Tensor | None:
        """The sum of the gradients, (B, C, H, W), or None when there is none."""
        total = None
        for i, pull in enumerate(self.pulls):
            with placed(f"pulls[{i}]"):
                gradient = pull(x, t, prediction)
            if gradient is not None:
                self._pulls[i] = _larger(self._pulls[i], t.b * gradient.abs().amax())
                total = gradient if total is None else total + gradient
        return total

    @property
    def effects(self) -> tuple[Effect, ...]:
        """Rules, wrappers, pulls and the negative prompt, in the order in which they were given.

        A wrapper of a rule that had no effect as a whole is not known to have had none by itself.
        """
        rules = [
            Effect("rule", type(r).__name__, _number(change)) for r, change in zip(self.rules, self._rules, strict=True)
        ]
        wrappers = [
            Effect("wrapper", type(each).__name__, None if whole.none else _number(self._wrappers.get(id(each))))
            for whole, rule in zip(rules, self.rules, strict=True)
            for each in _wrappers(rule)
        ]
        pulls = [
            Effect("pull", type(p).__name__, _number(change)) for p, change in zip(self.pulls, self._pulls, strict=True)
        ]
        unasked = self.negative and "null" not in self.denoiser.asked
        return (*rules, *wrappers, *pulls, *([Effect("negative_prompt", "negative_prompt", 0.0)] if unasked else []))


def _wrappers(rule: Rule) -> Iterator[Wrapper]:
    """The wrappers in a rule, an outer one before what it is around; of a sum those of each of its rules."""
    if isinstance(rule, Wrapper):
        yield rule
        yield from _wrappers(rule.rule)
    for each in rule.rules if isinstance(rule, Sum) else ():
        yield from _wrappers(each)


def _compare(rule: Rule, said: Prediction | None, t: Time, found: dict[int, Tensor]) -> None:
    """Add to `found`, by id, how far each wrapper in the rule moved what is inside of it.

    What was not asked for is nan, which stays: it would take a network call to know. A wrapper that was not reached
    has done nothing. said: by the rule.
    """
    if said is None:
        return
    if isinstance(rule, Sum):
        for each, own in zip(rule.rules, rule.heard(), strict=False):
            _compare(each, own, t, found)
    elif isinstance(rule, Wrapper):
        inner, alike = rule.heard()
        change = _change(said, inner, t) if alike else said.x0.new_full((), math.nan)
        found[id(rule)] = _larger(found.get(id(rule)), change)
        _compare(rule.rule, inner, t, found)


def _change(guided: Prediction, plain: Prediction, t: Time) -> Tensor:
    """The largest change of ε̂; x̂0 is looked at, as a rule may change it alone."""
    if guided is plain:
        return torch.zeros((), device=plain.x0.device)
    return t.a / t.b * (guided.x0 - plain.x0).abs().amax()


def _larger(before: Tensor | float | None, now: Tensor) -> Tensor:
    return now if before is None else torch.maximum(torch.as_tensor(before, dtype=now.dtype, device=now.device), now)


def _number(change: Tensor | float | None) -> float | None:
    return None if change is None or math.isnan(change) else float(change)
