"""Any picture that a person hands in becomes a small text, or is refused with the reason."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from studio.recipe.uploads import PREFIX, ROOM, STORED, reduced, small, square
from studio.recipe.values import RecipeError


def text(picture, kind="PNG", **settings):
    return f"data:image/{kind.lower()};base64," + base64.b64encode(content(picture, kind, **settings)).decode()


def content(picture, kind="PNG", **settings):
    held = io.BytesIO()
    picture.save(held, kind, **settings)
    return held.getvalue()


def pixels(url):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url[len(PREFIX) :]))).convert("RGB"))


def half(size=(200, 200)):
    """Red above, blue below."""
    picture = Image.new("RGB", size, (0, 0, 255))
    picture.paste((255, 0, 0), (0, 0, size[0], size[1] // 2))
    return picture


def turned():
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    return content(half(), "JPEG", exif=exif, quality=95)


def sheer():
    picture = Image.new("RGBA", (200, 200), (0, 0, 255, 0))
    picture.paste((255, 0, 0, 255), (0, 0, 200, 100))
    return content(picture)


def deep():
    levels = np.full((200, 200), 65535, np.uint16)
    levels[:100] = 0
    return content(Image.fromarray(levels))


def moving():
    return content(half(), "GIF", save_all=True, append_images=[Image.new("RGB", (200, 200), "green")])


@pytest.mark.parametrize(
    "made, top, bottom",
    [
        (lambda: content(half()), (255, 0, 0), (0, 0, 255)),
        (lambda: text(half()), (255, 0, 0), (0, 0, 255)),
        (lambda: text(half(), "WEBP", lossless=True), (255, 0, 0), (0, 0, 255)),
        (lambda: content(half().quantize(4)), (255, 0, 0), (0, 0, 255)),
        (turned, (0, 0, 255), (255, 0, 0)),
        (sheer, (255, 0, 0), (255, 255, 255)),
        (deep, (0, 0, 0), (255, 255, 255)),
        (moving, (255, 0, 0), (0, 0, 255)),
    ],
    ids=["bytes", "text", "webp", "palette", "turned", "alpha", "16 bits", "animation"],
)
def test_it_is_read_as_a_viewer_shows_it(made, top, bottom):
    url = small(made())
    found = pixels(url)
    assert url.startswith(PREFIX) and found.shape == (STORED, STORED, 3)
    assert np.abs(found[20, 60].astype(int) - top).max() <= 4 and np.abs(found[110, 60].astype(int) - bottom).max() <= 4


def test_an_oblong_one_is_padded_with_white():
    found = pixels(small(content(half((100, 50)))))
    assert found.shape == (100, 100, 3) and (found[:25] == 255).all() and (found[30] == (255, 0, 0)).all()


def test_what_is_small_already_is_left_alone():
    once = small(content(half()))
    assert small(once) is once
    tiny = text(half((8, 8)))
    assert small(tiny) is tiny


def test_even_noise_fits_the_room():
    noise = np.random.default_rng(0).integers(0, 256, (700, 700, 3), np.uint8)
    url = small(content(Image.fromarray(noise)))
    fine = small(content(Image.fromarray(noise[:128, :128])))
    assert len(url) <= ROOM and len(fine) <= ROOM and pixels(fine).shape == (64, 64, 3)
    assert pixels(reduced(content(Image.fromarray(noise)), 512)).shape == (512, 512, 3)


def bomb():
    picture = Image.new("1", (5000, 5000))
    return content(picture)


@pytest.mark.parametrize(
    "made",
    [
        bomb,
        lambda: content(half())[:200],
        lambda: b"GIF89a",
        lambda: b"",
        lambda: "data:text/html;base64,AAAA",
        lambda: "data:image/png;base64,%%%",
        lambda: "data:image/svg+xml;base64,PHN2Zy8+",
        lambda: "/etc/passwd",
        lambda: "http://example.org/a.png",
        lambda: None,
        lambda: 7,
        lambda: {"path": "/etc/passwd"},
    ],
)
def test_what_is_no_picture_is_refused_with_the_reason(made):
    with pytest.raises(RecipeError, match="PNG, JPEG, WebP") as caught:
        square(made(), "conditions[0].images")
    assert caught.value.field == "conditions[0].images" and len(str(caught.value)) < 400
