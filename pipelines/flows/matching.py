"""Flow matching, what a velocity of straight lines says of noise, data and gradients, and an x0 network read as a flow."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from ..process.prediction import Prediction
from ..process.schedule import NoiseSchedule
from ..process.times import Time
from .paths import PATHS, Path


def flow_loss(
    velocity: Callable[[Tensor, float], Tensor], x0: Tensor, x1: Tensor, t: float, path: Path = PATHS["straight"]
) -> Tensor:
    """‖v(x_t, t) − f_t(x_t | x0)‖², summed over each sample: (B,) (Lipman et al. 2023, eq. 9).

    Its minimum over functions v is E[f_t(x_t | x0) | x_t], the field of the superposition. x0, x1: (B, ...).
    """
    x = path.at(x0, x1, t)
    return (velocity(x, t) - path.velocity(x, x0, t)).square().flatten(1).sum(1)


def to_eps(x: Tensor, v: Tensor, t: float) -> Tensor:
    """ε = x + (1 − t) v, on the straight line x = (1 − t) x0 + t ε, v = ε − x0."""
    return x + (1 - t) * v


def to_x0(x: Tensor, v: Tensor, t: float) -> Tensor:
    """x0 = x − t v, on the straight line."""
    return x - t * v


def gradient_added(v: Tensor, gradient: Tensor, t: float) -> Tensor:
    """The velocity whose score is that of v plus a gradient, such as γ ∇log p(y | x_t): v − t/(1 − t) · gradient.

    With a Gaussian prior the score of the straight line is −ε/t = −(x + (1 − t) v)/t (Zheng et al. 2023, guided flows,
    section 3). gradient: with respect to x_t of the line; t below 1.
    """
    return v - t / (1 - t) * gradient


@dataclass(frozen=True)
class NetworkFlow:
    """The velocity field of straight lines with a Gaussian prior, from any denoiser of the diffusion.

    x = a x0 + b ε divided by a + b is the line's (1 − τ) x0 + τ ε at τ = b/(a + b): the same mixture of signal and noise,
    so the network's x̂0 and ε̂ there are the line's, and v = ε̂ − x̂0 is exact but for rounding. Nothing has to be trained.
    What training by flow matching would change is the weight of the noise levels in the loss, 1/τ² on x0, and where
    they are drawn; `pipelines.training.flow` does that.

    denoise: (x, Time) -> Prediction. schedule: finds the network's time of an SNR; τ beyond its ends is not known.
    """

    denoise: Callable[[Tensor, Time], Prediction]
    schedule: NoiseSchedule

    def time(self, tau: float) -> Time:
        """The diffusion's time of the same signal-to-noise ratio, ((1 − τ)/τ)².

        Raises:
            ValueError: τ outside (0, 1), or with more noise or less than the schedule has.
        """
        if not 0 < tau < 1:
            raise ValueError(f"tau = {tau} is not allowed; it must be above 0 and below 1.")
        return self.schedule.at_log_snr(2 * math.log((1 - tau) / tau))

    def velocity(self, x: Tensor, tau: float) -> Tensor:
        """v(x_τ, τ) = ε̂ − x̂0. x: (B, ...) on the line."""
        t = self.time(tau)
        prediction = self.denoise((t.a + t.b) * x, t)
        return prediction.eps - prediction.x0
