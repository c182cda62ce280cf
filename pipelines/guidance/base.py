"""The two ways to guide: a rule changes the prediction, a pull adds a gradient."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from torch import Tensor

from ..options import check
from ..prediction import Prediction
from ..schedule import Time


@dataclass(frozen=True)
class Rule:
    """Changes the prediction: classifier-free guidance and its relatives."""

    def __post_init__(self):
        check(self)

    def begin(self) -> Self:
        """A copy with fresh run state; the configuration stays frozen."""
        return replace(self)

    def __call__(self, denoiser, x: Tensor, t: Time) -> Prediction:
        """The guided prediction at x: (B, C, H, W)."""
        raise NotImplementedError


class Plain(Rule):
    """No guidance: the conditional prediction as it is."""

    def __call__(self, denoiser, x: Tensor, t: Time) -> Prediction:
        return denoiser(x, t, "conditional")[0]


@dataclass(frozen=True)
class Pull:
    """Adds a gradient, γ ∇ log p(y|x_t) or γ ∇ sim(x_t, y). The sampler decides where it enters."""

    def __post_init__(self):
        check(self)

    def begin(self, pipe) -> Pull:
        """A copy bound to the models of a pipeline that it needs."""
        return self

    def __call__(self, x: Tensor, t: Time, prediction: Prediction | None) -> Tensor | None:
        """The gradient, (B, C, H, W), or None when it is zero everywhere without looking."""
        raise NotImplementedError
