"""Equation 11: one exact step backwards, Bayes on it, and the Gaussian to which guidance approximates it."""

import pytest
import torch

from pipelines.exact import GaussianMixture, first_order_kernel, reverse_kernel
from pipelines.process.schedule import NoiseSchedule
from pipelines.process.times import CLEAN

SCHEDULE = NoiseSchedule(shift=1.0)
LAW = GaussianMixture(
    torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64),
    torch.tensor([[0.0, 1.5], [1.3, -0.8], [-1.4, -0.6]], dtype=torch.float64),
    torch.tensor([[[0.3, 0.1], [0.1, 0.2]], [[0.4, 0.0], [0.0, 0.1]], [[0.0, 0.0], [0.0, 0.0]]], dtype=torch.float64),
    torch.tensor([0, 1, 1]),
)
T, S = SCHEDULE.at(600), SCHEDULE.at(450)
X = torch.tensor([0.3, -0.4], dtype=torch.float64)
WHERE = torch.randn(60, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def test_the_step_is_what_the_forward_process_leaves():
    """p(x_s | x_t) = p_s(x_s) q(x_t | x_s)/p_t(x_t)."""
    alpha = (T.a / S.a) ** 2
    forward = torch.distributions.Normal(alpha**0.5 * WHERE, (1 - alpha) ** 0.5).log_prob(X).sum(-1)
    expected = LAW.log_density(WHERE, S) + forward - LAW.log_density(X[None], T)
    torch.testing.assert_close(reverse_kernel(LAW, X, T, S).log_density(WHERE, CLEAN), expected, rtol=0, atol=1e-9)


def test_given_a_class_it_is_bayes():
    """p(x'|x, y) = p(x'|x) p(y|x')/p(y|x), and also the step of the class's own law."""
    kernel = reverse_kernel(LAW, X, T, S)
    for y in (0, 1):
        given = kernel.of(y).log_density(WHERE, CLEAN)
        bayes = kernel.log_density(WHERE, CLEAN) + LAW.log_prob(WHERE, S, y) - LAW.log_prob(X[None], T, y)
        torch.testing.assert_close(given, bayes, rtol=0, atol=1e-9)
        own = reverse_kernel(LAW.of(y), X, T, S).log_density(WHERE, CLEAN)
        torch.testing.assert_close(given, own, rtol=0, atol=1e-9)


def test_its_mean_is_that_of_the_samplers_step():
    """E[x_s | x_t] = μ(x_t, E[x0 | x_t]): to first order nothing is lost but the shape."""
    plain = first_order_kernel(LAW, X, T, S)
    torch.testing.assert_close(reverse_kernel(LAW, X, T, S).mean(), plain.means[0], rtol=0, atol=1e-10)


@pytest.mark.parametrize("at", ["x", "mean"])
def test_the_approximation_becomes_exact_as_steps_shrink(at):
    def gap(index):
        s = SCHEDULE.at(index)
        guided = first_order_kernel(LAW, X, T, s, 1, at)
        width = guided.covariances[0, 0, 0].sqrt()
        return float((reverse_kernel(LAW, X, T, s).of(1).mean() - guided.means[0]).norm() / width)

    gaps = [gap(index) for index in (300, 500, 580, 598)]
    assert gaps == sorted(gaps, reverse=True) and gaps[-1] < 0.02 < gaps[0]


def test_what_is_no_step_is_told():
    with pytest.raises(ValueError, match="has no noise"):
        first_order_kernel(LAW, X, T, CLEAN)
    with pytest.raises(ValueError, match="'here'.*'mean'"):
        first_order_kernel(LAW, X, T, S, 1, "here")
