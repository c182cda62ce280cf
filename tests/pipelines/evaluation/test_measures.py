"""Every measure against an answer that is known without it."""

import numpy as np
import pytest

from pipelines.evaluation import measures
from pipelines.evaluation.intervals import ABOVE_ZERO, ANYTHING, CHORD, SHARE, normal
from pipelines.evaluation.measures import Gaussian

RNG = np.random.default_rng(0)
POINTS = RNG.normal(size=(60, 4))


def test_frechet_of_two_gaussians_in_closed_form():
    """With commuting covariances it is ‖m1 − m2‖² + Σ (σ1 − σ2)²; turning both changes nothing."""
    turn = np.linalg.qr(RNG.normal(size=(3, 3)))[0]
    one, two = np.array([1.0, 4.0, 9.0]), np.array([4.0, 1.0, 0.0])
    laws = [
        Gaussian(mean @ turn.T, turn @ np.diag(s) @ turn.T)
        for mean, s in ((np.zeros(3), one), (np.array([3.0, 0, 4]), two))
    ]
    assert measures.frechet(*laws) == pytest.approx(25 + np.square(np.sqrt(one) - np.sqrt(two)).sum())


def test_frechet_of_covariances_that_do_not_commute():
    """tr (S1 S2)^½ of 2 × 2 matrices is √(tr S1 S2 + 2 √(det S1 det S2))."""
    one, two = np.array([[2.0, 1], [1, 3]]), np.array([[5.0, -2], [-2, 1]])
    root = np.sqrt(np.trace(one @ two) + 2 * np.sqrt(np.linalg.det(one) * np.linalg.det(two)))
    expected = np.trace(one) + np.trace(two) - 2 * root
    assert measures.frechet(Gaussian(np.zeros(2), one), Gaussian(np.zeros(2), two)) == pytest.approx(expected)


def test_frechet_of_sets():
    assert measures.frechet(POINTS, POINTS) == pytest.approx(0, abs=1e-9)
    assert measures.frechet(POINTS, POINTS + [3, 0, 0, 4]) == pytest.approx(25)


def test_kernel_distance_is_the_sum_over_pairs_and_unbiased():
    x, y = RNG.normal(size=(4, 2)), RNG.normal(size=(3, 2))
    k = lambda a, b: (a @ b / 2 + 1) ** 3
    within = [np.mean([k(a, b) for i, a in enumerate(s) for j, b in enumerate(s) if i != j]) for s in (x, y)]
    assert measures.kernel_distance(x, y) == pytest.approx(sum(within) - 2 * np.mean([[k(a, b) for b in y] for a in x]))
    same = [measures.kernel_distance(*np.split(RNG.normal(size=(40, 3)), 2)) for _ in range(300)]
    assert abs(np.mean(same)) < 3 * np.std(same) / np.sqrt(len(same))


def test_neighbours_of_equal_and_of_far_sets():
    same = measures.neighbours(POINTS, POINTS, k=3)
    assert same.in_real.all() and same.in_pictures.all() and same.covered.all()
    far = measures.neighbours(POINTS + 100, POINTS, k=3)
    assert not far.in_real.any() and not far.in_pictures.any() and far.balls.sum() == 0 and not far.covered.any()


def test_neighbours_counted_by_hand():
    """Real 0, 1, 2, 10 with k = 1 have radii 1, 1, 1, 8; pictures 0.5, 0.6, 50 have 0.1, 0.1, 49.4."""
    real, pictures = np.array([[0.0], [1], [2], [10]]), np.array([[0.5], [0.6], [50]])
    found = measures.neighbours(pictures, real, k=1)
    assert found.in_real.tolist() == [True, True, False] and found.balls.tolist() == [2, 2, 0]
    assert found.covered.tolist() == [True, True, False, False]
    assert found.in_pictures.tolist() == [False, True, True, True]  # 1 to 10 lie within 49.4 of 50
    np.testing.assert_allclose(measures.radii(real, 1), [1, 1, 1, 8])


def test_mode_collapse_keeps_precision_and_loses_recall():
    real = np.concatenate([POINTS, POINTS + 50])
    found = measures.neighbours(POINTS + 0.01, real, k=3)
    assert found.in_real.mean() > 0.95 and found.in_pictures.mean() == pytest.approx(0.5, abs=0.05)


def test_chunks_change_nothing(monkeypatch):
    whole = measures.neighbours(POINTS, POINTS[:40] + 0.3, k=3)
    monkeypatch.setattr(measures, "CHUNK", 7)
    for one, other in zip(whole, measures.neighbours(POINTS, POINTS[:40] + 0.3, k=3)):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("k, copies", [(1, 5), (4, 1), (4, 3)])
