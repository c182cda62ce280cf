"""Checks of single values that come from outside: texts, numbers, seeds. Each raises RecipeError."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from pipelines.declarations.options import Option, OptionError
from pipelines.declarations.phrases import Phrase

from .faults import RecipeError
from .lists import numbers

MAX_SEEDS = 16
MAX_SEED = 2**32 - 1
BUDGET = 8000  # evaluations of a network on one picture, at about 5 ms each on two cores: under a minute
MAX_PIXELS = 16_000_000
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
