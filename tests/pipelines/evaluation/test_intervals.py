"""Intervals against published values, known spreads, and the ranges that they must not leave."""

import numpy as np
import pytest

from pipelines.evaluation import measures
from pipelines.evaluation.intervals import (
    ABOVE_ZERO,
    ANYTHING,
    CHORD,
    SHARE,
    Figure,
    bootstrap,
    bootstrap_counts,
    normal,
    wilson,
)

RNG = np.random.default_rng(0)


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


def test_the_bootstrap_of_a_mean_is_its_standard_error():
    values = RNG.normal(size=400)
    low, high = bootstrap(np.mean, values, draws=2000)
    assert (low + high) / 2 == pytest.approx(values.mean())
    assert (high - low) / 2 == pytest.approx(1.96 * values.std() / 20, rel=0.06)
    assert bootstrap(np.mean, values, seed=3) == bootstrap(np.mean, values, seed=3)


def test_the_bootstrap_by_counts_is_that_by_rows():
    x, y = RNG.normal(size=(30, 4)), RNG.normal(size=(20, 4)) + 1
    for one, many in (
        (lambda rows: rows[:, 0].mean() - y.mean(), lambda c: x[:, 0] @ c / c.sum(0) - y.mean()),
        (measures.mean_distance, lambda c: measures.mean_distances(x, c)),
    ):
        rows, counts = bootstrap(one, x, draws=20), bootstrap_counts(many, len(x), draws=20)
        assert counts == pytest.approx(rows, abs=1e-7)


def test_the_bootstrap_holds_the_truth_in_95_of_100():
    intervals = [bootstrap(np.mean, RNG.normal(size=50), draws=100) for _ in range(300)]
    assert np.mean([low <= 0 <= high for low, high in intervals]) == pytest.approx(0.94, abs=0.04)


@pytest.mark.parametrize("within", [SHARE, CHORD, (0.0, 100.0), (-1.0, 1.0), (1.0, 3.7), ABOVE_ZERO])
def test_an_interval_stays_within_what_the_value_can_be(within):
    """Sets that lie near an end, where the plain normal interval leaves it."""
    low, high = within
    top, left = min(high, low + 4), 0
    for n in (2, 3, 5, 17):
        for shape in ((0.05, 2), (2, 0.05), (0.2, 0.2), (9, 0.1)):
            rows = low + (top - low) * RNG.beta(*shape, n)
            one, other = bootstrap(np.mean, rows, within=within)
            assert low <= one <= rows.mean() <= other <= high
            plain = bootstrap(np.mean, rows)
            left += not low <= plain[0] <= plain[1] <= high
            assert (one < other) == (plain[0] < plain[1])  # not a point where the rows differ
    assert left > 1


def test_the_interval_at_an_end_reaches_inwards_only():
    """As the entropy of four labels of which each is there once: no draw is above it."""
    low, high = normal(2.0, [2.0, 1.5, 1.5, 0.8], (0.0, 2.0))
    assert high == 2.0 and 0 < low < 1.6
    assert normal(0.7, [0.7] * 9, SHARE) == (0.7, 0.7) == normal(0.7, [], SHARE)
    assert normal(0.0, [0, 0, np.nan], ABOVE_ZERO) == (0, 0) and normal(3.0, [1, 2], (3.0, 3.0)) == (3, 3)


def test_away_from_the_ends_it_is_the_plain_one():
    rows = RNG.normal(0.5, 0.01, 50)
    assert bootstrap(np.mean, rows, within=SHARE) == pytest.approx(bootstrap(np.mean, rows), abs=1e-4)
    assert bootstrap(np.mean, 9 + rows, within=ABOVE_ZERO) == pytest.approx(
        bootstrap(np.mean, 9 + rows, within=ANYTHING), abs=1e-4
    )


@pytest.mark.parametrize("shape", [(8, 0.5), (0.3, 0.3), (0.3, 3)])
def test_near_an_end_it_holds_the_truth_no_less_often(shape):
    truth, held = shape[0] / sum(shape), []
    for _ in range(200):
        rows = RNG.beta(*shape, 12)
        held.append(
            [
                low <= truth <= high
                for low, high in (
                    bootstrap(np.mean, rows, draws=100, within=SHARE),
                    bootstrap(np.mean, rows, draws=100),
                )
            ]
        )
    bounded, plain = np.mean(held, 0)
    assert bounded >= plain and bounded > 0.8


def test_arrays_of_other_lengths_are_told():
    with pytest.raises(ValueError, match="not allowed"):
        bootstrap(lambda a, b: 0, [1], [1, 2])


def test_a_share_is_a_figure_with_its_interval():
    found = Figure.share([True, True, False, True])
    assert found == (0.75, *wilson(3, 4), 4) and found.low < 0.75 < found.high


def test_a_figure_is_within_its_range_where_rounding_had_left_it():
    assert Figure.of(lambda rows: 1 + 1e-9, np.ones(3), within=SHARE) == (1, 1, 1, 3)
    assert np.isnan(Figure.of_counts(lambda counts: np.full(counts.shape[1], np.nan), 3, within=SHARE).value)
