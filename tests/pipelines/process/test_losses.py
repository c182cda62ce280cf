"""Equation 3: the four losses and their weights, against the posterior's means and against their own ratios."""

import pytest
import torch

from pipelines.process.losses import LOSSES, error_ratio, loss_weights
from pipelines.process.prediction import TARGETS, Prediction
from pipelines.process.schedule import KINDS, NoiseSchedule
from pipelines.process.times import CLEAN, Transition, posterior_mean


@pytest.fixture(params=KINDS)
def step(request):
    schedule = NoiseSchedule(kind=request.param)
    return schedule.at(600), schedule.at(540)


@pytest.mark.parametrize("variance", ["beta", "beta_tilde"])
def test_the_bound_is_the_distance_of_the_posterior_means(step, variance):
    (t, s), g = step, torch.Generator().manual_seed(0)
    x, x0, guess = torch.randn(3, 1, 5, generator=g, dtype=torch.float64)
    gap = posterior_mean(x, x0, t, s) - posterior_mean(x, guess, t, s)
    bound = gap.square().sum() / (2 * getattr(Transition.between(t, s), variance))
    weights = loss_weights("bound", t, s, variance)
    true, found = Prediction.from_x0(x, x0, t), Prediction.from_x0(x, guess, t)
    views = {name: getattr(true, name) - getattr(found, name) for name in ("x0", "eps")}
    views |= {"score": true.score(t) - found.score(t), "v": true.v(t) - found.v(t)}
    for name in TARGETS:
        assert weights[name] * float(views[name].square().sum()) == pytest.approx(float(bound), rel=1e-9)


def test_the_weights_of_the_table(step):
    """w_x0 = ½ (SNR' − SNR), w_ε = w_x0 b²/a², w_score = w_x0 b⁴/a²."""
    t, s = step
    found = loss_weights("bound", t, s)
    assert found["x0"] == pytest.approx((s.a**2 / s.b**2 - t.a**2 / t.b**2) / 2, rel=1e-9)
    assert found["eps"] == pytest.approx(found["x0"] * t.b**2 / t.a**2)
    assert found["score"] == pytest.approx(found["x0"] * t.b**4 / t.a**2)


def test_a_views_own_loss_has_its_weight_one(step):
    for loss in LOSSES[1:]:
        assert loss_weights(loss, *step)[loss] == 1


def test_what_has_no_weight_is_told(step):
    for wrong, said in (
        (lambda: loss_weights("l2", *step), "l2.*choose from"),
        (lambda: loss_weights("bound", *step, "alpha"), "alpha.*beta"),
        (lambda: loss_weights("bound", step[0], CLEAN), "last step"),
        (lambda: error_ratio("eps", CLEAN), "b = 0"),
        (lambda: error_ratio("noise", step[0]), "noise"),
    ):
        with pytest.raises(ValueError, match=said):
            wrong()
