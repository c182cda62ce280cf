"""The tilted law p_y^{1+w}/p^w against closed forms and integrals, and that guidance does not sample it (row 26)."""

from itertools import pairwise

import pytest
import torch

from pipelines.exact import GaussianMixture, Tilted, tilted_gaussian
from pipelines.guidance import ClassifierFree
from pipelines.process.schedule import NoiseSchedule
from pipelines.process.times import CLEAN
from pipelines.samplers import DDIM
from pipelines.samplers.base import no_pull

LAW = GaussianMixture.isotropic([[-0.8, 0.0], [0.8, 0.3], [0.0, 1.5]], [0.7, 0.6, 0.5], labels=[0, 1, 0])
AXIS = torch.linspace(-5, 5, 401, dtype=torch.float64)
GRID = torch.cartesian_prod(AXIS, AXIS)


def moments_on_the_grid(law):
    weights = law.log_density(GRID).softmax(0)
    mean = weights @ GRID
    return mean, torch.einsum("n,ni,nj->ij", weights, GRID - mean, GRID - mean)


@pytest.mark.parametrize("w", [-1.0, -0.5, 0.0, 2.0, 5.0])
def test_its_samples_have_the_moments_of_its_density(w):
    law = Tilted(LAW, 0, w)
    drawn = law.sample(20_000, torch.Generator().manual_seed(0))
    mean, covariance = moments_on_the_grid(law)
    assert drawn.exact == 20_000 and 0 < drawn.accepted <= 1
    assert (drawn.points.mean(0) - mean).abs().max() < 0.03
    assert (drawn.points.T.cov() - covariance).abs().max() < 0.04


def test_at_w_0_it_is_the_conditional_and_at_minus_1_the_whole():
    for w, law in ((0.0, LAW.of(0)), (-1.0, LAW)):
        torch.testing.assert_close(
            Tilted(LAW, 0, w).log_density(GRID[::997]), law.log_density(GRID[::997], CLEAN), rtol=0, atol=1e-12
        )


def test_what_is_too_rare_to_be_accepted_is_drawn_by_weight():
    same = GaussianMixture.isotropic([[0.0, 0.0], [0.0, 0.0]], 1.0, [0.01, 0.99])
    drawn = Tilted(same, 0, 20.0).sample(500, torch.Generator().manual_seed(0), most=3)
    assert drawn.exact == 0 and drawn.points.shape == (500, 2) and drawn.points.isfinite().all()


def test_of_gaussians_it_is_a_gaussian():
    m_y, s_y, m, s = (
        torch.tensor(v, dtype=torch.float64)
        for v in ([1.0, 0.5], [[0.5, 0.1], [0.1, 0.4]], [0.0, 0.2], [[1.5, 0.2], [0.2, 1.1]])
    )
    mean, covariance = tilted_gaussian(m_y, s_y, m, s, 2.0)
    own, whole = (
        GaussianMixture(torch.ones(1, dtype=torch.float64), a[None], b[None]) for a, b in ((m_y, s_y), (m, s))
    )
    logs = 3 * own.log_density(GRID, CLEAN) - 2 * whole.log_density(GRID, CLEAN)
    weights = logs.softmax(0)
    found = weights @ GRID
    torch.testing.assert_close(found, mean, rtol=0, atol=1e-6)
    torch.testing.assert_close(
        torch.einsum("n,ni,nj->ij", weights, GRID - found, GRID - found), covariance, rtol=0, atol=1e-6
    )
    with pytest.raises(ValueError, match="no finite integral"):
        tilted_gaussian(m, s, m_y, s_y, 2.0)


@pytest.mark.parametrize("w", [-1.5, float("nan"), float("inf")])
def test_below_minus_1_it_need_not_exist(w):
    with pytest.raises(ValueError, match="allowed: finite numbers from -1"):
        Tilted(LAW, 0, w)


def test_guided_sampling_of_gaussians_is_not_it():
    """p_y = N(1, ½²), p = N(0, 1), w = 2. Every step is affine, so two points give mean and deviation exactly."""
    one = torch.ones(1, dtype=torch.float64)
    own, whole = (
        GaussianMixture(one, torch.tensor([[m]], dtype=torch.float64), torch.tensor([[[v]]], dtype=torch.float64))
        for m, v in ((1.0, 0.25), (0.0, 1.0))
    )

    def denoiser(x, t, *branches):
        return [(own if branch == "conditional" else whole).predict(x, t) for branch in branches]

    times = NoiseSchedule().times(500)
    x = torch.tensor([[0.0], [1.0]], dtype=torch.float64)
    for t, s in pairwise(times):
        x, _ = DDIM(0.0).step(lambda z, t: ClassifierFree(2.0)(denoiser, z, t), no_pull, x, t, s, None)
    mean, deviation = x[0].item(), (x[1] - x[0]).item()
    target, variance = tilted_gaussian(own.means[0], own.covariances[0], whole.means[0], whole.covariances[0], 2.0)
    assert target.item() == pytest.approx(1.2, abs=1e-12) and variance.item() == pytest.approx(0.1, abs=1e-12)
    assert abs(mean - 1.2) > 0.1 or abs(deviation - variance.sqrt().item()) > 0.05
    assert deviation < 0.5 and mean > 1.0  # more of the class and less varied, as guidance is
