"""The reverse SDE with free noise (equation 8): every λ has the same marginals on exact scores."""

import math
from itertools import pairwise

import pytest
import torch

from pipelines.exact import GaussianMixture
from pipelines.process.schedule import NoiseSchedule
from pipelines.process.times import CLEAN
from pipelines.samplers import DDIM, DDPM, ReverseSDE
from tests.pipelines.samplers.common import LAW, drawn_together, no_pull, sample

NOISES = (0.0, 0.5, 1.0, 2.0)


def stepped(sampler, law, x, t, s):
    """One step without noise, and with a noise of 1."""
    noises = (lambda shape, z=z: torch.full(shape, z, dtype=torch.float64) for z in (0.0, 1.0))
    return [sampler.step(law.predict, no_pull, x, t, s, noise)[0] for noise in noises]


def test_no_noise_is_ddim_and_1_is_ddpm():
    torch.testing.assert_close(sample(ReverseSDE(0.0)), sample(DDIM(0.0)), rtol=0, atol=1e-10)
    torch.testing.assert_close(sample(ReverseSDE(1.0)), sample(DDIM(1.0)), rtol=0, atol=1e-9)
    torch.testing.assert_close(sample(ReverseSDE(1.0)), sample(DDPM()), rtol=0, atol=1e-9)


@pytest.mark.parametrize("noise", NOISES)
def test_one_exact_step_is_the_linear_sde_solved(noise):
    """dy = (1+λ²)(y − x̂0)/ς dς + λ√(dς²) w with x̂0 held: mean and variance against 100,000 small steps of both."""
    t, s = NoiseSchedule().at(600), NoiseSchedule().at(450)
    before, after = t.b / t.a, s.b / s.a
    mean, variance, n = 1.0, 0.0, 100_000  # of y − x̂0
    for k in range(n):
        here, there = (before + (after - before) * j / n for j in (k, k + 1))
        factor = 1 + (1 + noise**2) * (there - here) / here
        mean, variance = mean * factor, variance * factor**2 + noise**2 * (here**2 - there**2)
    x0 = torch.full((1, 1), 0.3, dtype=torch.float64)
    x = t.a * (x0 + 1.0)
    law = GaussianMixture.isotropic([[0.3]], 0.0)  # x̂0 is 0.3 wherever one asks
    still, loud = stepped(ReverseSDE(noise), law, x, t, s)
    assert (still / s.a - x0).item() == pytest.approx(mean, rel=1e-3)
    assert ((loud - still) / s.a).item() == pytest.approx(math.sqrt(variance), rel=1e-3, abs=1e-9)


def end_variance(sampler, q, steps):
    """Variance of the end on data N(0, q), exactly: each step is linear, V' = ρ² V + σ²."""
    law, variance = GaussianMixture.isotropic([[0.0]], math.sqrt(q)), 1.0
    one, times = torch.ones(1, 1, dtype=torch.float64), NoiseSchedule(1280).times(steps)
    for t, s in pairwise(times):
        quiet, loud = (x.item() for x in stepped(sampler, law, one, t, s))
        variance = quiet**2 * variance + (loud - quiet) ** 2
    return variance


@pytest.mark.parametrize("method", ["exact", "euler"])
@pytest.mark.parametrize("noise", NOISES)
def test_the_variance_of_a_gaussian_is_reached_as_the_steps_shrink(noise, method):
    q = 0.49
    # With fewer steps the error may pass through zero, and is small by chance.
    coarse, fine = (abs(end_variance(ReverseSDE(noise, method), q, n) - q) for n in (160, 640))
    assert coarse > 1.8 * fine and fine < 0.03, (coarse, fine)


@pytest.mark.parametrize("noise", NOISES)
def test_every_noise_gives_the_moments_of_the_mixture(noise):
    """Mean and covariance of 4,000 points, nearer with 100 steps than with 10."""
    truth, _ = LAW.sample(100_000, torch.Generator().manual_seed(9))

    def gap(steps):
        x = sample(ReverseSDE(noise), n=4000, steps=steps, draw=drawn_together(3))
        return (x.mean(0) - truth.mean(0)).norm().item() + (x.T.cov() - truth.T.cov()).norm().item()

    coarse, fine = gap(5), gap(80)
    assert fine < 0.25 and fine < coarse, (coarse, fine)


def test_the_last_step_takes_x0():
    t = NoiseSchedule().at(20)
    x = torch.randn(3, 2, dtype=torch.float64)
    for method in ("exact", "euler"):
        end, p = ReverseSDE(1.0, method).step(LAW.predict, no_pull, x, t, CLEAN, drawn_together())
        assert torch.equal(end, p.x0)
