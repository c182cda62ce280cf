"""A mixture to sample from, noise, and what it takes to measure the order of a solver."""

from __future__ import annotations

import math

import torch

from pipelines.exact import GaussianMixture
from pipelines.process.noise import Draw
from pipelines.process.schedule import NoiseSchedule
from pipelines.process.times import Times
from pipelines.samplers.base import no_pull

SCHEDULE = NoiseSchedule()
POINTS = [[0.0, 2.0], [1.5, -1.0], [-2.0, 0.0]]
LAW = GaussianMixture.isotropic(POINTS, 0.4)


def draws(n, seed=0):
    """Noise by one generator a point, as in a pipeline."""
    return Draw.from_seeds(range(seed, seed + n), dtype=torch.float64)


def drawn_together(seed=0):
    """Noise of one generator for all points: fast for thousands."""
    generator = torch.Generator().manual_seed(seed)
    return lambda shape: torch.randn(tuple(shape), generator=generator, dtype=torch.float64)


def sample(sampler, law=LAW, n=4, steps=25, pull=no_pull, seed=0, draw=None, times=None, x=None, clip=None):
    """n points of the sampler's law, (n, d)."""
    draw = draw or draws(n, seed)
    x = draw((n, law.means.shape[1])) if x is None else x
    for _, x, _ in sampler.run(law.predict, pull, x, times or SCHEDULE.times(steps), draw, clip):
        pass
    return x


def inner_times(steps, first=800, last=100):
    """Equal steps between two noisy times: without the ends, where every solver takes x̂0 or starts anew."""
    return Times([SCHEDULE.at(first + (last - first) * k / steps) for k in range(steps + 1)], SCHEDULE)


SMOOTH = GaussianMixture.isotropic([[0.5, -1.0], [-1.0, 0.5]], 0.8)


def orders(sampler, reference, counts, law=SMOOTH):
    """Measured orders between successive step counts: log of the ratio of errors over that of the steps."""
    x = torch.randn(16, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    errors = [(sample(sampler, law, 16, times=inner_times(n), x=x) - reference(x, law)).norm().item() for n in counts]
    return [math.log(e / f) / math.log(n / m) for e, f, m, n in zip(errors, errors[1:], counts, counts[1:])], errors
