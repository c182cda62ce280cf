"""Lists as a person writes them: one grammar for seeds, values of an axis, points, prompts, labels and names.

- Items stand between line breaks, else between semicolons, else between commas; numbers also between blanks. Texts, such
  as prompts, may hold commas: they stand between line breaks, else between semicolons.
- A range is an item: "0 to 4", "0 to 4 by 0.5", "0..4", or "4 from 100", four whole numbers.
- Numbers have a decimal point. Where semicolons or line breaks separate, a comma between two digits is one too: "0,5; 1,7".
  Where it could be either, as in "0,5, 1,7", the list is refused. Any minus counts, and digits of full width.
- What stands in quotes, of any kind, is one text, whatever it holds.
- A list of JSON, "[0, 0.5]", is read as JSON.

Signs of full width and the Chinese 到, 每, 从, 、 mean the same. No torch, no gradio.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from math import isfinite
from typing import Any

from pipelines.declarations.phrases import Phrase

from .faults import RecipeError

MAX_TEXT = 4000  # characters
LINES, SEMICOLONS, COMMAS = "\n\r", ";；", ",，、"
QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "„": "“", "«": "»", "「": "」", "『": "』"}
PLAIN = str.maketrans("０１２３４５６７８９．－＋−–‐‑", "0123456789.-+----")
N = r"[+-]?(?:\d{1,20}[.,]?\d{0,20}|[.,]\d{1,20})(?:[eE][+-]?\d{1,3})?"
NUMBER = re.compile(N.replace("[.,]", r"\."), re.ASCII)
RANGE = re.compile(rf"({N})\s*(?:to|到|…|\.\.\.?)\s*({N})(?:\s*(?:by|step|每)\s*({N}))?", re.ASCII | re.IGNORECASE)
COUNT = re.compile(r"(\d{1,10})\s*(?:from|从)\s*(\d{1,10})", re.ASCII | re.IGNORECASE)
TIGHT = re.compile(r"(?:(?<=\d)|(?<=[\s;；+-])|(?<!.)),(?=\d)", re.ASCII)  # a comma that may be a decimal one
CUT = re.compile(r"\d[, \t]0\d|(?:^|[\s;；+-]),\d", re.ASCII)  # "1,000", "0,05", ",5": no list of whole numbers
THOUSANDS = re.compile(r"[1-9]\d{0,2},\d{3}(?!\d)", re.ASCII)


def numbers(field: str, text: str, most: int) -> list[float | int]:
    """The numbers of a list, at most so many. field: what errors name, with the number of the element.

    Raises:
        RecipeError: an element that is no number, a comma that could mean two things, too many of them.
    """
    text = _short_enough(field, text).strip()
    if text[:1] == "[":
        return _json(field, text)
    if text[:1] == "(" and text[-1:] == ")":
        text = text[1:-1]
    found: list[float | int] = []
    for item in _decimal(field, text.translate(PLAIN)):
        found += _numbers_of(field, len(found), item, most)
        if len(found) > most:
            raise RecipeError(field, Phrase("given_more", most=most), "most_values", most=most)
    return found


def names(field: str, text: str, most: int) -> list[Any]:
    """Numbers where all items are numbers, else names: texts that hold no comma."""
    text = _short_enough(field, text).strip()
    if text[:1] == "[":
        return _json(field, text)
    items = [item for item in re.split(f"[{LINES}{SEMICOLONS}{COMMAS}]", text.translate(PLAIN)) if item.strip()]
    if items and all(map(_like_numbers, items)):
        return numbers(field, text, most)
    return _strongest(text, (LINES, SEMICOLONS, COMMAS))


def texts(field: str, text: str) -> list[str]:
    """Texts that may hold commas."""
    text = _short_enough(field, text).strip()
    if text[:1] == "[":
        try:
            return _json(field, text)
        except RecipeError:  # a text may begin with a bracket
            pass
    return _strongest(text, (LINES, SEMICOLONS))


def written(values: Iterable[str]) -> str:
    """The inverse of `texts`: texts as one list, in quotes where they would be taken apart or lose their own."""
    return "; ".join(_in_quotes(each) if each[:1] in QUOTES or texts("", each) != [each] else each for each in values)


def _in_quotes(text: str) -> str:
    """In those quotes that it does not hold itself."""
    opened, closed = next((pair for pair in QUOTES.items() if not set(pair) & set(text)), ('"', '"'))
    return f"{opened}{text}{closed}"


def _short_enough(field: str, text: str) -> str:
    if len(text) > MAX_TEXT:
        raise RecipeError(field, Phrase("given_text", count=len(text)), "characters", most=MAX_TEXT)
    return text


def _json(field: str, text: str) -> list:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RecipeError(field, text[:60], "json", reason=str(error)) from error


def _decimal(field: str, text: str) -> list[str]:
    """The items of a list of numbers, decimal commas made points."""
    if RANGE.fullmatch(text.strip()):
        return [text]
    if strong := re.search(f"[{SEMICOLONS}{LINES}]", text):
        if wrong := re.search(r"\d,\d+,\d", text) or THOUSANDS.search(text):
            raise RecipeError(field, text[max(0, wrong.start() - 8) :][:40], "commas")
        text = TIGHT.sub(".", text)
    elif TIGHT.search(text) and (re.search(r"\s|[，、]", text.strip()) or CUT.search(text)):
        raise RecipeError(field, text[:60], "commas")
    elif CUT.search(text) and not strong:
        raise RecipeError(field, text[:60], "number_words")
    return [item for item in re.split(f"[{SEMICOLONS}{LINES}{COMMAS}]", text) if item.strip()]


def _numbers_of(field: str, at: int, item: str, most: int) -> list[float | int]:
    """What one item says: a range, a number, or numbers between blanks. at: the number of its first element."""
    item = item.strip()
    if found := COUNT.fullmatch(item):
        count, first = map(int, found.groups())
        if not 1 <= count <= most:
            raise RecipeError(field, item[:60], "most_values", most=most)
        return list(range(first, first + count))
    if found := RANGE.fullmatch(item):
        return _range(field, item, *(each and float(each.replace(",", ".")) for each in found.groups()), most)
    values = []
    for i, word in enumerate(item.split(), at):
        if not NUMBER.fullmatch(word):
            raise RecipeError(f"{field}[{i}]", word[:60], "number_words")
        value = int(word) if re.fullmatch(r"[+-]?\d+", word) else float(word)
        if not isfinite(value):
            raise RecipeError(f"{field}[{i}]", word[:60], "number_words")
        values.append(_whole(value))
    return values


def _range(field: str, item: str, low: float, high: float, step: float | None, most: int) -> list[float | int]:
    by = 1.0 if step is None else step
    if not (0 < by < float("inf")) or high < low or not (high - low) / by < most:
        raise RecipeError(field, item[:60], "rising_values", most=most)
    return [_whole(round(low + i * by, 10)) for i in range(int((high - low) / by + 1e-9) + 1)]


def _whole(value: float) -> float | int:
    return int(value) if int(value) == value else value


def _like_numbers(part: str) -> bool:
    range_or_count = RANGE.fullmatch(part.strip()) or COUNT.fullmatch(part.strip())
    return bool(range_or_count) or all(re.fullmatch(N, word, re.ASCII) for word in part.split())


def _strongest(text: str, levels: tuple[str, ...]) -> list[str]:
    """The items between the first separators of these that there are."""
    for marks in levels:
        parts = _split(text, marks)
        if len(parts) > 1:
            break
    return [part for part in parts if part]


def _split(text: str, marks: str) -> list[str]:
    """What stands between the marks. Quotes count at the beginning of an item: an apostrophe inside a word is none."""
    parts, start, at = [], 0, 0
    while at <= len(text):
        if at == start and (end := _quoted(text, at)):
            opened = at + len(text[at:]) - len(text[at:].lstrip(" \t"))
            after = end + len(text[end:]) - len(text[end:].lstrip(" \t"))
            if after == len(text) or text[after] in marks:
                parts.append(text[opened + 1 : end - 1])
                start = at = after + 1
            else:
                at = end
        elif at == len(text) or text[at] in marks:
            parts.append(text[start:at].strip())
            start = at = at + 1
        else:
            at += 1
    return parts


def _quoted(text: str, at: int) -> int:
    """Where the quotes end that an item begins with, 0 when it begins with none: before a separator, a blank or the end."""
    item = text[at:].lstrip(" \t")
    close = QUOTES.get(item[:1])
    if close:
        begin = len(text) - len(item)
        ends = re.compile(re.escape(close) + rf"(?=[{LINES}{SEMICOLONS}{COMMAS}\s]|$)")
        if found := ends.search(text, begin + 1):
            return found.end()
    return 0
