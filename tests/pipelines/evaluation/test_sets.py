"""Every measure against a case whose answer is known, and what is missing when pictures are few."""

import time

import numpy as np
import pytest

from pipelines.evaluation.novelty import copy_threshold, nearest
from pipelines.evaluation.sets import FEWEST, MEASURES, Data, Seen, measure

RNG = np.random.default_rng(0)


def seen(features, groups=None, wanted=None, **more):
    n = len(features)
    said = more.pop("said", {})
    return Seen(
        np.asarray(features, float),
        said,
        np.zeros(n, int) if groups is None else np.asarray(groups),
        [None] * n if wanted is None else wanted,
        **more,
    )


def cloud(n, centre=0.0, width=1.0, dims=8):
    return centre + width * RNG.standard_normal((n, dims))


def test_agreement_and_confidence():
    said = {"group": np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])}
    found = measure(seen(cloud(3), wanted=[("group", 0)] * 3, said=said))
    assert found["agreement"].value == pytest.approx(2 / 3) and found["agreement"].n == 3
    assert found["confidence"].value == pytest.approx((0.9 + 0.2 + 0.6) / 3)
    assert found["agreement"].low < 2 / 3 < found["agreement"].high


def test_clip_score_leaves_out_what_has_no_text():
    found = measure(seen(cloud(3), similarity=np.array([0.25, -0.1, np.nan])))["clip_score"]
    assert found.value == pytest.approx(12.5) and found.n == 2


def test_diversity_is_that_of_each_prompt():
    unit = np.eye(8)
    found = measure(seen([unit[0], unit[1], unit[2], unit[2]], groups=[0, 0, 1, 1]))
    assert found["distance"].value == pytest.approx(np.sqrt(2) / 2)  # √2 and 0
    assert found["vendi"].value == pytest.approx(1.5)  # 2 and 1


def test_entropies():
    said = {"group": np.eye(4)[[0, 1, 2, 3]], "style": np.eye(2)[[0, 0, 0, 0]]}
    found = measure(seen(cloud(4), said=said))
    assert found["class_entropy"].value == pytest.approx(2) and found["style_entropy"].value == 0


def test_the_data_itself_is_perfect_and_noise_is_not():
    data = Data(cloud(400))
    good, far, narrow = (
        measure(seen(rows), data) for rows in (cloud(200), cloud(200, centre=9), cloud(200, width=0.2))
    )
    assert good["precision"].value > 0.8 and good["recall"].value > 0.8 and good["coverage"].value > 0.8
    assert far["precision"].value == 0 and far["coverage"].value == 0
    assert narrow["precision"].value > 0.95 and narrow["recall"].value < 0.2
    assert good["frechet"].value < narrow["frechet"].value < far["frechet"].value
    assert abs(good["kernel"].value) < 0.1 < far["kernel"].value
    assert good["kernel"].low < 0 < good["kernel"].high


def test_the_data_of_the_same_labels_is_what_counts():
    labels = {"group": np.repeat([0, 1], 100)}
    data = Data(np.concatenate([cloud(100), cloud(100, centre=9)]), labels)
    rows = cloud(60, centre=9)
    assert (
        measure(seen(rows, wanted=[("group", 1)] * 60, said={"group": np.eye(2)[np.ones(60, int)]}), data)[
            "recall"
        ].value
        > 0.7
    )
    assert (
        measure(seen(rows, wanted=[("group", 0)] * 60, said={"group": np.eye(2)[np.ones(60, int)]}), data)[
            "precision"
        ].value
        == 0
    )


def test_few_pictures_are_compared_with_no_data_and_nothing_is_called_fid():
    found = measure(seen(cloud(FEWEST - 1)), Data(cloud(100)))
    assert not {"frechet", "kernel", "precision", "recall", "density", "coverage"} & set(found)
    assert "frechet" in measure(seen(cloud(FEWEST)), Data(cloud(100)))
    assert not [name for name in MEASURES if name.lower() == "fid"]


