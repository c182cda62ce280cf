"""DDIM and DDPM against closed forms (equations 6, 7, 12, 13); what every sampler promises is in `test_contract`."""

import math
from itertools import pairwise

import pytest
import torch

from pipelines.exact import GaussianMixture
from pipelines.process.prediction import Prediction
from pipelines.process.times import Transition, posterior_mean
from pipelines.samplers import DDIM, DDPM
from tests.pipelines.samplers.common import LAW, SCHEDULE, drawn_together, draws, no_pull
from tests.pipelines.samplers.common import sample as sample_with


def sample(sampler, law=LAW, n=4, **settings):
    """With a generator a point as in a pipeline, or one for all where thousands are asked."""
    return sample_with(sampler, law, n, draw=draws(n) if n < 100 else drawn_together(), **settings)


@pytest.mark.parametrize("steps", [1, 7, 50])
def test_one_ancestral_step_is_ddims_at_eta_1(steps):
    """Equation 6, with σ² = β̃, on every step of a respaced schedule."""
    x, z = (torch.randn(4, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(k)) for k in (0, 1))
    for t, s in pairwise(SCHEDULE.times(steps)):
        ours, ddim = (
            sampler.step(LAW.predict, no_pull, x, t, s, lambda shape: z)[0] for sampler in (DDPM(), DDIM(1.0))
        )
        torch.testing.assert_close(ours, ddim, rtol=0, atol=1e-12)


@pytest.mark.parametrize("steps", [1, 7, 50])
def test_ancestral_sampling_is_ddim_at_eta_1(steps):
    torch.testing.assert_close(
        sample(DDPM("beta_tilde"), steps=steps), sample(DDIM(1.0), steps=steps), rtol=0, atol=1e-9
    )


