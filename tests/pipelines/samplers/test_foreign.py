"""The solvers of diffusers behind our loop: the same DDIM, the orders that their papers say, state in each run alone."""

import pytest
import torch

from pipelines.samplers import DDIM, Diffusers, Heun
from pipelines.samplers.foreign import SOLVERS
from tests.pipelines.samplers.common import LAW, SCHEDULE, inner_times, orders, sample


@pytest.mark.parametrize("solver", ["ddim", "euler"])
@pytest.mark.parametrize("steps", [1, 7, 25])
def test_their_ddim_and_euler_are_our_ddim(solver, steps):
    """To float32, in which they compute."""
    torch.testing.assert_close(
        sample(Diffusers(solver), steps=steps), sample(DDIM(0.0), steps=steps), rtol=0, atol=2e-5
    )


@pytest.mark.parametrize("solver, order", [("ddim", 1), ("euler", 1), ("dpmsolver++", 2), ("deis", 2), ("unipc", 2)])
def test_measured_orders(solver, order, reference):
    (measured,), _ = orders(Diffusers(solver), reference, (28, 56))
    assert measured > order - 0.15, measured
    assert order > 1 or measured < 1.1, measured


def test_they_visit_our_times_whole_or_between():
    asked = []

    def denoise(x, t):
        asked.append(t)
        return LAW.predict(x, t)

    times = inner_times(9)
    for _ in Diffusers().run(denoise, lambda *_: None, torch.zeros(1, 2, dtype=torch.float64), times, None):
        pass
    assert asked == times[:-1]


def test_few_steps_are_better_than_ddims():
    x = torch.randn(40, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    truth = sample(Heun("angle"), x=x, times=SCHEDULE.times(250))
    error = {
        name: (sample(s, x=x, times=SCHEDULE.times(40)) - truth).square().mean().item()
        for name, s in (("ddim", DDIM()), ("dpm", Diffusers()))
    }
    assert error["dpm"] < 0.25 * error["ddim"], error


def test_the_allow_list_is_of_schedulers_that_diffusers_has():
    import diffusers

    assert all(hasattr(diffusers, entry.scheduler) for entry in SOLVERS.values())
