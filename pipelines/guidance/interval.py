"""Guidance in an interval of noise levels (Kynkäänniemi et al. 2024)."""

from __future__ import annotations

from dataclasses import dataclass

from ..declarations.options import OptionError, number
from ..lazy import Tensor
from ..process.prediction import Prediction
from ..process.times import Time
from .shared import level
from .wrapper import Wrapper


@dataclass(frozen=True)
class Interval(Wrapper):
    """The inner rule where low <= level <= high, the conditional prediction elsewhere (Kynkäänniemi et al. 2024).

    level = 2/π · atan(σ), σ = b/a, so 0 is clean, 1 is pure noise and 0.5 is as much noise as signal, whatever the
    schedule and the number of steps. The paper's bounds on σ are tan(π/2 · low) and tan(π/2 · high).
    """

    summary = "Guidance only while there is a middling amount of noise: less cost, more variety."
    equation = (
        r"w(\sigma) = w \text{ if } \sigma_\text{low} \le \sigma \le \sigma_\text{high}, \text{ else } 0,"
        r"\quad \sigma = b/a"
    )
    source = "Kynkäänniemi et al. 2024"
    cost = "that of the inner rule inside the interval, 1 network call outside"
    neutral = {"low": 0.0, "high": 1.0}

    low: float = number(
        0.2, low=0, high=1, step=0.01, label="from", help="Least noise with guidance: 0 clean, 1 pure noise."
    )
    high: float = number(
        0.8, low=0, high=1, step=0.01, label="to", help="Most noise with guidance: 0 clean, 1 pure noise."
    )

    def __post_init__(self):
        super().__post_init__()
        if self.low > self.high:
            raise OptionError("low", self.low, "up_to", name="high", limit=self.high)

    @property
    def short(self) -> str:
        """From where to where."""
        return f"{self.low:g}–{self.high:g}"

    def __call__(self, denoiser, x: Tensor, t: Time) -> Prediction:
        """The inner rule's prediction, or the conditional one: (B, C, H, W)."""
        if self.low <= level(t) <= self.high:
            return self.inner(denoiser, x, t)
        return denoiser(x, t, "conditional")[0]
