"""Pictures of every kind are read, and what is none is refused with the reason."""

import io

import numpy as np
import pytest
from PIL import Image

from pipelines.conditions.extract import CHANNELS, KINDS, drawn, extract

from .test_extract import COLUMNS, DISC, ROWS, SQUARE, on


def encoded(picture, form, **options):
    held = io.BytesIO()
    picture.save(held, form, **options)
    return Image.open(io.BytesIO(held.getvalue()))


def as_16_bits(mode):
    grey = np.asarray(Image.fromarray(SQUARE).convert("L")).astype(np.uint16) * 257
    return Image.fromarray(grey) if mode == "I;16" else Image.fromarray(grey.astype(np.int32))


SQUARES = {
    "alpha": Image.fromarray(np.dstack([SQUARE * 0 + 20, np.where(SQUARE[..., :1] < 99, 255, 0).astype(np.uint8)])),
    "palette": Image.fromarray(SQUARE).quantize(8),
    "gif": encoded(Image.fromarray(SQUARE).quantize(8), "GIF"),
    "one bit": Image.fromarray(SQUARE).convert("1", dither=Image.Dither.NONE),
    "grey": Image.fromarray(SQUARE).convert("L"),
    "grey and alpha": Image.fromarray(SQUARE).convert("LA"),
    "cmyk": Image.fromarray(SQUARE).convert("CMYK"),
    "ycbcr": Image.fromarray(SQUARE).convert("YCbCr"),
    "16 bits": as_16_bits("I;16"),
    "16 bits in 32": as_16_bits("I"),
    "fractions": Image.fromarray((np.asarray(Image.fromarray(SQUARE).convert("L")) / 255).astype(np.float32)),
    "16-bit png": encoded(as_16_bits("I;16"), "PNG"),
}


@pytest.mark.parametrize("name", SQUARES)
def test_every_kind_of_picture_is_read(name):
    assert np.array_equal(extract("mask", SQUARES[name]), extract("mask", SQUARE))
    assert not extract("blocks", SQUARES[name])[32, 32].max() > 25


def test_rotation_of_exif():
    picture = Image.fromarray(on((ROWS < 0) & (abs(COLUMNS) < 9), (0, 0, 0)))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by 90° clockwise
    for form in ("PNG", "JPEG"):
        stored = encoded(picture.rotate(90), form, exif=exif)
        assert (extract("mask", stored) != extract("mask", picture)).mean() < 0.01


def test_the_first_frame_counts_and_the_picture_stays_where_it_is():
    frames = [Image.fromarray(one).quantize(8) for one in (SQUARE, DISC)]
    animation = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    animation.seek(1)
    assert np.array_equal(extract("mask", animation), extract("mask", SQUARE))
    assert animation.tell() == 1


def test_alpha_lies_on_the_background():
    clear = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    assert (extract("blocks", clear, background=(10, 20, 30)) == (10, 20, 30)).all()


def test_oblong_pictures_are_padded_and_nothing_is_cut_off():
    wide = on(np.ones((16, 64), bool), (0, 0, 200))
    assert np.array_equal(extract("mask", wide)[:, :, 0] > 0, (abs(ROWS) < 8) & (COLUMNS < 99))
    assert (extract("blocks", wide.transpose(1, 0, 2))[:, 24:40] == (0, 0, 200)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_tiny_thin_and_huge_pictures(kind):
    for size in ((1, 1), (1, 3000), (2, 1), (5000, 4000)):
        for mode in ("RGB", "RGBA", "L"):
            assert extract(kind, Image.new(mode, size, 0)).shape == (64, 64, CHANNELS[kind])
    assert drawn(kind, Image.new("RGB", (1, 1))).shape == (64, 64, CHANNELS[kind])


def bomb():
    return type("Bomb", (Image.Image,), {"size": (20_000, 20_000), "load": None})()


def cut_short():
    held = io.BytesIO()
    Image.effect_noise((64, 64), 50).save(held, "PNG")
    return Image.open(io.BytesIO(held.getvalue()[: len(held.getvalue()) // 2]))


@pytest.mark.parametrize(
    ("picture", "says"),
    [
        (None, "NoneType"),
        ("cat.png", "str"),
        (np.zeros((64, 64), np.uint8), r"\(64, 64\)"),
        (np.zeros((64, 64, 4), np.uint8), r"\(64, 64, 4\)"),
        (np.zeros((64, 64, 3)), "float64"),
        (np.zeros((0, 64, 3), np.uint8), r"\(0, 64, 3\)"),
        (Image.new("RGB", (0, 5)), "0 × 5"),
        (Image.fromarray(np.full((8, 8), np.nan, np.float32)), "finite"),
        (bomb(), "20000 × 20000"),
        (cut_short(), "cannot be read"),
    ],
)
def test_what_is_no_picture_is_refused_with_the_reason(picture, says):
    for read in (extract, drawn):
        with pytest.raises(ValueError, match=says):
            read("edges", picture)
