"""Conditions of drawn shapes, known to the pixel; what is read back is what was shown; bad pictures."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipelines.conditions import extract as module
from pipelines.conditions.extract import CHANNELS, KINDS, PALETTE, drawn, extract, extract_all, is_empty, shown

WHITE = (255, 255, 255)
ROWS, COLUMNS = np.mgrid[:64, :64] - 31.5
RADIUS = np.hypot(ROWS, COLUMNS)


def on(where, colour, background=WHITE):
    picture = np.full((*where.shape, 3), background, np.uint8)
    picture[where] = colour
    return picture


DISC = on(RADIUS < 20, (220, 40, 40))
RING = on((RADIUS < 26) & (RADIUS > 14), (30, 60, 200))
SQUARE = on((abs(ROWS) < 16) & (abs(COLUMNS) < 16), (20, 20, 20))


def smooth_disc(background=WHITE):
    """A disc of radius 20 with a smooth rim."""
    large = np.array(Image.fromarray(DISC).resize((512, 512), 0))
    rows, columns = np.mgrid[:512, :512] - 255.5
    large = on(np.hypot(rows, columns) < 160, (220, 40, 40), background)
    return cv2.resize(large, (64, 64), interpolation=cv2.INTER_AREA)


def some():
    """A picture of everything: colours, gradients, thin strokes, white inside."""
    picture = Image.new("RGB", (64, 64), "white")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((6, 6, 50, 50), fill=(255, 200, 40), outline=(90, 50, 10))
    pen.ellipse((16, 18, 24, 28), fill="white", outline="black")
    pen.line((30, 60, 62, 20), fill=(20, 120, 220), width=2)
    pen.rectangle((40, 2, 60, 14), fill=(120, 190, 80))
    array = np.array(picture).astype(int)
    return (array - (np.arange(64) // 3)[:, None, None] * (array < 250)).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("kind", KINDS)
def test_shape_and_type_of_every_kind(kind):
    for size in (32, 64, 128):
        maps = extract(kind, DISC, size)
        assert maps.shape == (size, size, CHANNELS[kind]) and maps.dtype == np.uint8


def test_mask_of_a_disc_is_the_disc():
    assert np.array_equal(extract("mask", DISC)[..., 0] == 255, RADIUS < 20)
    assert set(np.unique(extract("mask", DISC))) == {0, 255}


def test_mask_of_a_smooth_disc_is_cut_at_half_coverage():
    mask = extract("mask", smooth_disc())[..., 0] == 255
    assert (mask != (RADIUS < 20)).sum() <= 24  # of the 120 pixels along its rim
    assert abs(int(mask.sum()) - np.pi * 400) < 24


def test_mask_has_the_hole_of_a_ring_but_not_of_an_eye():
    assert np.array_equal(extract("mask", RING)[..., 0] == 255, (RADIUS < 26) & (RADIUS > 14))
    face = DISC.copy()
    face[26:30, 24:28] = 255
    assert np.array_equal(extract("mask", face), extract("mask", DISC))


def test_mask_is_closed_by_an_outline_of_diagonal_pixels():
    diamond = on(abs(abs(ROWS) + abs(COLUMNS) - 20) < 1, (0, 0, 0))
    assert extract("mask", diamond)[0, 0, 0] == 0 and extract("mask", diamond)[32, 12, 0] == 255


def test_mask_takes_what_has_the_background_colour_and_joins_the_border():
    on_black = extract("mask", on(RADIUS < 20, WHITE, (0, 0, 0)), background=(0, 0, 0))
    assert np.array_equal(on_black[..., 0] > 0, RADIUS < 20)
    noise = np.random.default_rng(0)
    noisy = DISC - noise.integers(0, 7, DISC.shape) - 14 * (noise.random((64, 64, 1)) < 0.05) * (RADIUS > 23)[..., None]
    noisy = noisy.clip(0).astype(np.uint8)
    assert np.array_equal(extract("mask", noisy), extract("mask", DISC))


def test_mask_keeps_small_dark_and_large_pale_things():
    for where, colour in (((RADIUS < 1), (0, 0, 0)), ((RADIUS < 9), (245, 245, 245))):
        assert np.array_equal(extract("mask", on(where, colour))[..., 0] > 0, where)


def test_mask_on_a_colour_that_is_not_the_background_is_cut_from_the_colour_of_the_border():
    assert np.array_equal(extract("mask", on(RADIUS < 20, (220, 40, 40), (90, 140, 90)))[..., 0] > 0, RADIUS < 20)
    everywhere = np.random.default_rng(0).integers(0, 200, (64, 64, 3)).astype(np.uint8)
    assert (extract("mask", everywhere) == 255).all()


def test_edges_of_a_square_lie_on_its_border():
    edges = extract("edges", SQUARE)[..., 0]
    assert set(np.unique(edges)) == {0, 255}
    far = np.maximum(abs(ROWS), abs(COLUMNS))
    assert (abs(far[edges > 0] - 16) <= 1).all()
    assert all((edges[row, :32] > 0).sum() == 1 for row in range(20, 44))
    assert not extract("edges", on(RADIUS < 0, WHITE)).any()


def test_edges_between_colours_of_the_same_luma():
    halves = on(COLUMNS < 0, (200, 60, 60), (60, 130, 63))
    assert (extract("edges", halves)[:, 30:34].max((1, 2)) == 255).all()


def test_lines_are_soft_ink_on_the_dark_side():
    lines = extract("lines", SQUARE)[..., 0]
    inside = (abs(ROWS) < 16) & (abs(COLUMNS) < 16)
    assert lines[32, 16] > 150 and lines[32, 17] < lines[32, 16] and lines[32, 32] == 0
    assert not lines[~inside].any()
    assert len(np.unique(lines)) > 3
    stroke = extract("lines", on(abs(COLUMNS) < 1, (0, 0, 0)))[..., 0]
    assert (stroke[:, 31:33] > 200).all() and not stroke[:, :29].any()


def test_blocks_are_the_means_of_eight_by_eight():
    picture = on(COLUMNS < 4, (200, 10, 10), (0, 0, 250))  # the border runs through a column of blocks
    blocks = extract("blocks", picture)
    assert (blocks[:, :32] == (200, 10, 10)).all() and (blocks[:, 40:] == (0, 0, 250)).all()
    assert (blocks[:, 32:40] == (100, 5, 130)).all()
    assert len(np.unique(extract("blocks", some(), 128).reshape(-1, 3), axis=0)) <= 64


@pytest.mark.parametrize("name", list(PALETTE))
def test_label_of_a_disc_of_each_named_colour(name):
    for colour in (PALETTE[name], *module.ALSO[name]):
        labels = extract("labels", on(RADIUS < 20, colour, (255, 255, 255) if name != "white" else (20, 20, 20)))
        assert tuple(labels[32, 32]) == PALETTE[name]


def test_labels_of_a_disc_have_two_colours_along_the_rim_too():
    labels = extract("labels", smooth_disc())
    inside = (labels == PALETTE["red"]).all(2)
    assert ((labels == PALETTE["white"]).all(2) | inside).mean() > 0.995
    assert (inside != (RADIUS < 20)).sum() <= 60


def test_labels_give_specks_to_their_surroundings():
    speckled = DISC.copy()
    speckled[30:32, 30:32] = (0, 0, 200)
    speckled[5, 5] = (0, 0, 0)
    assert np.array_equal(extract("labels", speckled), extract("labels", DISC))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("picture", [DISC, RING, some()], ids=["disc", "ring", "some"])
def test_what_is_shown_is_read_back(kind, picture):
    maps = extract(kind, picture)
    page = shown(kind, maps)
    assert page.mode == "RGB" and page.size == (64, 64)
    assert np.array_equal(drawn(kind, page), maps)
    assert np.array_equal(drawn(kind, page, background=(0, 0, 0)), maps)
    large = drawn(kind, page.resize((512, 512), Image.Resampling.NEAREST))
    assert np.array_equal(large, maps)


def test_shown_is_ink_on_white():
    assert shown("mask", extract("mask", DISC)).getpixel((32, 32)) == (0, 0, 0)
    assert shown("lines", extract("lines", SQUARE)).getpixel((0, 0)) == WHITE


@pytest.mark.parametrize("colour", ["black", (255, 220, 0), (200, 30, 200)])
@pytest.mark.parametrize("width", [1, 4, 8])
def test_a_stroke_on_a_large_sheet_stays(colour, width):
    sheet = Image.new("RGBA", (512, 512))
    ImageDraw.Draw(sheet).line((40, 60, 470, 400), fill=colour, width=width)
    for kind in ("edges", "lines"):
        maps = drawn(kind, sheet)[..., 0]
        assert (maps[:, 6:58].max(0) >= (255 if kind == "edges" else 100)).all(), kind
        assert (maps[:, 6:58] > 25).sum(0).max() <= 5
        assert not is_empty(kind, maps[..., None])


def test_labels_drawn_large_have_only_the_colours_of_the_crayons():
    sheet = Image.new("RGB", (512, 512), "white")
    ImageDraw.Draw(sheet).ellipse((100, 100, 400, 400), fill=PALETTE["red"])
    blurred = sheet.resize((500, 500), Image.Resampling.BICUBIC)
    colours = {tuple(colour) for colour in drawn("labels", blurred).reshape(-1, 3).tolist()}
    assert colours == {PALETTE["red"], PALETTE["white"]}


def test_empty_is_an_empty_sheet():
    paper = Image.new("RGBA", (300, 300))
    for kind in KINDS:
        assert is_empty(kind, drawn(kind, paper))
        assert is_empty(kind, extract(kind, paper))
        assert is_empty(kind, extract(kind, paper, background=(0, 0, 0)), (0, 0, 0))
        assert not is_empty(kind, extract(kind, DISC))
        assert not is_empty(kind, drawn(kind, DISC))


def test_all_of_a_data_set_are_the_same_as_one_by_one():
    images = np.stack([DISC, RING, some()])
    every = extract_all(images)
    assert tuple(every) == KINDS
    for kind in KINDS:
        assert np.array_equal(every[kind], np.stack([extract(kind, image) for image in images]))


@pytest.mark.parametrize("size", [0, 7, 60, 2048, 64.0, "64", True, None])
def test_a_size_that_has_no_eight_blocks_is_refused(size):
    with pytest.raises(ValueError, match="size is .*multiples of 8"):
        extract("edges", DISC, size)


@pytest.mark.parametrize("background", ["white", (1, 2), (0, 0, 256), (0.5, 0, 0), None])
def test_a_background_that_is_no_colour_is_refused(background):
    with pytest.raises(ValueError, match="background"):
        extract("mask", DISC, background=background)


def test_an_unknown_kind_and_a_map_of_another_kind_are_refused():
    for call in (lambda: extract("depth", DISC), lambda: drawn("depth", DISC), lambda: shown("depth", DISC)):
        with pytest.raises(ValueError, match="kind is 'depth'; allowed: edges, lines, mask, blocks, labels"):
            call()
    with pytest.raises(ValueError, match=r"allowed for mask: \(S, S, 1\)"):
        shown("mask", DISC)
    with pytest.raises(ValueError, match="images has shape"):
        extract_all(DISC)
