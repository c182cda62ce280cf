"""Checks of single values that come from outside: texts, numbers, seeds, JSON. Each raises RecipeError."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from typing import Any

from pipelines.options import Option, OptionError

MAX_SEEDS = 16
MAX_SEED = 2**32 - 1
MAX_QUERY = 65_536  # characters
MAX_JSON = MAX_QUERY + 150_000  # with the pictures of the conditions
MAX_PNG = 20_000_000  # bytes
MAX_PIXELS = 16_000_000
SEEDS_ALLOWED = f"1 to {MAX_SEEDS} different whole numbers from 0 to {MAX_SEED}, as '3, 5, 9' or '4 from 100'"
BIDI = "\u202a\u202b\u202d\u202e\ufeff"  # turn the reading direction of what stands around them


class RecipeError(OptionError):
    """Something a recipe does not allow.

    `.field`, `.value` and `.allowed` say what, and so does the message.
    """


def parse_seeds(value: Any) -> tuple[int, ...]:
    """Seeds from '3, 5, 9', '4 from 100', one number or a list of numbers. Raises RecipeError."""
    items = _seed_items(value)
    if items is None or not 1 <= len(items) <= MAX_SEEDS:
        raise RecipeError("seeds", short(value), SEEDS_ALLOWED)
    seeds = tuple(_seed(item, value) for item in items)
    if len(set(seeds)) != len(seeds):
        raise RecipeError("seeds", short(value), SEEDS_ALLOWED)
    return seeds


def _seed_items(value: Any) -> list | None:
    if isinstance(value, str):
        run = re.fullmatch(
            r"\s*(\d{1,10})\s*(?:from|从)\s*(\d{1,10})\s*", value[:400], re.ASCII | re.IGNORECASE
        )
        if run:
            count, first = map(int, run.groups())
            return list(range(first, first + count)) if count <= MAX_SEEDS else None
        words = [word for word in re.split(r"[\s,，、;；\[\]()]+", value[:400]) if word]
        return [int(word) if re.fullmatch(r"\d{1,10}", word, re.ASCII) else None for word in words]
    if isinstance(value, (list, tuple, range)):
        return list(value) if len(value) <= MAX_SEEDS else None
    return [value]


def _seed(item: Any, value: Any) -> int:
    whole = isinstance(item, int) or isinstance(item, float) and item.is_integer()
    if isinstance(item, bool) or not whole or not 0 <= item <= MAX_SEED:
        raise RecipeError("seeds", short(value), SEEDS_ALLOWED)
    return int(item)


def checked(option: Option, value: Any) -> Any:
    """The value in the option's own type, and a text without needless spaces."""
    if isinstance(value, int) and abs(value) > 2**64:
        raise RecipeError(option.name, f"a number of {value.bit_length()} bits", option.allowed)
    try:
        value = option.check(value)
    except OptionError as error:
        raise RecipeError(error.field, error.value, error.allowed) from None
    if option.kind == "text":
        return _clean(option, value)
    return value + 0.0 if isinstance(value, float) else value  # -0.0 becomes 0.0


def _clean(option: Option, value: str) -> str:
    """Spaces made single; what cannot be seen or sent refused."""
    value = re.sub(r"[ \t\r\n\u3000]+", " ", value).strip()
    bad = next((c for c in value if unicodedata.category(c) in ("Cc", "Cs") or c in BIDI), None)
    if bad is not None:
        allowed = f"{option.allowed}, without control characters such as U+{ord(bad):04X}"
        raise RecipeError(option.name, ascii(value), allowed)
    return value


def parse_number(option: Option, value: str) -> float:
    """A number written as text, as in a URL: plain digits, no "nan", no "1_000"."""
    if not isinstance(value, str) or not re.fullmatch(
        r"[+-]?(\d{1,20}\.?\d{0,20}|\.\d{1,20})(e[+-]?\d{1,3})?", value.strip(), re.ASCII | re.IGNORECASE
    ):
        raise RecipeError(option.name, short(value), option.allowed)
    return float(value)


def read_json(content: str) -> Any:
    """What a short JSON text says; no field may be given twice."""

    def once(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a field is given twice")
        return dict(pairs)

    if not isinstance(content, str) or len(content) > MAX_JSON:
        raise RecipeError("recipe", short(content), f"JSON text of at most {MAX_JSON} characters")
    try:
        return json.loads(content, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise RecipeError("recipe", short(content), f"JSON text ({error})") from error


def short(value: Any) -> Any:
    """A value fit for an error message.

    Numbers and short texts as they are, anything else in few characters.
    """
    if isinstance(value, int) and abs(value) > 2**64:
        return f"a number of {value.bit_length()} bits"
    if isinstance(value, (bool, int, float, type(None))):
        return value
    if isinstance(value, str):
        return value[:60]
    if isinstance(value, (list, tuple)):
        shown = [[] if isinstance(each, (list, tuple)) else each for each in value[:6]]
        return [short(each) for each in shown] + (["..."] if len(value) > 6 else [])
    return type(value).__name__


def read_png(content: bytes, chunk: str) -> str:
    """The text chunk of that name inside a PNG. Its pixels are never decoded."""
    from PIL import Image

    allowed = f"a PNG saved by this studio, at most {MAX_PNG / 1e6:g} MB and {MAX_PIXELS / 1e6:g} megapixels"
    if not isinstance(content, (bytes, bytearray)) or len(content) > MAX_PNG:
        raise RecipeError("png", f"{type(content).__name__} of {len(content or '')}", allowed)
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
            width, height = image.size
            found = image.info.get(chunk)
    except Exception as error:  # Pillow raises many kinds for damaged files; all mean the same here
        raise RecipeError("png", f"{len(content)} bytes ({type(error).__name__})", allowed) from error
    if width * height > MAX_PIXELS or not isinstance(found, str):
        raise RecipeError("png", f"{width}x{height} picture {'with' if found else 'without'} recipe", allowed)
    return found
