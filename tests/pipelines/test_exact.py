"""The mixture is what it says: its gradients are those of its densities, its samples those of its law."""

import pytest
import torch

from pipelines.exact import GaussianMixture, MixtureDenoiser
from pipelines.schedule import CLEAN, NoiseSchedule

T = NoiseSchedule().at(400)
LAW = GaussianMixture.isotropic([[0.0, 2.0], [1.5, -1.0], [-2.0, 0.0]], 0.4, [0.5, 0.3, 0.2])


def points(n=6):
    return torch.randn(n, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


def test_score_is_the_gradient_of_the_log_density():
    x = points().requires_grad_()
    (expected,) = torch.autograd.grad(LAW.log_density(x, T).sum(), x)
    torch.testing.assert_close(LAW.score(x, T), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("label", [0, 1, 2])
def test_the_classifiers_gradient_is_score_k_minus_score(label):
    x = points().requires_grad_()
    (expected,) = torch.autograd.grad(LAW.log_prob(x, T, label).sum(), x)
    torch.testing.assert_close(LAW.log_prob_gradient(x, T, label), expected, rtol=0, atol=1e-12)
    torch.testing.assert_close(LAW.component(label).score(x, T) - LAW.score(x, T), expected, rtol=0, atol=1e-12)


def test_bayes_holds_between_the_densities():
    """log p(x|k) + log π_k = log p(k|x) + log p(x)."""
    x = points()
    for k in range(3):
        left = LAW.component(k).log_density(x, T) + LAW.weights[k].log()
        torch.testing.assert_close(left, LAW.log_prob(x, T, k) + LAW.log_density(x, T), rtol=0, atol=1e-12)


def test_samples_have_the_moments_of_the_law():
    x, labels = LAW.sample(40_000, torch.Generator().manual_seed(0))
    mean = (LAW.weights[:, None] * LAW.means).sum(0)
    assert (x.mean(0) - mean).abs().max() < 0.03
    assert (torch.bincount(labels) / len(labels) - LAW.weights).abs().max() < 0.01
    assert (x[labels == 1].std(0) - 0.4).abs().max() < 0.02


def test_the_denoiser_gives_each_branch_its_law():
    x = points()
    conditional, null = MixtureDenoiser(LAW, 2)(x, T, "conditional", "null")
    assert torch.equal(conditional.x0, LAW.component(2).predict(x, T).x0)
    assert torch.equal(null.x0, LAW.predict(x, T).x0)


def test_at_the_clean_end_the_density_is_that_of_the_data():
    x = points()
    expected = torch.distributions.MixtureSameFamily(
        torch.distributions.Categorical(LAW.weights), torch.distributions.MultivariateNormal(LAW.means, LAW.covariances)
    ).log_prob(x)
    torch.testing.assert_close(LAW.log_density(x, CLEAN), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("wrong, told", [
    (lambda: GaussianMixture(torch.ones(2), torch.zeros(3, 2), torch.eye(2).expand(3, 2, 2)), "do not fit"),
    (lambda: GaussianMixture.isotropic([[0.0], [1.0]], 1.0, [0.5, 0.6]), "sum to 1"),
    (lambda: GaussianMixture(torch.ones(1), torch.zeros(1, 2), -torch.eye(2)[None]), "no negative eigenvalue"),
])
def test_what_is_no_mixture_is_told(wrong, told):
    with pytest.raises(ValueError, match=told):
        wrong()
