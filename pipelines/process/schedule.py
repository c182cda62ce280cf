"""The forward process: how much signal and how much noise a picture holds at each time."""

from __future__ import annotations

import math
from numbers import Integral, Real

import numpy as np
import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.schedulers.scheduling_utils import SchedulerMixin
from torch import Tensor

from .times import CLEAN, Time, Times

KINDS = ("cosine", "linear", "scaled_linear", "straight")
LOG_SNR_RANGE = (-8.0, 10.0)


class NoiseSchedule(SchedulerMixin, ConfigMixin):
    """T times with ᾱ_t falling from almost 1 to almost 0.

    Args:
        num_train_timesteps: T.
        kind: "cosine", logSNR = −2 log tan(π u/2) cut to [−8, 10] (Hoogeboom et al. 2023, simple
            diffusion, after Nichol & Dhariwal 2021); "linear", β from 1e-4 to 0.02 (Ho et al. 2020);
            "scaled_linear", √β linear from √0.00085 to √0.012 (Rombach et al. 2022); or "straight", the SNR of
            (1−τ) x0 + τ ε at equally spaced τ (Liu et al. 2022, rectified flow), with the cosine's ends.
        shift: a and b are those of the SNR times shift²; larger pictures need more noise, so less than
            1 (Hoogeboom et al. 2023). Only for the cosine and the straight line.

    Raises:
        ValueError: an unknown kind, or a number that makes no schedule.
    """

    order = 1

    @register_to_config
    def __init__(self, num_train_timesteps: int = 1000, kind: str = "cosine", shift: float = 0.5):
        if kind not in KINDS:
            raise ValueError(f"Unknown kind {kind!r} of noise schedule; choose from {sorted(KINDS)}.")
        if not isinstance(num_train_timesteps, Integral) or num_train_timesteps < 2:
            raise ValueError(
                f"num_train_timesteps = {num_train_timesteps!r} is not allowed; a whole number, at least 2."
            )
        if not isinstance(shift, Real) or not 0 < shift < math.inf:
            raise ValueError(f"shift = {shift!r} is not allowed; it must be above 0 and finite.")
        self.alphas_cumprod = torch.from_numpy(_alphas_cumprod(num_train_timesteps, kind, shift))

    def __len__(self) -> int:
        return len(self.alphas_cumprod)

    def at(self, index: float) -> Time:
        """The time with this index; −1 is the clean end. Between whole indices logSNR is linear.

        Raises:
            ValueError: an index that is not −1 and not from 0 to T−1.
        """
        if index == CLEAN.index:
            return CLEAN
        if not 0 <= index <= len(self) - 1:
            raise ValueError(f"index = {index} is not a time of this schedule; allowed: -1 to {len(self) - 1}.")
        whole = int(index)
        if whole == index:
            signal = float(self.alphas_cumprod[whole])
            return Time(whole, math.sqrt(signal), math.sqrt(1 - signal))
        low, high = torch.logit(self.alphas_cumprod[whole : whole + 2]).tolist()
        return _time(float(index), low + (index - whole) * (high - low))

    def at_log_snr(self, log_snr: float) -> Time:
        """The time with this log a²/b², in nats; its index is as a rule fractional.

        Raises:
            ValueError: more noise or less than the schedule has.
        """
        levels = self.log_snr.numpy()
        if not levels[-1] - 1e-9 <= log_snr <= levels[0] + 1e-9:
            raise ValueError(f"log_snr = {log_snr} is not allowed; allowed: {levels[-1]:g} to {levels[0]:g}.")
        return _time(float(self.index_of(log_snr)), log_snr)

    def index_of(self, log_snr: float | np.ndarray) -> np.ndarray:
        """The index, as a rule fractional, with this log a²/b²; that of the end for more noise or less."""
        levels = self.log_snr.numpy()
        return np.interp(-np.asarray(log_snr), -levels, np.arange(len(levels)))

    def signal(self, timesteps: Tensor) -> Tensor:
        """ᾱ at these indices, whole or between two. timesteps: (B,) -> (B,), float64."""
        signal, whole = self.alphas_cumprod.to(timesteps.device), timesteps.long()
        at_whole = signal[whole]
        if not timesteps.is_floating_point() or torch.equal(whole.to(timesteps.dtype), timesteps):
            return at_whole
        after = signal[(whole + 1).clamp(max=len(self) - 1)]
        share = (timesteps - whole).double()
        between = torch.lerp(torch.logit(at_whole), torch.logit(after), share).sigmoid()
        return torch.where(share == 0, at_whole, between)

    def times(self, num_inference_steps: int) -> Times:
        """Respacing: N + 1 times from the noisiest to the clean end, equally spaced in the index."""
        n, total = num_inference_steps, len(self)
        if isinstance(n, bool) or not isinstance(n, Integral) or not 1 <= n <= total:
            raise ValueError(f"num_inference_steps = {n!r} is not allowed; allowed: whole numbers from 1 to {total}.")
        # Counted from the noisy end, so that sampling always starts from the noise of the last time.
        return Times([self.at(round(total * k / n) - 1) for k in range(n, 0, -1)] + [CLEAN], self)

    def add_noise(self, x0: Tensor, noise: Tensor, timesteps: Tensor) -> Tensor:
        """x_t = a x0 + b ε (Ho et al. 2020, eq. 4). x0, noise: (B, C, H, W); timesteps: (B,) of indices."""
        signal = self.signal(timesteps.to(x0.device))
        shape = (-1,) + (1,) * (x0.ndim - 1)
        a, b = signal.sqrt().to(x0.dtype).reshape(shape), (1 - signal).sqrt().to(x0.dtype).reshape(shape)
        return a * x0 + b * noise

    @property
    def log_snr(self) -> Tensor:
        """log ᾱ/(1−ᾱ) of each index. (T,), float64."""
        return torch.logit(self.alphas_cumprod)


def _time(index: float, log_snr: float) -> Time:
    """The time of this logSNR: a² = 1/(1 + e^−logSNR), b² = 1/(1 + e^logSNR)."""
    return Time(index, 1 / math.sqrt(1 + math.exp(-log_snr)), 1 / math.sqrt(1 + math.exp(log_snr)))


def _alphas_cumprod(total: int, kind: str, shift: float) -> np.ndarray:
    low, high = LOG_SNR_RANGE
    # The ends are those of the shifted schedule: every shift starts from the same pure noise.
    if kind == "straight":
        first, last = (shift / (shift + math.exp(end / 2)) for end in (high, low))
        tau = np.linspace(first, last, total)
        return 1 / (1 + (tau / (1 - tau) / shift) ** 2)
    if kind == "cosine":
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
