"""Measures of what is kept, on drawn shapes whose answers can be counted."""

import numpy as np
import pytest

from pipelines.conditions.extract import KINDS, extract
from pipelines.evaluation.adherence import (
    MEASURES,
    colour_error,
    edge_f1,
    kept,
    label_agreement,
    mask_iou,
)


def map_of(*boxes, side=64):
    """(1, side, side, 1) with 255 in these (top, bottom, left, right)."""
    drawn = np.zeros((1, side, side, 1), np.uint8)
    for top, bottom, left, right in boxes:
        drawn[:, top:bottom, left:right] = 255
    return drawn


def colours(*levels, side=64):
    """(N, side, side, 3) of one colour each."""
    return np.stack([np.full((side, side, 3), level, np.uint8) for level in levels])


@pytest.mark.parametrize(
    "other, share",
    [
        ((0, 32, 0, 64), 1.0),
        ((16, 48, 0, 64), 1 / 3),  # half of each in common
        ((32, 64, 0, 64), 0.0),
        ((0, 16, 0, 64), 0.5),
        ((0, 64, 0, 64), 0.5),
    ],
)
def test_iou_is_common_over_either(other, share):
    assert mask_iou(map_of((0, 32, 0, 64)), map_of(other)) == pytest.approx([share])


def test_iou_of_nothing():
    empty, full = map_of(), map_of((0, 64, 0, 64))
    both = mask_iou(np.concatenate([empty, empty, full]), np.concatenate([empty, full, empty]))
    assert both.tolist() == [1.0, 0.0, 0.0]


@pytest.mark.parametrize("shift, share", [(0, 1.0), (2, 1.0), (3, 0.0)])
def test_a_line_is_kept_within_the_tolerance(shift, share):
    assert edge_f1(map_of((20 + shift, 21 + shift, 0, 64)), map_of((20, 21, 0, 64))) == pytest.approx([share])


def test_precision_and_recall_both_count():
    line, other = (10, 11, 0, 64), (50, 51, 0, 64)
    # Half of what was made is wanted, and all that was wanted was made: 2 · ½ · 1 / (½ + 1).
    assert edge_f1(map_of(line, other), map_of(line)) == pytest.approx([2 / 3])
    assert edge_f1(map_of(line), map_of(line, other)) == pytest.approx([2 / 3])


def test_a_part_of_a_line():
    # 32 of the 64 pixels were made; a pixel further than the tolerance past the end is not kept: 32 + 2 are recalled.
    assert edge_f1(map_of((10, 11, 0, 32)), map_of((10, 11, 0, 64))) == pytest.approx([2 / (1 + 64 / 34)])


def test_the_tolerance_is_round_and_grows_with_the_map():
    one, corner = map_of((20, 21, 20, 21)), map_of((22, 23, 22, 23))  # √8 away
    assert edge_f1(one, corner, 2) == [0] and edge_f1(one, corner, 3) == [1]
    assert edge_f1(map_of((20, 21, 0, 128), side=128), map_of((24, 25, 0, 128), side=128)) == [1]
    assert edge_f1(map_of((20, 21, 0, 128), side=128), map_of((25, 26, 0, 128), side=128)) == [0]


def test_edges_of_nothing():
    empty, line = map_of(), map_of((1, 2, 0, 64))
    assert edge_f1(empty, empty) == [1] and edge_f1(empty, line) == [0] and edge_f1(line, empty) == [0]


def test_colour_error_of_plain_colours():
    assert colour_error(colours(0, 0, 100), colours(255, 51, 100)) == pytest.approx([1, 0.2, 0])


def test_colour_error_sees_blocks_only():
    fine = np.zeros((1, 64, 64, 3), np.uint8)
    fine[:, ::2] = 200
    assert colour_error(fine, colours(100)) == pytest.approx([0])
    shifted = np.zeros((1, 64, 64, 3), np.uint8)
    shifted[:, :8, :8, 0] = 255  # one block of 64, one channel of 3
    assert colour_error(shifted, colours(0)) == pytest.approx([1 / 192])


def test_labels_agree_where_all_channels_do():
    one = colours(0)
    other = one.copy()
    other[0, :16, :, 2] = 9
    assert label_agreement(one, other) == pytest.approx([0.75])


def test_what_was_extracted_is_kept_by_its_own_picture():
    picture = np.full((64, 64, 3), 255, np.uint8)
    picture[16:48, 16:48] = (220, 35, 45)
    other = np.full((64, 64, 3), 255, np.uint8)
    other[2:10, 2:10] = (35, 100, 220)
    for kind in KINDS:
        values = kept(kind, np.stack([picture, other]), extract(kind, picture))
        best = 0 if MEASURES[kind] is colour_error else 1
        assert values.shape == (2,) and values[0] == best != values[1]


@pytest.mark.parametrize(
    "call",
    [
        lambda: mask_iou(map_of(), map_of(side=32)),
        lambda: mask_iou(map_of().astype(float), map_of()),
        lambda: colour_error(map_of(), map_of()),
        lambda: colour_error(colours(1, side=60), colours(1, side=60)),
        lambda: edge_f1(map_of(), map_of(), -1),
        lambda: edge_f1(map_of(), map_of(), float("nan")),
        lambda: kept("scribble", colours(1), map_of()[0]),
    ],
)
def test_what_does_not_fit_is_refused(call):
    with pytest.raises(ValueError, match="allowed"):
        call()
