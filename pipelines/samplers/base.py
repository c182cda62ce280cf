"""What every sampler shares: the loop over times, and where a score-route pull enters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Self

from ..declarations.declared import Declared, Run
from ..declarations.options import check, options_of
from ..lazy import Tensor
from ..process.prediction import Prediction
from ..process.times import Time, Times

Denoise = Callable[[Tensor, Time], Prediction]
PullAt = Callable[[Tensor, Time, Prediction], Tensor | None]
DrawNoise = Callable[[tuple], Tensor]


@dataclass(frozen=True)
class Sampler(Declared):
    """Owns the loop; a sampler writes one step.

    calls: how often one step asks the denoiser (and the pulls), at most.

    In each call `clip` holds x̂0 within ±clip (Ho et al. 2020 clip to the pixels' range), or does
    nothing as None. It is a property of the world's pixels, so the pipeline gives it.
    """

    calls: ClassVar[int] = 1
    cost = "1 network call"
    neutral = None

    def __post_init__(self):
        check(self)

    def bound(self, pipe) -> Sampler:
        """A copy with what the pipeline's world has learned for it."""
        return self

    def visited(self, times: Times) -> Times:
        """The times that this sampler goes through in place of these; as many, from the same noise."""
        return times

    def asked(self, times: Times) -> list[Time]:
        """The different times at which the denoiser is asked in a run through these."""
        return self.visited(times)[:-1]

    def inactive(self, run: Run) -> set[str]:
        """One step is a jump to x̂0, whatever the options say."""
        return {option.name for option in options_of(type(self))} if run.steps == 1 else super().inactive(run)

    @property
    def unlearned(self) -> dict[str, float]:
        """Options that it goes by because nothing was learned for it, with their values; none where it needs nothing."""
        return {}

    def begin(self, times: Times) -> Self:
        """A copy with fresh run state for these times; the configuration stays frozen."""
        return self

    def step(
        self, denoise: Denoise, pull: PullAt, x: Tensor, t: Time, s: Time, draw: DrawNoise, clip: float | None = None
    ):
        """From x_t to x_s. Returns x_s, (B, C, H, W), and the prediction that was used."""
        raise NotImplementedError

    def run(
        self, denoise: Denoise, pull: PullAt, x: Tensor, times: Times, draw: DrawNoise, clip: float | None = None
    ) -> Iterator:
        """Yields (t, x_s, prediction) for each step, from the noisiest time to the clean end.

        An x that is sent to it takes the place of x_s.
        """
        times = self.visited(times)
        sampler = self.begin(times)
        for t, s in pairwise(times):
            x, prediction = sampler.step(denoise, pull, x, t, s, draw, clip)
            changed = yield t, x, prediction
            x = x if changed is None else changed


def no_pull(x: Tensor, t: Time, prediction: Prediction) -> None:
    """A pull of nothing."""
    return


def clipped(x: Tensor, prediction: Prediction, t: Time, clip: float | None) -> Prediction:
    """The prediction with x̂0 held within ±clip, and ε̂ to match."""
    return prediction if clip is None else prediction.with_x0(x, prediction.x0.clamp(-clip, clip), t)


def score_route(
    denoise: Denoise, pull: PullAt, x: Tensor, t: Time, clip: float | None = None, renoise: bool = False
) -> Prediction:
    """ε̂ = ε − b · pull, valid for every σ (Dhariwal & Nichol 2021, algorithm 2).

    renoise: the sampler adds its new noise along ε̂, so it takes a `Split` as it is; others get the ε̂ of x̂0.
    """
    prediction = denoise(x, t)
    if not renoise:
        prediction = prediction.whole(x, t)
    gradient = pull(x, t, prediction)
    if gradient is not None:
        prediction = prediction.pulled(x, gradient, t)
    return clipped(x, prediction, t, clip)
