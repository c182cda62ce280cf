"""The forward process: how much signal and how much noise a picture holds at each time."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.schedulers.scheduling_utils import SchedulerMixin
from torch import Tensor

KINDS = ("cosine", "linear", "scaled_linear")
LOG_SNR_RANGE = (-8.0, 10.0)


class Time(NamedTuple):
    """One time of the forward process, at which x_t = a x0 + b ε with a² + b² = 1.

    `index` is the network's time, 0 .. T−1; the clean end has index −1, a = 1 and b = 0.
    """

    index: int
    a: float
    b: float

    @property
    def log_snr(self) -> float:
        """log a²/b², in nats."""
        return 2 * (math.log(self.a) - math.log(self.b)) if self.b else math.inf


CLEAN = Time(-1, 1.0, 0.0)


class NoiseSchedule(SchedulerMixin, ConfigMixin):
    """T times with ᾱ_t falling from almost 1 to almost 0.

    Args:
        num_train_timesteps: T.
        kind: "cosine", logSNR = −2 log tan(π u/2) cut to [−8, 10] (Hoogeboom et al. 2023, simple
            diffusion, after Nichol & Dhariwal 2021); "linear", β from 1e-4 to 0.02 (Ho et al. 2020); or
            "scaled_linear", √β linear from √0.00085 to √0.012 (Rombach et al. 2022).
        shift: a and b are those of the SNR times shift²; larger pictures need more noise, so less than
            1 (Hoogeboom et al. 2023). Only for the cosine.

    Raises:
        ValueError: an unknown kind, or a number that makes no schedule.
    """

    order = 1

    @register_to_config
    def __init__(self, num_train_timesteps: int = 1000, kind: str = "cosine", shift: float = 0.5):
        if kind not in KINDS:
            raise ValueError(f"Unknown kind {kind!r} of noise schedule; choose from {sorted(KINDS)}.")
        if num_train_timesteps < 2:
            raise ValueError(f"num_train_timesteps = {num_train_timesteps} is not allowed; at least 2.")
        if not shift > 0:
            raise ValueError(f"shift = {shift} is not allowed; it must be above 0.")
        self.alphas_cumprod = torch.from_numpy(_alphas_cumprod(num_train_timesteps, kind, shift))

    def __len__(self) -> int:
        return len(self.alphas_cumprod)

    def at(self, index: int) -> Time:
        """The time with this index; −1 is the clean end."""
        if index == CLEAN.index:
            return CLEAN
        if not 0 <= index < len(self):
            raise ValueError(f"index = {index} is not a time of this schedule; allowed: -1 to {len(self) - 1}.")
        signal = float(self.alphas_cumprod[index])
        return Time(int(index), math.sqrt(signal), math.sqrt(1 - signal))

    def times(self, num_inference_steps: int) -> list[Time]:
        """Respacing: N + 1 times from the noisiest to the clean end, equally spaced in the index."""
        n, total = num_inference_steps, len(self)
        if not 1 <= n <= total:
            raise ValueError(f"num_inference_steps = {n} is not allowed; allowed: 1 to {total}.")
        # Counted from the noisy end, so that sampling always starts from the noise of the last time.
        return [self.at(round(total * k / n) - 1) for k in range(n, 0, -1)] + [CLEAN]

    def add_noise(self, x0: Tensor, noise: Tensor, timesteps: Tensor) -> Tensor:
        """x_t = a x0 + b ε (Ho et al. 2020, eq. 4). x0, noise: (B, C, H, W); timesteps: (B,) of indices."""
        signal = self.alphas_cumprod.to(x0.device)[timesteps]
        shape = (-1,) + (1,) * (x0.ndim - 1)
        a, b = signal.sqrt().to(x0.dtype).reshape(shape), (1 - signal).sqrt().to(x0.dtype).reshape(shape)
        return a * x0 + b * noise

    @property
    def log_snr(self) -> Tensor:
        """log ᾱ/(1−ᾱ) of each index. (T,), float64."""
        return torch.logit(self.alphas_cumprod)


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


def _alphas_cumprod(total: int, kind: str, shift: float) -> np.ndarray:
    if kind == "cosine":
        low, high = LOG_SNR_RANGE
        # The ends are those of the shifted schedule: every shift starts from the same pure noise.
        u_min, u_max = (math.atan(shift * math.exp(-end / 2)) for end in (high, low))
        u = np.linspace(u_min, u_max, total)
        return 1 / (1 + (np.tan(u) / shift) ** 2)
    ends = (1e-4, 0.02) if kind == "linear" else (0.00085**0.5, 0.012**0.5)
    betas = np.linspace(*ends, total)
    if kind == "scaled_linear":
        betas = betas**2
    # The published numbers are for 1000 steps; other counts keep the same end of the process.
    betas = np.minimum(betas * 1000 / total, 0.999)
    return np.cumprod(1 - betas)
