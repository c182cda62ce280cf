"""Any picture that a person may hand in, as a square of plain bytes."""

from __future__ import annotations

from numbers import Integral

import numpy as np
from PIL import Image, ImageOps

from ..lazy import cv2

WHITE = (255, 255, 255)
SIZES = range(8, 1025, 8)  # sides of a map: 8 × 8 blocks of whole pixels
KEPT = 1024  # a picture is first reduced to at most this side: nothing a map shows is smaller
BOMB = 89_478_485  # Pillow's own limit, where a program has turned it off


def to_rgb_square(picture: Image.Image | np.ndarray, background=WHITE) -> np.ndarray:
    """The picture on `background`, padded to a square in the middle: (S, S, 3) uint8, S at most 1024.

    Alpha is composited. Palettes, grey, 16 bits, CMYK and EXIF's rotation are read as a viewer would show them. Of an
    animation the first frame counts.

    Raises:
        ValueError: no picture, one without pixels or with values that are not finite, one with more pixels than
            Pillow's limit against decompression bombs, a damaged file, a mode that has no colours; or a background
            that is none.
    """
    background = check_colour(background)
    if isinstance(picture, np.ndarray):
        if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or not picture.size:
            raise ValueError(
                f"picture is an array of shape {picture.shape} and type {picture.dtype}; "
                "allowed: (H, W, 3) uint8 with at least one pixel"
            )
        _check_size(picture.shape[1], picture.shape[0])
        return _square(_reduced(picture), background)
    if not isinstance(picture, Image.Image):
        raise ValueError(f"picture is {type(picture).__name__}; allowed: a PIL picture or an (H, W, 3) uint8 array")
    _check_size(*picture.size)
    try:
        layer = _rgba(_first_frame(picture))
    except Exception as error:  # Pillow raises many kinds for damaged files; all mean the same here
        what = f"{type(error).__name__}: {error}"
        raise ValueError(f"picture cannot be read ({what}); allowed: a whole picture") from None
    if layer.mode == "RGBA":
        paper = Image.new("RGBA", layer.size, (*background, 255))
        paper.alpha_composite(layer)
        layer = paper.convert("RGB")
    return _square(np.asarray(layer), background)


def fitted(square: np.ndarray, size: int) -> np.ndarray:
    """(S, S, ...) uint8 to (size, size, ...): by means of areas when reduced, by cubics when enlarged."""
    if len(square) == size:
        return square
    how = cv2.INTER_AREA if len(square) > size else cv2.INTER_CUBIC
    return cv2.resize(square, (size, size), interpolation=how)


def check_map_size(size: int) -> int:
    """Itself. Raises ValueError unless it is a side that a map can have."""
    if isinstance(size, bool) or not isinstance(size, Integral) or int(size) not in SIZES:
        raise ValueError(f"size is {size!r}; allowed: multiples of 8 from {SIZES[0]} to {SIZES[-1]}")
    return int(size)


def check_colour(background) -> tuple[int, int, int]:
    """Itself as whole numbers. Raises ValueError unless it is three from 0 to 255."""
    try:
        values = tuple(int(value) for value in background)
        if len(values) == 3 and values == tuple(background) and all(0 <= value <= 255 for value in values):
            return values
    except (TypeError, ValueError):
        pass
    raise ValueError(f"background is {background!r}; allowed: three whole numbers from 0 to 255")


def _check_size(width: int, height: int) -> None:
    if not width or not height:
        raise ValueError(f"picture has {width} × {height} pixels; at least one is needed")
    most = Image.MAX_IMAGE_PIXELS or BOMB
    if width * height > most:
        raise ValueError(f"picture has {width} × {height} pixels; allowed: at most {most:,}")


def _first_frame(picture: Image.Image) -> Image.Image:
    """A copy of the first frame, turned as EXIF says; the caller's picture stays at its own frame."""
    frame = picture.tell()
    if frame:
        picture.seek(0)
    turned = ImageOps.exif_transpose(picture)
    if frame:
        picture.seek(frame)
    return turned


def _rgba(picture: Image.Image) -> Image.Image:
    """RGBA if anything may be seen through, else RGB; reduced."""
    if picture.mode in ("I", "F") or picture.mode.startswith("I;16"):
        return Image.fromarray(_reduced(np.repeat(_eight_bits(picture)[..., None], 3, axis=2)))
    if picture.mode in ("La", "RGBa"):  # colours already multiplied by alpha
        picture = picture.convert("LA" if picture.mode == "La" else "RGBA")
    if picture.has_transparency_data:  # in its palette or its info as well
        picture = picture.convert("RGBA")
    elif picture.mode != "RGB":
        picture = picture.convert("RGB")
    factor = -(-max(picture.size) // KEPT)
    return picture.reduce(factor) if factor > 1 else picture  # Pillow weighs RGBA by its alpha here


def _eight_bits(picture: Image.Image) -> np.ndarray:
    """(H, W) uint8 of a grey picture of more bits: whole numbers above 255 are of 16 bits, fractions of [0, 1]."""
    values = np.asarray(picture).astype(np.float32)
    if not np.isfinite(values).all():
        raise ValueError("values that are not finite")
    top = values.max()
    if picture.mode.startswith("I;16") or top > 255:
        values = values / 257
    elif picture.mode == "F" and top <= 1:
        values = values * 255
    return values.clip(0, 255).round().astype(np.uint8)


def _reduced(array: np.ndarray) -> np.ndarray:
    """(H, W, 3), the longer side at most KEPT."""
    longest = max(array.shape[:2])
    if longest <= KEPT:
        return array
    height, width = (max(1, round(side * KEPT / longest)) for side in array.shape[:2])
    return cv2.resize(array, (width, height), interpolation=cv2.INTER_AREA)


def _square(array: np.ndarray, background: tuple[int, int, int]) -> np.ndarray:
    height, width = array.shape[:2]
    if height == width:
        return np.ascontiguousarray(array)
    side = max(height, width)
    square = np.full((side, side, 3), background, np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = array
    return square
