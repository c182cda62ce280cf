"""Flows against what is known of them (equations 37 to 43)."""

import math

import numpy as np
import pytest
import torch

from pipelines.exact import GaussianMixture
from pipelines.flows import (
    PATHS,
    Gaussian,
    NetworkFlow,
    Sampled,
    Spiral,
    Superposition,
    Uniform,
    flow_loss,
    gradient_added,
    relative_residual,
    residual,
    to_eps,
    to_x0,
    uniform_demo,
    velocity_of,
)
from pipelines.process.schedule import NoiseSchedule
from pipelines.process.times import Time

FAMILIES = {**PATHS, "spiral": Spiral(0.6)}
STRAIGHT = PATHS["straight"]


def drawn(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(params=sorted(FAMILIES))
def path(request):
    return FAMILIES[request.param]


# Families of trajectories: equations 38, 40, 41.


@pytest.mark.parametrize("d", [1, 2, 3, 4])
def test_trajectories_run_from_the_data_to_the_prior(path, d):
    x0, x1 = drawn(5, d), drawn(5, d, seed=1)
    torch.testing.assert_close(path.at(x0, x1, 0.0), x0, rtol=0, atol=1e-12)
    for t in (0.1, 0.5, 1.0):
        torch.testing.assert_close(path.back(path.at(x0, x1, t), x0, t), x1, rtol=0, atol=1e-11)


@pytest.mark.parametrize("d", [1, 2, 3])
@pytest.mark.parametrize("t", [0.2, 0.7])
def test_the_velocity_is_that_of_its_family(path, d, t):
    """f = −(∂φ/∂x)⁻¹ ∂φ/∂t, and dx_t/dt along a trajectory."""
    x, x0 = drawn(4, d), drawn(4, d, seed=1)
    if isinstance(path, Spiral):
        torch.testing.assert_close(velocity_of(path.back, x, x0, t), path.velocity(x, x0, t), rtol=0, atol=1e-11)
    x1, h = path.back(x, x0, t), 1e-6
    along = (path.at(x0, x1, t + h) - path.at(x0, x1, t - h)) / (2 * h)
    torch.testing.assert_close(path.velocity(x, x0, t), along, rtol=0, atol=1e-7)


def test_the_field_of_a_family_by_differentiation_is_that_of_straight_lines():
    x, x0 = drawn(4, 2), drawn(2, seed=1)
    back = lambda x, x0, t: (x - (1 - t) * x0) / t
    torch.testing.assert_close(velocity_of(back, x, x0, 0.3), (x - x0) / 0.3, rtol=0, atol=1e-12)
    torch.testing.assert_close(STRAIGHT.velocity(x, x0, 0.3), (x - x0) / 0.3, rtol=0, atol=1e-12)


@pytest.mark.parametrize("d", [1, 2, 3])
def test_divergence_and_volume(path, d):
    t, x0 = 0.4, drawn(d, seed=1)
    jacobian = torch.func.jacrev(lambda x: path.velocity(x, x0, t))(drawn(d))
    assert path.divergence(d, t) == pytest.approx(jacobian.trace().item(), abs=1e-11)
    by_x = torch.func.jacrev(lambda x: path.back(x, x0, t))(drawn(d))
    assert path.log_volume(d, t) == pytest.approx(torch.linalg.slogdet(by_x).logabsdet.item(), abs=1e-11)
    if path is STRAIGHT or isinstance(path, Spiral):
        assert path.divergence(d, t) == pytest.approx(d / t) and path.log_volume(d, t) == pytest.approx(
            -d * math.log(t)
        )


def test_the_spiral_is_curved_and_without_turns_straight():
    x0, x1 = drawn(3, 2), drawn(3, 2, seed=1)
    middle = (Spiral(0.5).at(x0, x1, 0.25) + Spiral(0.5).at(x0, x1, 0.75)) / 2
    assert (middle - Spiral(0.5).at(x0, x1, 0.5)).abs().max() > 0.1
    torch.testing.assert_close(Spiral(0.0).at(x0, x1, 0.3), STRAIGHT.at(x0, x1, 0.3))


# Superposition: equation 39.

POINTS = torch.tensor([[0.5, 0.0], [-1.0, 1.0], [0.0, -1.5]], dtype=torch.float64)


@pytest.mark.parametrize("prior", [Gaussian(2), Sampled(drawn(6, 2, seed=4), 0.5)], ids=["gaussian", "sampled"])
def test_weights_are_the_priors_density_where_the_trajectory_began(prior, path):
    x, t = drawn(5, 2, seed=2), 0.6
    began = torch.stack([prior.log_density(path.back(x, point, t)) for point in POINTS], -1).exp()
    weights = began / began.sum(-1, keepdim=True)
    flow = Superposition(path, prior, POINTS)
    torch.testing.assert_close(flow.weights(x, t), weights, rtol=0, atol=1e-12)
    field = sum(weights[:, k : k + 1] * path.velocity(x, point, t) for k, point in enumerate(POINTS))
    torch.testing.assert_close(flow.field(x, t), field, rtol=0, atol=1e-11)


def test_one_point_is_its_own_path_and_its_density_that_of_the_prior(path):
    x, point, t = drawn(5, 2), POINTS[:1], 0.6
    flow = Superposition(path, Gaussian(2), point)
    torch.testing.assert_close(flow.field(x, t), path.velocity(x, point[0], t), rtol=0, atol=1e-12)
    expected = Gaussian(2).log_density(path.back(x, point[0], t)).exp() * math.exp(path.log_volume(2, t))
    torch.testing.assert_close(flow.density(x, t), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("t", [0.2, 0.9])
def test_straight_lines_with_a_gaussian_prior_are_the_mixtures_field(t):
    """The same law as the diffusion's, at a = 1 − t, b = t: f = ε − x0 of the exact denoiser."""
    law = GaussianMixture.isotropic(POINTS.tolist(), 0.0)
    x = drawn(6, 2)
    p = law.predict(x, Time(0, 1 - t, t))
    flow = Superposition(STRAIGHT, Gaussian(2), POINTS)
    torch.testing.assert_close(flow.field(x, t), p.eps - p.x0, rtol=0, atol=1e-10)
    torch.testing.assert_close(flow.log_density(x, t), law.log_density(x, Time(0, 1 - t, t)), rtol=0, atol=1e-10)


def test_a_point_given_twice_counts_twice():
    twice = Superposition(STRAIGHT, Gaussian(1), torch.tensor([[0.0], [0.0], [1.0]], dtype=torch.float64))
    weights = twice.weights(torch.zeros(1, 1, dtype=torch.float64), 1.0)
    torch.testing.assert_close(weights, torch.full((1, 3), 1 / 3, dtype=torch.float64))


# The continuity equation: equation 37.


@pytest.mark.parametrize("d", [1, 2])
def test_the_residual_of_the_continuity_equation_falls_with_the_square_of_the_grid(path, d):
    flow = Superposition(path, Gaussian(d), POINTS[:, :d].contiguous())
    worst = []
    for n in (31, 61):
        axes = [torch.linspace(-3, 3, n, dtype=torch.float64)] * d
        inner = (slice(2, -2),) * d
        worst.append(residual(flow.density, flow.field, axes, 0.6)[inner].abs().max().item())
    assert worst[1] < 0.02 and worst[0] / worst[1] > 3, worst


@pytest.mark.parametrize(
    "prior", [Gaussian(2), Uniform(2, -2.0, 2.0), Sampled(drawn(40, 2), 0.3)], ids=["gaussian", "uniform", "sampled"]
)
def test_at_points_the_residual_needs_no_grid(prior, path):
    """Row 37 by differentiation: 0 for the flow's own field, and not for the plain mean of its lines."""
    points = torch.tensor([[0.0, 1.0], [1.0, -0.5], [-1.0, 0.2]], dtype=torch.float64)
    flow, g, t = Superposition(path, prior, points), torch.Generator().manual_seed(0), 0.4
    x = path.at(points[torch.randint(3, (50,), generator=g)], prior.sample(50, g), t)
    wrong = lambda x, t: path.velocity(x[:, None], points, t).mean(1)
    own, other = (relative_residual(flow.log_density, field, x, t) for field in (flow.field, wrong))
    assert own.isfinite().all() and own.abs().median() < 1e-5
    if not isinstance(prior, Uniform):  # whose lines are all alike where they overlap
        assert own.abs().max() < 1e-4 < 0.05 < other.abs().median()


def test_a_field_of_another_density_has_a_residual():
    flow = Superposition(STRAIGHT, Gaussian(1), POINTS[:, :1].contiguous())
    other = lambda x, t: 1.3 * flow.field(x, t)
    axes = [torch.linspace(-3, 3, 61, dtype=torch.float64)]
    assert residual(flow.density, other, axes, 0.6).abs().max() > 0.1


# Priors.


@pytest.mark.parametrize(
    "prior",
    [Gaussian(1, 0.7), Uniform(1, -1.0, 1.5), Sampled(drawn(8, 1), 0.3)],
    ids=["gaussian", "uniform", "sampled"],
)
def test_a_priors_samples_have_its_density(prior):
    places = torch.linspace(-6, 6, 2401, dtype=torch.float64)
    density = prior.log_density(places[:, None]).exp()
    assert torch.trapezoid(density, places).item() == pytest.approx(1, abs=3e-3)
    x = prior.sample(20_000, torch.Generator().manual_seed(0))
    mean = torch.trapezoid(density * places, places)
    spread = torch.trapezoid(density * (places - mean) ** 2, places).sqrt()
    assert (x.mean() - mean).abs() < 0.03 and (x.std() - spread).abs() < 0.03


@pytest.mark.parametrize(
    "wrong, told",
    [
        (lambda: Gaussian(1, 0.0), "deviation = 0.0"),
        (lambda: Uniform(1, 2.0, 2.0), "low = 2.0"),
        (lambda: Sampled(drawn(4), 0.1), "points of shape"),
        (lambda: Superposition(STRAIGHT, Gaussian(1), POINTS), r"points of shape \(3, 2\)"),
        (lambda: uniform_demo(points=(3.0,)), "points = "),
        (lambda: uniform_demo(steps=0), "steps = 0"),
        (lambda: uniform_demo(points=()), "points = "),
    ],
)
def test_what_is_not_allowed_is_told(wrong, told):
    with pytest.raises(ValueError, match=told):
        wrong()


# The uniform demo: equation 40.


def test_the_uniform_demo_carries_each_quarter_of_the_prior_to_a_point():
    demo = uniform_demo(count=40, steps=400)
    assert demo.points.tolist() == [0.5, 1.2, 1.7] and demo.shares.tolist() == [0.5, 0.25, 0.25]
    np.testing.assert_allclose(demo.trajectories[-1], demo.ends, atol=1e-9)
    assert demo.trajectories.shape == (401, 40) and (np.diff(demo.trajectories, axis=1) > -1e-9).all()
    # p_t = mean of p1((x − (1−t) x0)/t)/t: ½ at the start, of mass 1 while it is inside.
    np.testing.assert_allclose(demo.density[0], 0.5)
    mass = np.trapezoid(demo.density, demo.places, axis=1)
    np.testing.assert_allclose(mass[::40], 1, atol=0.03)


def test_the_uniform_demo_keeps_quantiles_on_the_way():
    """One dimension: F_t(x_t) = F_1(x_1), with F_t the mean of the uniform's at the back-projected point."""
    demo = uniform_demo(steps=2000, count=8)
    for k in (500, 1000, 1500):
        t, x = demo.times[k], demo.trajectories[k]
        shares = np.mean([np.clip((x - (1 - t) * p) / t / 2, 0, 1) for p in (0.5, 0.5, 1.2, 1.7)], axis=0)
        np.testing.assert_allclose(shares, (np.arange(8) + 0.5) / 8, atol=3e-3)


def test_outside_the_prior_the_field_points_to_what_is_nearest():
    flow = Superposition(STRAIGHT, Uniform(1, 0.0, 2.0), torch.tensor([[0.5], [1.7]], dtype=torch.float64))
    x = torch.tensor([[9.0], [-9.0]], dtype=torch.float64)
    assert flow.weights(x, 0.5).tolist() == [[0, 1], [1, 0]] and flow.density(x, 0.5).tolist() == [0, 0]
    assert flow.field(x, 0.5).isfinite().all()


# Flow matching: equation 42. The conditional flow: equation 43.


def test_the_minimum_of_the_loss_is_the_field_of_the_superposition(path):
    """Any other velocity is worse by its squared distance to the field, on average over the data."""
    flow, t, other = Superposition(path, Gaussian(2), POINTS), 0.5, lambda x, t: x.sin()
    x0, x1 = POINTS.repeat(30_000, 1), drawn(90_000, 2)
    x = path.at(x0, x1, t)
    best, worse = (flow_loss(v, x0, x1, t, path).mean() for v in (flow.field, other))
    gap = (other(x, t) - flow.field(x, t)).square().sum(1).mean()
    assert best < worse and (worse - best).item() == pytest.approx(gap.item(), rel=0.03)


def test_noise_and_data_of_a_velocity():
    x0, eps, t = drawn(3, 2), drawn(3, 2, seed=1), 0.37
    x, v = STRAIGHT.at(x0, eps, t), eps - x0
    torch.testing.assert_close(to_eps(x, v, t), eps, rtol=0, atol=1e-12)
    torch.testing.assert_close(to_x0(x, v, t), x0, rtol=0, atol=1e-12)
    assert flow_loss(lambda x, t: v, x0, eps, t).abs().max() < 1e-12


LAW = GaussianMixture.isotropic([[0.0, 2.0], [1.5, -1.0]], 0.5)


@pytest.mark.parametrize("tau", [0.05, 0.4, 0.9])
def test_a_diffusions_denoiser_read_as_a_flow_is_the_flows_own(tau):
    """Equation 40 from x0 and ε at the matched SNR, against the mixture of the line itself, a = 1 − τ and b = τ."""
    x = drawn(5, 2)
    own = LAW.predict(x, Time(0, 1 - tau, tau))
    read = NetworkFlow(LAW.predict, NoiseSchedule()).velocity(x, tau)
    torch.testing.assert_close(read, own.eps - own.x0, rtol=0, atol=1e-10)
    for wrong in (0.0, 1.0, 0.9999999, float("nan")):
        with pytest.raises(ValueError, match="tau|log_snr"):
            NetworkFlow(LAW.predict, NoiseSchedule()).velocity(x, wrong)


@pytest.mark.parametrize("gamma", [0.5, 1.0, 3.0])
def test_the_conditional_flow_is_the_gradient_added_to_its_score(gamma):
    """Equation 43 is equation 25: γ ∇log p(y|x) on the whole law's flow is w = γ − 1 on velocities."""
    x, tau = drawn(5, 2), 0.6
    t = Time(0, 1 - tau, tau)
    whole, conditional = (p.eps - p.x0 for p in (LAW.predict(x, t), LAW.component(1).predict(x, t)))
    guided = gradient_added(whole, gamma * LAW.log_prob_gradient(x, t, 1), tau)
    torch.testing.assert_close(guided, whole + gamma * (conditional - whole), rtol=0, atol=1e-10)


@pytest.mark.parametrize("points", [(0.5, 0.5, 1.2, 1.7), (0.3, 0.9, 1.1), (0.5, 1.5)])
@pytest.mark.parametrize("count", [2, 6, 9, 14, 37, 41])
def test_the_uniform_demos_ends_are_where_its_trajectories_go_also_from_the_line_between_two_points(points, count):
    demo = uniform_demo(points, count=count, steps=400)
    np.testing.assert_allclose(demo.trajectories[-1], demo.ends, atol=1e-6)