def test_one_picture_and_none():
    assert "distance" not in measure(seen(cloud(1)))
    assert measure(seen(np.zeros((0, 8)))) == {}


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    held = sum(
        figure.low < np.sqrt(2) < figure.high
        for figure in (measure(seen(cloud(40, dims=400)), draws=60)["distance"] for _ in range(40))
    )
    # Of directions in 400 dimensions the distance is √2 but for 1/(4 · 400).
    assert held >= 32


def ranges(n, k, sizes):
    """What every measure can be. n: pictures; k: labels of each head; sizes: pictures of each prompt."""
    own = [size for size in sizes if size > 1]
    entropy = (0, np.log2(min(n, k)))
    found = dict.fromkeys(("agreement", "confidence", "precision", "recall", "coverage", "nearest", "copies"), (0, 1))
    found |= {"clip_score": (0, 100), "density": (0, np.inf), "distance": (0, 2), "vendi": (1, np.mean(own or [1]))}
    found |= {"class_entropy": entropy, "style_entropy": entropy, "frechet": (0, np.inf), "kernel": (-np.inf, np.inf)}
    assert set(found) == set(MEASURES)
    return found


@pytest.mark.parametrize("sharp", [0.02, 0.1, 1.0], ids="sharp {}".format)
@pytest.mark.parametrize("sizes", [(2,), (5,), (1, 2, 3), (16,), (9, 30)], ids=str)
def test_no_figure_leaves_its_range(sizes, sharp):
    """Judges that are sure, sets in which all are nearly one or nearly the data: where intervals reach an end."""
    n, k, seen_names = sum(sizes), 3, set()
    small = RNG.integers(0, 256, (80, 3072)).astype(np.uint8)
    data = Data(cloud(60), small=small, copy=0.5)
    for turn in range(12):
        said = {head: RNG.dirichlet([sharp] * k, n) for head in ("group", "style")}
        if turn % 2:  # nearly always the same label, and the wanted one
            said = {head: np.sort(rows, 1)[:, ::-1] for head, rows in said.items()}
            said["style"][0] = said["style"][0, ::-1]
        rows = seen(
            data.features[:1] + cloud(n, width=sharp) if turn % 3 else np.eye(64)[:n],
            np.repeat(range(len(sizes)), sizes),
            [("group", 0)] * n,
            said=said,
            similarity=np.float32(1) - np.float32(RNG.random(n) * sharp * (turn % 4)),
            small=np.clip(small[:n] + RNG.integers(0, 3, (n, 3072)), 0, 255).astype(np.uint8),
        )
        if rows.features.shape[1] != 8:
            found = measure(rows._replace(small=None), None, draws=40)
        else:
            found = measure(rows, data, draws=40)
        for name, figure in found.items():
            low, high = ranges(n, k, sizes)[name]
            assert low <= figure.low <= figure.value <= figure.high <= high, (name, figure, (low, high))
        seen_names |= set(found)
    assert (
        seen_names == set(MEASURES)
        if n >= FEWEST
        else seen_names >= {"confidence", "style_entropy", "distance", "vendi"}
    )


def test_near_copies():
    train = RNG.integers(0, 256, (200, 3072)).astype(np.uint8)
    copied = np.clip(train[[7, 9]].astype(int) + RNG.integers(-3, 4, (2, 3072)), 0, 255).astype(np.uint8)
    found = nearest(np.concatenate([copied, RNG.integers(0, 256, (1, 3072)).astype(np.uint8)]), train)
    assert list(found.index[:2]) == [7, 9] and (found.ratio[:2] < 0.1).all() and found.ratio[2] > 0.9
    threshold = copy_threshold(train, np.arange(200))
    assert 0.8 < threshold < 1
    figures = measure(
        seen(cloud(3), small=np.concatenate([copied, train[:1]])), Data(cloud(50), small=train, copy=threshold)
    )
    assert figures["copies"].value == 1


def test_512_pictures_are_measured_in_time():
    data = Data(cloud(8000, dims=256), small=RNG.integers(0, 256, (8000, 3072)).astype(np.uint8), copy=0.5)
    rows = seen(
        cloud(512, dims=256), small=RNG.integers(0, 256, (512, 3072)).astype(np.uint8), similarity=np.full(512, 0.3)
    )
    began = time.process_time()
    assert len(measure(rows, data)) >= 9
    assert time.process_time() - began < 20
