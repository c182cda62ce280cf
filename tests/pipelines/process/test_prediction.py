"""Four views of one network (equations 3 to 5)."""

import pytest
import torch

from pipelines.exact import GaussianMixture
from pipelines.process.prediction import TARGETS, Prediction
from pipelines.process.schedule import NoiseSchedule

SCHEDULE = NoiseSchedule()
TIMES = [SCHEDULE.at(i) for i in (5, 200, 500, 900)]


@pytest.fixture(params=TIMES, ids=lambda t: f"t{t.index}")
def t(request):
    return request.param


@pytest.fixture
def drawn(t):
    g = torch.Generator().manual_seed(0)
    x0, eps = (torch.randn(2, 3, 4, 4, generator=g, dtype=torch.float64) for _ in range(2))
    return t.a * x0 + t.b * eps, Prediction(x0, eps)


@pytest.mark.parametrize("target", TARGETS)
def test_all_round_trips_are_exact(t, drawn, target):
    x, truth = drawn
    view = {"x0": truth.x0, "eps": truth.eps, "v": truth.v(t), "score": truth.score(t)}[target]
    back = Prediction.of(target, x, view, t)
    # Dividing by a or b once costs digits in proportion; nothing else may.
    tolerance = 1e-12 / min(t.a, t.b)
    torch.testing.assert_close(back.x0, truth.x0, rtol=0, atol=tolerance)
    torch.testing.assert_close(back.eps, truth.eps, rtol=0, atol=tolerance)


def test_unknown_target_is_told(t):
    with pytest.raises(ValueError, match="'noise'.*'eps'.*'x0'"):
        Prediction.of("noise", torch.zeros(1), torch.zeros(1), t)


def test_views_by_their_definitions(t, drawn):
    x, p = drawn
    assert torch.equal(p.score(t), -p.eps / t.b)
    assert torch.equal(p.v(t), t.a * p.eps - t.b * p.x0)


def test_weights_of_the_four_losses():
    """Equation 3: an error of x0 is the same error of ε, score and v times a known factor."""
    for t in TIMES:
        x = torch.randn(1, 2, dtype=torch.float64)
        one, two = (Prediction.from_x0(x, torch.randn(1, 2, dtype=torch.float64), t) for _ in range(2))
        error = (one.x0 - two.x0).square().sum()
        snr = t.a**2 / t.b**2
        torch.testing.assert_close((one.eps - two.eps).square().sum(), snr * error)
        torch.testing.assert_close((one.score(t) - two.score(t)).square().sum(), snr / t.b**2 * error)
        torch.testing.assert_close((one.v(t) - two.v(t)).square().sum(), (snr + 1) * error)


def test_tweedie_is_the_posterior_mean_of_a_gaussian(t):
    """Equation 5, on data N(m, S): E[x0 | x] = m + a S (a² S + b² I)⁻¹ (x − a m)."""
    mean = torch.tensor([1.0, -2.0], dtype=torch.float64)
    covariance = torch.tensor([[1.0, 0.3], [0.3, 0.5]], dtype=torch.float64)
    law = GaussianMixture(torch.ones(1, dtype=torch.float64), mean[None], covariance[None])
    x = torch.randn(5, 2, dtype=torch.float64)
    noised = t.a**2 * covariance + t.b**2 * torch.eye(2, dtype=torch.float64)
    expected = mean + t.a * (x - t.a * mean) @ torch.linalg.inv(noised) @ covariance
    torch.testing.assert_close(law.predict(x, t).x0, expected, rtol=0, atol=1e-9 / t.a)


def test_tweedie_is_the_posterior_mean_of_a_mixture(t):
    """Equation 5: (x + b² ∇log p)/a = Σ r_k E[x0 | x, k], with the gradient by automatic differentiation."""
    law = GaussianMixture.isotropic([[0.0, 2.0], [1.5, -1.0], [-2.0, 0.0]], 0.4, [0.5, 0.3, 0.2])
    x = torch.randn(5, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(2)).requires_grad_()
    score = torch.autograd.grad(law.log_density(x, t).sum(), x)[0]
    shares = torch.stack([law.log_prob(x, t, k).exp() for k in range(3)], -1)
    gain = t.a * 0.16 / (t.a**2 * 0.16 + t.b**2)
    means = law.means + gain * (x[:, None] - t.a * law.means)
    torch.testing.assert_close((x + t.b**2 * score) / t.a, (shares[..., None] * means).sum(1), rtol=0, atol=1e-12 / t.a)