def test_vendi_of_k_orthogonal_is_k(k, copies):
    assert measures.vendi(np.repeat(np.eye(6)[:k] * 3, copies, axis=0)) == pytest.approx(k)


def test_vendi_of_two_at_an_angle():
    """The eigenvalues of K/2 are (1 ± cos)/2."""
    cos = 0.6
    shares = np.array([(1 + cos) / 2, (1 - cos) / 2])
    assert measures.vendi([[1, 0], [cos, 0.8]]) == pytest.approx(np.exp(-(shares * np.log(shares)).sum()))


def test_distances_and_entropy():
    assert measures.mean_distance([[2, 0], [0, 3], [-1, 0]]) == pytest.approx((2 * np.sqrt(2) + 2) / 3)
    assert measures.class_entropy([0, 1, 2, 3]) == pytest.approx(2) and measures.class_entropy([7, 7]) == 0
    apart = np.linalg.norm(POINTS[:, None] - POINTS[:5], axis=-1)
    np.testing.assert_allclose(measures.distances(POINTS, POINTS[:5]), apart, atol=1e-6)


def test_the_bootstrap_of_a_mean_is_its_standard_error():
    values = RNG.normal(size=400)
    low, high = measures.bootstrap(np.mean, values, draws=2000)
    assert (low + high) / 2 == pytest.approx(values.mean())
    assert (high - low) / 2 == pytest.approx(1.96 * values.std() / 20, rel=0.06)
    assert measures.bootstrap(np.mean, values, seed=3) == measures.bootstrap(np.mean, values, seed=3)


def test_the_bootstrap_by_counts_is_that_by_rows():
    x, y = RNG.normal(size=(30, 4)), RNG.normal(size=(20, 4)) + 1
    for one, many in (
        (lambda rows: measures.kernel_distance(rows, y), lambda c: measures.kernel_distances(x, y, c)),
        (measures.mean_distance, lambda c: measures.mean_distances(x, c)),
    ):
        rows, counts = measures.bootstrap(one, x, draws=20), measures.bootstrap_counts(many, len(x), draws=20)
        assert counts == pytest.approx(rows, abs=1e-7)


def test_the_bootstrap_holds_the_truth_in_95_of_100():
    intervals = [measures.bootstrap(np.mean, RNG.normal(size=50), draws=100) for _ in range(300)]
    assert np.mean([low <= 0 <= high for low, high in intervals]) == pytest.approx(0.94, abs=0.04)


@pytest.mark.parametrize("within", [SHARE, CHORD, (0.0, 100.0), (-1.0, 1.0), (1.0, 3.7), ABOVE_ZERO])
def test_an_interval_stays_within_what_the_value_can_be(within):
    """Sets that lie near an end, where the plain normal interval leaves it."""
    low, high = within
    top, left = min(high, low + 4), 0
    for n in (2, 3, 5, 17):
        for shape in ((0.05, 2), (2, 0.05), (0.2, 0.2), (9, 0.1)):
            rows = low + (top - low) * RNG.beta(*shape, n)
            one, other = measures.bootstrap(np.mean, rows, within=within)
            assert low <= one <= rows.mean() <= other <= high
            plain = measures.bootstrap(np.mean, rows)
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
    assert measures.bootstrap(np.mean, rows, within=SHARE) == pytest.approx(measures.bootstrap(np.mean, rows), abs=1e-4)
    assert measures.bootstrap(np.mean, 9 + rows, within=ABOVE_ZERO) == pytest.approx(
        measures.bootstrap(np.mean, 9 + rows, within=ANYTHING), abs=1e-4
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
                    measures.bootstrap(np.mean, rows, draws=100, within=SHARE),
                    measures.bootstrap(np.mean, rows, draws=100),
                )
            ]
        )
    bounded, plain = np.mean(held, 0)
    assert bounded >= plain and bounded > 0.8


@pytest.mark.parametrize(
    "call",
    [
        lambda: measures.vendi(np.zeros(3)),
        lambda: measures.neighbours(POINTS[:3], POINTS, k=3),
        lambda: measures.bootstrap(lambda a, b: 0, [1], [1, 2]),
        lambda: measures.mean_distance(POINTS[:1]),
    ],
    ids=["one axis", "few pictures", "lengths", "one row"],
)
def test_what_does_not_fit_is_told(call):
    with pytest.raises(ValueError, match="must be|not allowed"):
        call()
