"""Any picture that a person hands in, as the text that a recipe carries: the one place where uploads are opened.

What a picture may be is said by `pipelines.conditions.square`: alpha is put on white, palettes, 16 bits and EXIF's
rotation are read as a viewer shows them, and of an animation the first frame counts. No torch; OpenCV is loaded with the
first one that has to be changed.
"""

from __future__ import annotations

import base64
import binascii
import io
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipelines.declarations.phrases import Phrase

from .values import MAX_PIXELS, RecipeError, short

if TYPE_CHECKING:
    import numpy as np

PREFIX = "data:image/png;base64,"  # as `pipelines.declarations.inline` has it
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "MPO")
MAX_BYTES = 20_000_000
STORED = 128  # pixels a side of a picture in a recipe, at most
ROOM = 24_000  # characters of one
SIDES = (STORED, 96, 64)  # the last fits whatever it shows
ALLOWED = Phrase("picture_file", megabytes=MAX_BYTES / 1e6, megapixels=MAX_PIXELS / 1e6)


def square(content: Any, field: str = "picture") -> np.ndarray:
    """The picture padded to a square with white: (S, S, 3) uint8, S at most 1024.

    content: the bytes of a file, or its text "data:image/...;base64,...".

    Raises:
        RecipeError: naming `field`, for what is no such picture, is damaged or too large.
    """
    from PIL import Image

    from pipelines.conditions.square import to_rgb_square
    from pipelines.declarations.inline import reason

    content = _bytes(content, field)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise RecipeError(field, Phrase("given_size", width=width, height=height), ALLOWED)
            return to_rgb_square(picture)
    except RecipeError:
        raise
    except Exception as error:  # Pillow raises many kinds for damaged files; all mean the same here
        raise RecipeError(field, Phrase("given_damaged", count=len(content), reason=reason(error)), ALLOWED) from None


def text_of(array: np.ndarray) -> str:
    """(H, W, 3) uint8 as the text of a PNG."""
    from PIL import Image

    held = io.BytesIO()
    Image.fromarray(array).save(held, "PNG", optimize=True)
    return PREFIX + base64.b64encode(held.getvalue()).decode("ascii")


def reduced(content: Any, most: int, field: str = "picture") -> str:
    """The text of a picture with at most so many pixels a side, a square. Raises RecipeError."""
    from pipelines.conditions.square import fitted

    array = square(content, field)
    return text_of(fitted(array, min(len(array), most)))


def small(content: Any, field: str = "picture") -> str:
    """The text that a recipe holds: a square of at most 128 pixels a side. One that is that already is left alone.

    Raises:
        RecipeError: as `square`.
    """
    if isinstance(content, str) and len(content) <= ROOM and _fits(content):
        return content
    from pipelines.conditions.square import fitted

    array, text = square(content, field), ""
    for side in SIDES:
        text = text_of(fitted(array, min(len(array), side)))
        if len(text) <= ROOM:
            break
    return text


@lru_cache(maxsize=256)
def _fits(text: str) -> bool:
    from PIL import Image

    if not text.startswith(PREFIX):
        return False
    try:
        content = base64.b64decode(text[len(PREFIX) :], validate=True)
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            return picture.width == picture.height <= STORED
    except Exception:  # `square` says what is wrong
        return False


def _bytes(content: Any, field: str) -> bytes:
    if isinstance(content, str):
        head, comma, _ = content[:100].partition(",")
        if not comma or not head.startswith("data:image/") or not head.endswith(";base64"):
            raise RecipeError(field, short(content), "picture_data", picture=ALLOWED)
        if len(content) > MAX_BYTES * 4 // 3 + 200:
            raise RecipeError(field, Phrase("given_characters", count=len(content)), ALLOWED)
        try:
            content = base64.b64decode(content.partition(",")[2], validate=True)
        except binascii.Error as error:
            given = Phrase("given_damaged_text", count=len(content), reason=type(error).__name__)
            raise RecipeError(field, given, ALLOWED) from None
    if not isinstance(content, (bytes, bytearray)) or len(content) > MAX_BYTES:
        raise RecipeError(field, short(content), ALLOWED)
    return bytes(content)
