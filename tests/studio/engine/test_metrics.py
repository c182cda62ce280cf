import numpy as np
import pytest

from studio.engine.metrics import agreement, clip_score, diversity, wilson


@pytest.mark.parametrize(
    "hits, n, low, high",
    [
        (0, 10, 0.0, 0.27753),
        (10, 10, 0.72247, 1.0),
        (5, 10, 0.23659, 0.76341),
        (1, 1, 0.20655, 1.0),
        (80, 100, 0.71116, 0.86663),
    ],
)
def test_wilson_against_published_values(hits, n, low, high):
    assert wilson(hits, n) == pytest.approx((low, high), abs=2e-5)


@pytest.mark.parametrize("hits, n", [(0, 0), (-1, 3), (4, 3)])
def test_wilson_refuses_what_is_no_count(hits, n):
    with pytest.raises(ValueError, match="hits"):
        wilson(hits, n)


def test_agreement_counts():
    share, (low, high) = agreement([3, 3, 1, 3], 3)
    assert share == 0.75 and low < share < high
    assert agreement([], 3) is None


def test_clip_score_is_a_hundred_times_the_cosine_and_never_below_zero():
    assert clip_score([[2.0, 0.0]], [[1.0, 1.0]]) == pytest.approx(100 / np.sqrt(2))
    assert clip_score([[1.0, 0.0], [-1.0, 0.0]], [[5.0, 0.0]]) == pytest.approx(50)
    assert clip_score(np.zeros((0, 2)), [[1.0, 0.0]]) is None


def test_diversity_of_known_points():
    assert diversity([[1.0, 0.0], [0.0, 3.0]]) == pytest.approx(np.sqrt(2))
    assert diversity([[1.0, 0.0], [1.0, 0.0], [-1.0, 0.0]]) == pytest.approx(4 / 3)
    assert diversity([[1.0, 2.0]]) is None and diversity(np.zeros((0, 2))) is None


def test_diversity_does_not_depend_on_order_or_scale():
    features = np.random.default_rng(0).normal(size=(9, 5))
    assert diversity(features) == pytest.approx(diversity(7 * features[::-1]))
