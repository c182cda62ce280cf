"""Equation 3: every view's weighted loss is the same Kullback-Leibler divergence, exactly."""

from itertools import pairwise

import pytest
import torch

from pipelines.losses import bound_weight, loss
from pipelines.process.prediction import TARGETS, Prediction
from pipelines.process.schedule import NoiseSchedule
from pipelines.process.times import CLEAN, Transition, posterior_mean

STEPS = [(t, s) for t, s in pairwise(NoiseSchedule().times(12)) if s != CLEAN]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("t, s", STEPS[::3], ids=lambda t: str(t.index))
def test_weighted_loss_is_the_divergence_of_the_posteriors(target, t, s):
    """KL of two Gaussians of one variance β̃ is the squared distance of their means over 2 β̃."""
    x0, eps, guess = (torch.randn(3, 2, 4, 4, dtype=torch.float64) for _ in range(3))
    x = t.a * x0 + t.b * eps
    gap = posterior_mean(x, x0, t, s) - posterior_mean(x, guess, t, s)
    divergence = gap.square().flatten(1).sum(1) / (2 * Transition.between(t, s).beta_tilde)
    weighted = bound_weight(target, t, s) * loss(target, Prediction.from_x0(x, guess, t), Prediction(x0, eps), t)
    torch.testing.assert_close(weighted, divergence, rtol=1e-9, atol=0)


def test_algorithm_1_is_the_squared_error_of_eps():
    t = STEPS[3][0]
    x0, eps, guess = (torch.randn(2, 3, dtype=torch.float64) for _ in range(3))
    predicted = Prediction.from_eps(t.a * x0 + t.b * eps, guess, t)
    torch.testing.assert_close(loss("eps", predicted, Prediction(x0, eps), t), (eps - guess).square().sum(1))


def test_the_clean_end_has_no_weight_and_unknown_targets_are_told():
    assert bound_weight("x0", STEPS[-1][0], CLEAN) == float("inf")
    t, s = STEPS[0]
    for wrong in (lambda: bound_weight("noise", t, s), lambda: loss("noise", None, None, t)):
        with pytest.raises(ValueError, match="'noise'.*'eps'"):
            wrong()


@pytest.mark.parametrize("t, s", STEPS, ids=lambda t: str(t.index))
def test_the_weights_as_they_are_written(t, s):
    """w_x0 = ½ (SNR' − SNR), w_ε = w_x0 b²/a², w_score = w_x0 b⁴/a², and w_v = w_x0 b², for v = (a x_t − x0)/b."""
    w = 0.5 * (s.a**2 / s.b**2 - t.a**2 / t.b**2)
    expected = {"x0": w, "eps": w * t.b**2 / t.a**2, "score": w * t.b**4 / t.a**2, "v": w * t.b**2}
    for target, weight in expected.items():
        assert bound_weight(target, t, s) == pytest.approx(weight, rel=1e-12)
