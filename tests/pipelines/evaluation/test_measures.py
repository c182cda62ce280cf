"""Every measure against an answer that is known without it."""

import numpy as np
import pytest

from pipelines.evaluation import measures
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


def kernel_distance(x, y):
    return measures.kernel_distances(x, y, np.ones((len(x), 1)))[0]


def test_kernel_distance_is_the_sum_over_pairs_and_unbiased():
    x, y = RNG.normal(size=(4, 2)), RNG.normal(size=(3, 2))
    k = lambda a, b: (a @ b / 2 + 1) ** 3
    within = [np.mean([k(a, b) for i, a in enumerate(s) for j, b in enumerate(s) if i != j]) for s in (x, y)]
    assert kernel_distance(x, y) == pytest.approx(sum(within) - 2 * np.mean([[k(a, b) for b in y] for a in x]))
    same = [kernel_distance(*np.split(RNG.normal(size=(40, 3)), 2)) for _ in range(300)]
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


def test_cosines_and_clip_scores():
    assert measures.clip_scores(measures.cosines([[2.0, 0.0]], [[1.0, 1.0]])) == pytest.approx(100 / np.sqrt(2))
    cosines = measures.cosines([[1.0, 0.0], [-1.0, 0.0]], [[5.0, 0.0]])
    assert cosines.tolist() == [1, -1] and measures.clip_scores(cosines).tolist() == [100, 0]
    rows = np.array([[1.0, 0], [0, 2], [3, 3], [0, 0]])
    assert measures.cosines(rows, np.array([5.0, 0])) == pytest.approx([1, 0, 0.5**0.5, 0])


def test_distance_of_known_points():
    assert measures.mean_distance([[1.0, 0.0], [0.0, 3.0]]) == pytest.approx(np.sqrt(2))
    assert measures.mean_distance([[1.0, 0.0], [1.0, 0.0], [-1.0, 0.0]]) == pytest.approx(4 / 3)
    for few in ([[1.0, 2.0]], np.zeros((0, 2))):
        with pytest.raises(ValueError, match="at least 2"):
            measures.mean_distance(few)


def test_distance_does_not_depend_on_order_or_scale():
    assert measures.mean_distance(POINTS) == pytest.approx(measures.mean_distance(7 * POINTS[::-1]))


def test_distance_within_groups_is_the_mean_of_theirs():
    groups = np.array([0] * 20 + [1] + [2] * 39)
    parts = [measures.mean_distance(POINTS[groups == group]) for group in (0, 2)]
    once = np.ones((60, 1))
    assert measures.mean_distances(POINTS, once, groups)[0] == pytest.approx(np.mean(parts))
    assert np.isnan(measures.mean_distances(POINTS[:3], once[:3], [0, 1, 2])[0])


def test_a_row_that_is_drawn_twice_is_no_pair_of_the_kernel():
    x, y = RNG.normal(size=(3, 2)), RNG.normal(size=(4, 2))
    k = lambda a, b: (a @ b / 2 + 1) ** 3
    own = np.mean([k(x[i], x[j]) for i, j in ((0, 1), (0, 1), (1, 0), (1, 0))])  # of rows 0, 0, 1
    real = np.mean([k(a, b) for i, a in enumerate(y) for j, b in enumerate(y) if i != j])
    across = np.mean([[k(a, b) for b in y] for a in x[[0, 0, 1]]])
    drawn = measures.kernel_distances(x, y, np.array([[2.0, 3], [1, 0], [0, 0]]))
    assert drawn[0] == pytest.approx(own + real - 2 * across) and np.isnan(drawn[1])


@pytest.mark.parametrize(
    "call",
    [
        lambda: measures.vendi(np.zeros(3)),
        lambda: measures.neighbours(POINTS[:3], POINTS, k=3),
        lambda: measures.mean_distance(POINTS[:1]),
    ],
    ids=["one axis", "few pictures", "one row"],
)
def test_what_does_not_fit_is_told(call):
    with pytest.raises(ValueError, match="must be"):
        call()
