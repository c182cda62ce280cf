"""Dynamic thresholding, held to `torch.quantile` a picture at a time."""

import pytest
import torch

from pipelines.guidance import CFGPlusPlus, ClassifierFree, DynamicThreshold, Interval
from pipelines.process.prediction import Prediction, Split
from pipelines.process.schedule import NoiseSchedule
from pipelines.runs.effects import Controls

T = NoiseSchedule().at(600)
X = torch.randn(3, 3, 8, 8, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
# One picture within the pixels' range, one that a few values leave, one that is far outside.
X0 = torch.stack([X[0].sin(), X[1] * 0.6, X[2] * 4])
NULL = X.cos() / 2


def denoiser(x, t, *branches):
    return [Prediction.from_x0(x, {"conditional": X0, "null": NULL}[branch], t) for branch in branches]


@pytest.mark.parametrize("percentile", [0.001, 0.5, 0.9, 0.995, 1.0])
@pytest.mark.parametrize("w", [0.0, 3.0])
def test_each_picture_is_held_to_its_own_quantile(w, percentile):
    guided = DynamicThreshold(ClassifierFree(w), percentile)(denoiser, X, T)
    for found, x0 in zip(guided.x0, ClassifierFree(w)(denoiser, X, T).x0, strict=True):
        s = max(1.0, torch.quantile(x0.abs(), percentile).item())
        wanted = torch.tensor([max(-s, min(s, value)) / s for value in x0.flatten().tolist()], dtype=x0.dtype)
        torch.testing.assert_close(found.flatten(), wanted, rtol=0, atol=1e-12)
    torch.testing.assert_close(T.a * guided.x0 + T.b * guided.eps, X, rtol=0, atol=1e-12)
    assert guided.x0.abs().max() <= 1


def test_a_picture_within_the_range_stays_and_at_0_all_do():
    plain = ClassifierFree(0.0)(denoiser, X, T)
    assert torch.equal(DynamicThreshold(ClassifierFree(0.0))(denoiser, X, T).x0[0], plain.x0[0])
    assert torch.equal(DynamicThreshold(ClassifierFree(0.0), 0.0)(denoiser, X, T).eps, plain.eps)
    controls = Controls(denoiser, [DynamicThreshold(ClassifierFree(0.0)).begin()], [])
    controls.denoise(X, T)
    assert [each.none for each in controls.effects] == [False, False]


def test_noise_that_goes_another_way_stays_where_it_is():
    split = DynamicThreshold(CFGPlusPlus(0.8))(denoiser, X, T)
    assert isinstance(split, Split) and split.x0.abs().max() <= 1
    assert torch.equal(split.eps, denoiser(X, T, "null")[0].eps)


def test_it_also_acts_where_nothing_guides():
    nothing = ClassifierFree(0.0)
    assert nothing.inert and Interval(nothing).inert and DynamicThreshold(nothing, 0.0).inert
    assert not DynamicThreshold(nothing).inert and not Interval(DynamicThreshold(nothing)).inert