def test_one_ddpm_step_is_the_published_one():
    """x' = (x − (1−α)/b ε)/√α + σ z (Ho et al. 2020, algorithm 2), with σ² = β."""
    t, s = SCHEDULE.times(25)[10:12]
    x, eps, z = (torch.randn(3, 2, dtype=torch.float64) for _ in range(3))
    stepped, _ = DDPM("beta").step(lambda x, t: Prediction.from_eps(x, eps, t), no_pull, x, t, s, lambda shape: z)
    step = Transition.between(t, s)
    expected = (x - step.beta / t.b * eps) / math.sqrt(step.alpha) + math.sqrt(step.beta) * z
    torch.testing.assert_close(stepped, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("eta", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("deviation", [0.5, 1.0, 2.0])
def test_ddim_follows_its_variance_recursion(eta, deviation):
    """On data N(0, q): V' = ρ² V + σ², ρ = (a' a q + b √(b'² − σ²))/(a² q + b²) (equation 7)."""
    q = deviation**2
    law = GaussianMixture.isotropic([[0.0]], deviation)
    sampler = DDIM(eta)
    variance, scale = 1.0, torch.ones(1, 1, dtype=torch.float64)
    for t, s in pairwise(SCHEDULE.times(20)):
        sigma2 = eta**2 * Transition.between(t, s).beta_tilde
        rho = (s.a * t.a * q + t.b * math.sqrt(s.b**2 - sigma2)) / (t.a**2 * q + t.b**2)
        moved, _ = sampler.step(
            law.predict, no_pull, scale, t, s, lambda shape: torch.zeros(shape, dtype=torch.float64)
        )
        noisy, _ = sampler.step(law.predict, no_pull, scale, t, s, lambda shape: torch.ones(shape, dtype=torch.float64))
        assert moved.item() == pytest.approx(rho * scale.item(), abs=1e-12)
        assert (noisy - moved).item() == pytest.approx(math.sqrt(sigma2), abs=1e-12)
        variance = rho**2 * variance + sigma2
        scale = torch.full((1, 1), 1.7, dtype=torch.float64)
    samples = sample(sampler, law, n=6000, steps=20)
    assert samples.var().item() == pytest.approx(variance, rel=0.08)


@pytest.mark.parametrize("sampler", [DDIM(0.0), DDIM(1.0), DDPM("beta_tilde"), DDPM("beta")], ids=str)
def test_exact_scores_give_the_law(sampler):
    """Every component gets its share, and its spread: with 100 steps, within the error of 1,500 samples."""
    x = sample(sampler, n=1500, steps=100)
    nearest = torch.cdist(x, LAW.means).argmin(1)
    shares = torch.bincount(nearest, minlength=3) / len(x)
    assert (shares - LAW.weights).abs().max() < 0.06
    for k in range(3):
        assert x[nearest == k].std(0).mean().item() == pytest.approx(0.4, abs=0.05)


# Pulls: where they enter.

GAMMA = 1.7


def classifier_pull(x, t, prediction):
    return GAMMA * LAW.log_prob_gradient(x, t, 1)


def test_mean_route_is_mu_plus_variance_times_the_gradient():
    """Equation 12, with the gradient at x_t and at μ."""
    t, s = SCHEDULE.times(25)[12:14]
    x = torch.randn(3, 2, dtype=torch.float64)
    mean, variance = posterior_mean(x, LAW.predict(x, t).x0, t, s), Transition.between(t, s).beta_tilde
    none = lambda shape: torch.zeros(shape, dtype=torch.float64)
    for at, gradient in (("x", classifier_pull(x, t, None)), ("mean", classifier_pull(mean, s, None))):
        stepped, _ = DDPM(route="mean", at=at).step(LAW.predict, classifier_pull, x, t, s, none)
        torch.testing.assert_close(stepped, mean + variance * gradient, rtol=0, atol=1e-12)


def test_score_route_is_eps_minus_b_times_the_gradient():
    """Equation 13, in DDIM and in DDPM."""
    t, s = SCHEDULE.times(25)[12:14]
    x = torch.randn(3, 2, dtype=torch.float64)
    eps = LAW.predict(x, t).eps - t.b * classifier_pull(x, t, None)
    for sampler in (DDIM(), DDPM()):
        _, used = sampler.step(LAW.predict, classifier_pull, x, t, s, draws(3))
        torch.testing.assert_close(used.eps, eps, rtol=0, atol=1e-12)
        torch.testing.assert_close(t.a * used.x0 + t.b * used.eps, x, rtol=0, atol=1e-12)


@pytest.mark.parametrize("variance", ["beta", "beta_tilde"])
def test_the_routes_differ_by_a_known_ratio(variance):
    """Score route: the mean moves by β/√α γ∇. Mean route: by σ² γ∇. So 1/√α apart for σ² = β, and β/(β̃ √α) for β̃."""
    t, s = SCHEDULE.times(25)[12:14]
    x = torch.randn(3, 2, dtype=torch.float64)
    none = lambda shape: torch.zeros(shape, dtype=torch.float64)
    plain, _ = DDPM(variance).step(LAW.predict, no_pull, x, t, s, none)
    score, _ = DDPM(variance, route="score").step(LAW.predict, classifier_pull, x, t, s, none)
    mean, _ = DDPM(variance, route="mean").step(LAW.predict, classifier_pull, x, t, s, none)
    step = Transition.between(t, s)
    ratio = step.beta / (step.beta if variance == "beta" else step.beta_tilde) / math.sqrt(step.alpha)
    assert ratio > 1.01
    torch.testing.assert_close(score - plain, ratio * (mean - plain), rtol=1e-9, atol=1e-12)


def test_gradient_at_gamma_1_turns_the_whole_law_into_the_conditional():
    """Bayes on scores: ∇log p + ∇log p(y|x) = ∇log p(x|y), so DDIM gives the same points (equations 11, 13)."""
    pull = lambda x, t, p: LAW.log_prob_gradient(x, t, 1)
    torch.testing.assert_close(sample(DDIM(), pull=pull), sample(DDIM(), LAW.component(1)), rtol=0, atol=1e-6)


def test_out_of_range_options_are_told():
    with pytest.raises(ValueError, match="eta = 1.5.*0 to 1"):
        DDIM(1.5)
    with pytest.raises(ValueError, match="eta = nan"):
        DDIM(float("nan"))
    with pytest.raises(ValueError, match="variance = 'big'.*'beta'"):
        DDPM("big")
