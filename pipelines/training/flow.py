"""The denoising network trained by flow matching: `python -m pipelines.training.flow`.

The network, its texts and its data are those of `unet`, and so is what it says, x̂0; the loss is that of straight lines,
‖v̂ − (ε − x0)‖² with v̂ = (x_τ − x̂0)/τ on x_τ = (1 − τ) x0 + τ ε (Lipman et al. 2023, eq. 23; Liu et al. 2022). On the
line an error of x̂0 is that of v times τ, so the weight on x0 is 1/τ². τ is drawn continuously, its logit from a
normal distribution (Esser et al. 2024, eq. 19), which is logSNR = −2 logit τ from one, as the recipe says it.

At equal SNR, τ = b/(a + b), the line is the diffusion's x_t divided by a + b. So what this trains is sampled by every
sampler, `Flow` the natural one, and guided by every rule; a network trained as a diffusion is read as a flow by
`pipelines.flows.NetworkFlow` in the same way.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .loop import main
from .unet import UNetTask


class FlowTask(UNetTask):
    name = "flow"

    def levels(self, count: int, rng: torch.Generator) -> Tensor:
        """Fractional indices of the schedule, at which logSNR is normal and held within the schedule. (count,)"""
        log_snr = self.recipe["log_snr_mean"] + self.recipe["log_snr_deviation"] * torch.randn(count, generator=rng)
        return torch.from_numpy(self.schedule.index_of(log_snr.numpy())).float()

    def weight(self, timesteps: Tensor) -> Tensor:
        """1/τ², held below `max_weight`: the weight on x0 that is none on the velocity of straight lines."""
        signal = self.schedule.signal(timesteps)
        tau = (1 - signal).sqrt() / (signal.sqrt() + (1 - signal).sqrt())
        return (1 / tau.square()).clamp(max=self.recipe["max_weight"]).float()


if __name__ == "__main__":
    main(FlowTask)
