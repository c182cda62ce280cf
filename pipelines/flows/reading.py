"""An x0 network read as a flow."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from ..process.prediction import Prediction
from ..process.schedule import NoiseSchedule
from ..process.times import Time


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
