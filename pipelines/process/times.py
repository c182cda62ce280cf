"""Times of the forward process, x_t = a x0 + b ε, and the steps between two of them. No torch until there is a picture."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from ..lazy import Tensor, torch

if TYPE_CHECKING:
    from .process.schedule import NoiseSchedule


class Time(NamedTuple):
    """One time of the forward process, at which x_t = a x0 + b ε with a² + b² = 1.

    `index` is the network's time, 0 .. T−1, and may lie between two whole ones; the clean end has index −1, a = 1
    and b = 0.
    """

    index: int | float
    a: float
    b: float

    @property
    def log_snr(self) -> float:
        """log a²/b², in nats."""
        return 2 * (math.log(self.a) - math.log(self.b)) if self.b else math.inf


CLEAN = Time(-1, 1.0, 0.0)


class Times(list):
    """N + 1 times of a run, from the noisiest to the clean end, and the schedule that has those between them."""

    def __init__(self, times: Iterable[Time], schedule: NoiseSchedule):
        super().__init__(times)
        self.schedule = schedule


def timesteps(t: Time, x: Tensor) -> Tensor:
    """What a network of x, (B, ...), is told of the time: its index for each row, that of the least noise at the clean end. (B,)

    As exact as x: an index between two whole ones has more digits than float32.
    """
    dtype = torch.float64 if x.dtype == torch.float64 else torch.float32
    return torch.full((len(x),), float(max(t.index, 0)), device=x.device, dtype=dtype)


class Transition(NamedTuple):
    """The step between two times: α = ᾱ_t/ᾱ_s, and β = 1 − α."""

    alpha: float
    beta: float
    beta_tilde: float  # the posterior's variance, β (1 − ᾱ_s)/(1 − ᾱ_t)

    @classmethod
    def between(cls, t: Time, s: Time) -> Transition:
        """From the noisier t to the less noisy s, on any respaced schedule."""
        alpha = (t.a / s.a) ** 2
        beta = 1 - alpha
        return cls(alpha, beta, beta * s.b**2 / t.b**2)


def posterior_mean(x: Tensor, x0: Tensor, t: Time, s: Time) -> Tensor:
    """Mean of q(x_s | x_t, x0): √α (1−ᾱ_s)/(1−ᾱ_t) x_t + √ᾱ_s β/(1−ᾱ_t) x0 (Ho et al. 2020, eq. 7)."""
    step = Transition.between(t, s)
    return (math.sqrt(step.alpha) * s.b**2 * x + s.a * step.beta * x0) / t.b**2
