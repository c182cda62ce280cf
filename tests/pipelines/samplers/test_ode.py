"""The probability-flow ODE (equation 9): exact in one dimension, orders measured, and the straight line (equation 40)."""

import math

import pytest
import torch

from pipelines.exact import GaussianMixture
from pipelines.process.schedule import NoiseSchedule
from pipelines.process.times import CLEAN
from pipelines.samplers import DDIM, Euler, Flow, Heun
from pipelines.samplers.ode import CHARTS
from tests.pipelines.samplers.common import LAW, SCHEDULE, SMOOTH, inner_times, orders, sample


@pytest.mark.parametrize("variable", ["noise", "angle"])
def test_euler_is_of_order_1(variable, reference):
    measured, _ = orders(Euler(variable), reference, (20, 40, 80))
    assert all(order == pytest.approx(1, abs=0.05) for order in measured), measured


@pytest.mark.parametrize("variable", sorted(CHARTS))
def test_heun_is_of_order_2(variable, reference):
    measured, errors = orders(Heun(variable), reference, (20, 40, 80))
    assert all(order == pytest.approx(2, abs=0.1) for order in measured), measured
    assert errors[0] < 0.1 * orders(Euler("noise"), reference, (20, 40))[1][0]


NORMAL = torch.distributions.Normal(torch.zeros((), dtype=torch.float64), 1.0)


def distribution(law, x, t):
    """F_t of a one-dimensional mixture."""
    spread = (t.a**2 * law.covariances[:, 0, 0] + t.b**2).sqrt()
    return (law.weights * NORMAL.cdf((x - t.a * law.means[:, 0]) / spread)).sum(-1, keepdim=True)


def quantile(law, share, t):
    """F_t⁻¹ by bisection."""
    low, high = torch.full_like(share, -9), torch.full_like(share, 9)
    for _ in range(60):
        middle = (low + high) / 2
        below = distribution(law, middle, t) < share
        low, high = torch.where(below, middle, low), torch.where(below, high, middle)
    return (low + high) / 2


def test_in_one_dimension_the_end_has_the_quantile_of_the_start():
    """x0 = F⁻¹(F_T(x_T)), to second order; and F⁻¹(Φ(x_T)) as nearly as the first time is pure noise."""
    law = GaussianMixture.isotropic([[-1.0], [0.8], [2.0]], 0.5, [0.5, 0.2, 0.3])
    x = torch.linspace(-2, 2, 9, dtype=torch.float64)[:, None]
    schedule = NoiseSchedule(1280)
    exact = quantile(law, distribution(law, x, schedule.at(1279)), CLEAN)
    errors = [(sample(Heun(), law, x=x, times=schedule.times(n)) - exact).abs().max().item() for n in (40, 80, 160)]
    assert errors[-1] < 4e-3 and all(fine < 0.45 * coarse for coarse, fine in zip(errors, errors[1:])), errors
    assert errors[0] / errors[-1] > 4**1.5
    assert (exact - quantile(law, NORMAL.cdf(x), CLEAN)).abs().max() < 0.05


def test_a_gaussians_ode_is_solved_in_closed_form():
    """On N(0, q) x_s = x_t √((a_s² q + b_s²)/(a_t² q + b_t²)), in every variable."""
    law = GaussianMixture.isotropic([[0.0]], 1.7)
    times, x = inner_times(200), torch.ones(1, 1, dtype=torch.float64)
    spread = [math.sqrt(t.a**2 * 1.7**2 + t.b**2) for t in (times[0], times[-1])]
    for variable in CHARTS:
        assert sample(Heun(variable), law, x=x, times=times).item() == pytest.approx(spread[1] / spread[0], rel=1e-4)


def test_euler_in_the_noise_variable_is_ddim():
    torch.testing.assert_close(sample(Euler("noise")), sample(DDIM(0.0)), rtol=0, atol=1e-10)
    assert not torch.allclose(sample(Euler("angle"), steps=6), sample(DDIM(0.0), steps=6), atol=1e-3)


def test_the_flow_at_the_schedules_own_times_is_ddim():
    """Straight lines are straight in x/a against b/a too."""
    torch.testing.assert_close(sample(Flow(grid="schedule")), sample(DDIM(0.0)), rtol=0, atol=1e-10)


@pytest.mark.parametrize("steps", [1, 2, 25, 1000])
@pytest.mark.parametrize("shift", [0.3, 1.0, 3.0])
def test_the_flow_visits_equally_spaced_times_of_the_line(steps, shift):
    times = Flow(shift).visited(SCHEDULE.times(steps))
    assert len(times) == steps + 1 and times[0] == SCHEDULE.at(999) and times[-1] == CLEAN
    tau = torch.tensor([t.b / (t.a + t.b) for t in times], dtype=torch.float64)
    equal = tau / (shift - (shift - 1) * tau)
    assert (tau.diff() < 0).all()
    torch.testing.assert_close(
        equal[:-1].diff().diff(), torch.zeros(max(steps - 2, 0), dtype=torch.float64), rtol=0, atol=1e-9
    )
    if 1 < steps <= 25:
        assert equal[-2].item() == pytest.approx(equal[0].item() / steps, rel=1e-9)


def test_one_step_of_the_flow_is_x_plus_dtau_v():
    """Equation 40, on x_τ = x/(a + b)."""
    t, s = SCHEDULE.at(700.5), SCHEDULE.at(400)
    x = torch.randn(3, 2, dtype=torch.float64)
    stepped, p = Flow().step(LAW.predict, lambda *_: None, x, t, s, None)
    tau, sigma = t.b / (t.a + t.b), s.b / (s.a + s.b)
    expected = x / (t.a + t.b) + (sigma - tau) * (p.eps - p.x0)
    torch.testing.assert_close(stepped / (s.a + s.b), expected, rtol=0, atol=1e-12)


def test_the_straight_schedule_is_the_flows_grid():
    schedule = NoiseSchedule(1000, "straight", shift=1.0)
    visited = Flow().visited(schedule.times(20))
    for ours, its in zip(schedule.times(20)[:-1], visited[:-1], strict=True):
        assert ours.b / (ours.a + ours.b) == pytest.approx(its.b / (its.a + its.b), abs=0.008)


def test_exact_scores_give_the_smooth_law():
    x = torch.randn(4000, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    ends = sample(Heun(), SMOOTH, x=x, times=SCHEDULE.times(30))
    truth, _ = SMOOTH.sample(40_000, torch.Generator().manual_seed(2))
    assert (ends.mean(0) - truth.mean(0)).abs().max() < 0.06
    assert (ends.T.cov() - truth.T.cov()).abs().max() < 0.08
