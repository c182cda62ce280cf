"""Solvers of diffusers, driven by this project's schedule, predictions and pulls."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ..declarations.options import choice
from ..lazy import Tensor, torch
from ..process.times import CLEAN, Time, Times
from .base import Sampler, score_route


class Solver(NamedTuple):
    """One entry of the allow-list. by_noise: its sample is x/a (Karras et al. 2022), where others hold x."""

    scheduler: str
    settings: dict
    by_noise: bool = False
    noisy: bool = False


SOLVERS = {
    "dpmsolver++": Solver("DPMSolverMultistepScheduler", {"solver_order": 2}),
    "dpmsolver++ 3": Solver("DPMSolverMultistepScheduler", {"solver_order": 3}),
    "sde-dpmsolver++": Solver("DPMSolverMultistepScheduler", {"algorithm_type": "sde-dpmsolver++"}, noisy=True),
    "unipc": Solver("UniPCMultistepScheduler", {"solver_order": 2}),
    "deis": Solver("DEISMultistepScheduler", {"solver_order": 2}),
    "euler": Solver("EulerDiscreteScheduler", {}, by_noise=True),
    "ddim": Solver("DDIMScheduler", {"clip_sample": False}),
}


@dataclass(frozen=True)
class Diffusers(Sampler):
    """A scheduler of diffusers takes the steps: DPM-Solver++ (Lu et al. 2022), UniPC, DEIS and others of `SOLVERS`.

    The scheduler is told a process of N times whose ᾱ are those of this run, so it visits exactly our times, whole or
    between two, and remembers earlier predictions in a copy of its own. It is given ε̂ after rules, pulls (by the score
    route) and clipping. The last step takes x̂0, as all of them do at the clean end in first order.
    They compute in float32 at best.
    """

    summary = "Solvers of the diffusers library: the last predictions tell how the path bends, at one call a step."
    equation = (
        r"x_s = \frac{b_s}{b_t}\,x_t - a_s\,(e^{-h} - 1)"
        r"\Bigl(\bigl(1 + \tfrac{1}{2r}\bigr)\hat x_0^{(t)} - \tfrac{1}{2r}\,\hat x_0^{(\mathrm{before})}\Bigr),\quad"
        r" h = \lambda_s - \lambda_t,\ \lambda = \log\tfrac ab"
    )
    source = "Lu et al. 2022 (DPM-Solver++), algorithm 2; UniPC: Zhao et al. 2023; DEIS: Zhang & Chen 2022; code of diffusers"

    solver: str = choice(
        "dpmsolver++", tuple(SOLVERS), label="solver", help="Which scheduler of diffusers takes the steps."
    )
    state: tuple | None = field(default=None, repr=False, compare=False)

    def begin(self, times: Times) -> Diffusers:
        """A copy with a scheduler of its own, made for these times."""
        import diffusers

        noisy = [t for t in times if t != CLEAN]
        signal = torch.tensor([t.a**2 for t in reversed(noisy)], dtype=torch.float64)
        before = torch.cat([torch.ones(1, dtype=torch.float64), signal[:-1]])
        kind, settings, *_ = SOLVERS[self.solver]
        # Trailing: the N steps of a process of N times are all of its times.
        scheduler = getattr(diffusers, kind)(
            num_train_timesteps=len(noisy),
            trained_betas=(1 - signal / before).tolist(),
            timestep_spacing="trailing",
            **settings,
        )
        # The products of float32 betas lose digits where little signal is left.
        scheduler.alphas_cumprod = signal
        scheduler.set_timesteps(len(noisy))
        if hasattr(scheduler, "sigmas"):
            scheduler.sigmas = torch.tensor([t.b / t.a for t in noisy] + [0.0], dtype=torch.float64)
        return replace(self, state=(scheduler, dict(zip(noisy, scheduler.timesteps, strict=True))))

    def step(self, denoise, pull, x: Tensor, t: Time, s: Time, draw, clip=None):
        """From x_t to x_s: (B, C, H, W) each."""
        prediction = score_route(denoise, pull, x, t, clip)
        if s == CLEAN:
            return prediction.x0, prediction
        scheduler, timesteps = self.state
        *_, by_noise, noisy = SOLVERS[self.solver]
        if by_noise:
            # Euler's scheduler warns when its inputs were not scaled; scaling is for the network, which ours does itself.
            scheduler.is_scale_input_called = True
        noise = {"variance_noise": draw(x.shape)} if noisy else {}
        sample = x / t.a if by_noise else x
        moved = scheduler.step(prediction.eps, timesteps[t], sample, return_dict=False, **noise)[0]
        return (s.a * moved if by_noise else moved).to(x.dtype), prediction
