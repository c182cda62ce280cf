"""Checks of single values that come from outside: texts, numbers, seeds, JSON. Each raises RecipeError."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from pipelines.declarations.options import Option, OptionError
from pipelines.declarations.phrases import Phrase

from .faults import RecipeError
from .lists import numbers

MAX_SEEDS = 16
MAX_SEED = 2**32 - 1
MAX_QUERY = 2_000_000  # characters: what browsers send; what is too long in it is told by its field
MAX_PARTS = 100  # of a query
MAX_JSON = 65_536 + 150_000  # with the pictures of the conditions
MAX_PNG = 20_000_000  # bytes
MAX_PIXELS = 16_000_000
PNG = b"\x89PNG\r\n\x1a\n"
SEEDS_ALLOWED = Phrase("seeds", most=MAX_SEEDS, high=MAX_SEED)
BIDI = "\u202a\u202b\u202d\u202e\ufeff"  # turn the reading direction of what stands around them


def parse_seeds(value: Any) -> tuple[int, ...]:
    """Seeds from a text (see `lists`), as '3, 5, 9' or '4 from 100', one number or a list of numbers. Raises RecipeError."""
    try:
        items = numbers("seeds", value, MAX_SEEDS) if isinstance(value, str) else value
    except RecipeError as error:
        allowed = error.allowed if error.allowed.kind == "commas" else SEEDS_ALLOWED
        raise RecipeError(error.field, error.value, allowed) from None
    several = isinstance(items, (list, tuple, range))
    if several and not 1 <= len(items) <= MAX_SEEDS:
        raise RecipeError("seeds", short(value), SEEDS_ALLOWED)
    seeds = tuple(_seed(f"seeds[{i}]", each) for i, each in enumerate(items)) if several else (_seed("seeds", items),)
    if twice := next((i for i, seed in enumerate(seeds) if seed in seeds[:i]), None):
        raise RecipeError(f"seeds[{twice}]", seeds[twice], SEEDS_ALLOWED)
    return seeds


def _seed(field: str, item: Any) -> int:
    whole = isinstance(item, int) or isinstance(item, float) and item.is_integer()
    if isinstance(item, bool) or not whole or not 0 <= item <= MAX_SEED:
        raise RecipeError(field, short(item), SEEDS_ALLOWED)
    return int(item)


def checked(option: Option, value: Any) -> Any:
    """The value in the option's own type, and a text without needless spaces."""
    if isinstance(value, int) and abs(value) > 2**64:
        raise RecipeError(option.name, Phrase("given_number", bits=value.bit_length()), option.allowed)
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
        raise RecipeError(option.name, ascii(value), "visible", allowed=option.allowed, code=f"U+{ord(bad):04X}")
    return value


def parse_number(value: Any) -> Any:
    """A number written as text, as in a URL: plain digits, no "nan", no "1_000". What is none is left for `checked`."""
    plain = r"[+-]?(\d{1,20}\.?\d{0,20}|\.\d{1,20})(e[+-]?\d{1,3})?"
    if not isinstance(value, str) or not re.fullmatch(plain, value.strip(), re.ASCII | re.IGNORECASE):
        return value
    return float(value)


def read_query(query: str | Mapping[str, str]) -> tuple[dict[str, str], tuple[RecipeError, ...]]:
    """Names and texts of a URL query, each name once, and what is wrong with the query itself."""
    pairs, wrong = query, []
    if isinstance(query, str):
        if len(query) > MAX_QUERY:
            return {}, (
                RecipeError("query", Phrase("given_characters", count=len(query)), "characters", most=MAX_QUERY),
            )
        parts = query.removeprefix("?").split("&")
        if len(parts) > MAX_PARTS:
            wrong.append(RecipeError("query", Phrase("given_fields", count=len(parts)), "most_fields", most=MAX_PARTS))
        pairs = parse_qsl("&".join(parts[:MAX_PARTS]), keep_blank_values=True)
    found: dict[str, str] = {}
    for name, value in pairs.items() if isinstance(pairs, Mapping) else pairs:
        if name in found:
            wrong.append(RecipeError(name[:80], short(value), "once"))
        found.setdefault(name, value)
    return found, tuple(wrong)


def read_json(content: str) -> Any:
    """What a short JSON text says; no field may be given twice."""

    def once(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a field is given twice")
        return dict(pairs)

    if not isinstance(content, str) or len(content) > MAX_JSON:
        raise RecipeError("recipe", short(content), "short_json", most=MAX_JSON)
    try:
        return json.loads(content, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise RecipeError("recipe", short(content), "json", reason=str(error)) from error


def short(value: Any) -> Any:
    """A value fit for an error message.

    Numbers and short texts as they are, anything else in few characters.
    """
    if isinstance(value, int) and abs(value) > 2**64:
        return Phrase("given_number", bits=value.bit_length())
    if isinstance(value, (bool, int, float, type(None), Phrase)):
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

    allowed = Phrase("saved_png", megabytes=MAX_PNG / 1e6, megapixels=MAX_PIXELS / 1e6)
    if not isinstance(content, (bytes, bytearray)):
        raise RecipeError("png", short(content), allowed)
    if len(content) > MAX_PNG:
        raise RecipeError("png", Phrase("given_bytes", count=len(content)), allowed)
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
            width, height = image.size
            found = image.info.get(chunk)
    except Exception as error:  # Pillow raises many kinds for damaged files; all mean the same here
        raise RecipeError(
            "png", Phrase("given_damaged", count=len(content), reason=type(error).__name__), allowed
        ) from error
    if width * height > MAX_PIXELS or not isinstance(found, str):
        kind = "given_with_recipe" if found else "given_without_recipe"
        raise RecipeError("png", Phrase(kind, width=width, height=height), allowed)
    return found


def read_file(content: bytes, chunk: str) -> Any:
    """What a PNG with that text chunk or a JSON file says. Raises RecipeError where nothing can be read."""
    if bytes(content[:8]) == PNG:
        return read_json(read_png(content, chunk))
    try:
        text = bytes(content).decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    if not text.lstrip().startswith("{"):
        raise RecipeError("file", Phrase("given_bytes", count=len(content)), "saved_file")
    return read_json(text)
