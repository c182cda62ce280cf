"""Pictures that a person chose, made small enough to travel inside a recipe and its link. No torch."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Sequence
from functools import lru_cache

from PIL import Image

PREFIX = "data:image/png;base64,"  # as `pipelines.declarations.inline` has it
ROOM = 5600  # characters for the pictures of one pull: two pulls and their options stay below `specs.MAX_SPEC`
MAX_TEXT, MAX_SIDE = 400_000, 256
SIDES = (64, 48, 32, 24, 16)
COLOURS = (64, 32, 16, 8)
FLAT = 8  # colours of a map
SHARE = 0.02  # of a map's pixels that a colour of its own must have


def fitted(pictures: Sequence[str], flat: bool = False) -> list[str]:
    """The same pictures, each a text as in a recipe, together within `ROOM`. flat: in a few colours, as a map is.

    What fits is left as it is, and what is no picture too: the validator tells.
    """
    return [_fitted(each, ROOM // len(pictures), flat) for each in pictures]


@lru_cache(maxsize=64)
def _fitted(url: str, room: int, flat: bool) -> str:
    try:
        picture = _opened(url)
    except Exception:  # Pillow raises many kinds for damaged files
        return url
    if len(url) <= room and not (flat and picture.getcolors(FLAT * 2) is None):
        return url
    text = url
    for text in map(_text, _smaller(picture, flat)):
        if len(text) <= room:
            break
    return text


def _smaller(picture: Image.Image, flat: bool) -> Iterator[Image.Image]:
    """The same picture with ever fewer pixels and colours."""
    for side in SIDES:
        if flat:
            yield _map(picture, side)
            continue
        small = _within(picture, side, Image.Resampling.LANCZOS)
        yield small
        yield from (small.quantize(colours) for colours in COLOURS)


def _opened(url: str) -> Image.Image:
    if not url.startswith(PREFIX) or len(url) > MAX_TEXT:
        raise ValueError("no picture")
    with Image.open(io.BytesIO(base64.b64decode(url[len(PREFIX) :], validate=True)), formats=["PNG"]) as opened:
        if max(opened.size) > MAX_SIDE:
            raise ValueError("too large")
        layer = opened.convert("RGBA")
    white = Image.new("RGBA", layer.size, "white")
    white.alpha_composite(layer)
    return white.convert("RGB")


def _within(picture: Image.Image, side: int, filter_: Image.Resampling) -> Image.Image:
    share = side / max(picture.size)
    if share >= 1:
        return picture
    return picture.resize(tuple(max(1, round(share * each)) for each in picture.size), filter_)


def _map(picture: Image.Image, side: int) -> Image.Image:
    """In its own flat colours where it has some, so that soft edges between them bring no new ones."""
    small = _within(picture, side, Image.Resampling.NEAREST)
    total = small.width * small.height
    counts = sorted(small.getcolors(total), reverse=True)
    common = [colour for n, colour in counts[:FLAT] if n >= SHARE * total]
    if len(common) < 2:
        return small.quantize(FLAT, dither=Image.Dither.NONE)
    palette = Image.new("P", (1, 1))
    values = [value for colour in common for value in colour]
    palette.putpalette((values * 256)[: 3 * 256])  # a palette is filled up: each colour again, and no other
    return small.quantize(palette=palette, dither=Image.Dither.NONE)


def _text(picture: Image.Image) -> str:
    held = io.BytesIO()
    picture.save(held, "PNG", optimize=True)
    return PREFIX + base64.b64encode(held.getvalue()).decode("ascii")
