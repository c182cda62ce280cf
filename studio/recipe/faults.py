"""What is wrong with something that comes from outside: one fault or all at once, and what is left without them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from pipelines.declarations.options import OptionError, shown

from ..words import say
from ..words.refusals import said

MOST = 24  # faults that are looked for one after another
SHOWN = 10  # that a message names
T = TypeVar("T")
GONE = object()


class RecipeError(OptionError):
    """Something a recipe does not allow.

    `.field`, `.value` and `.allowed` say what, and so does the message. A field is a path, "pulls[1].gamma".
    """


class Faults(RecipeError):
    """Several at once, in `.faults`; the message names each. `.field`, `.value` and `.allowed` are those of the first."""

    def __init__(self, faults: Sequence[OptionError]):
        first = faults[0]
        super().__init__(first.field, first.value, first.allowed)
        self.faults = tuple(faults)
        self.args = (refusal(self, "en"),)


def faults_of(error: OptionError) -> tuple[OptionError, ...]:
    """Each fault of an error."""
    return getattr(error, "faults", (error,))


def sentences(error: OptionError, lang: str) -> list[str]:
    """What is wrong, a sentence a fault in a language, and how many more there are."""
    faults = faults_of(error)
    found = [_sentence(each, lang) for each in faults[:SHOWN]]
    return found + [say(lang, "more_problems", count=len(faults) - SHOWN)] * (len(faults) > SHOWN)


def refusal(error: OptionError, lang: str) -> str:
    """The same as one text."""
    return ("" if lang == "zh" else " ").join(sentences(error, lang))


def _sentence(error: OptionError, lang: str) -> str:
    field, value, allowed = (said(lang, each) for each in (error.field, shown(error.value), error.allowed))
    return say(lang, "problem", field=field, value=value, allowed=allowed.removesuffix("." if lang == "en" else "。"))


def together(faults: Sequence[OptionError]) -> RecipeError:
    """The error of one fault or of several, to be raised."""
    return Faults(faults) if len(faults) > 1 else RecipeError(faults[0].field, faults[0].value, faults[0].allowed)


@contextmanager
def inside(path: str) -> Iterator[None]:
    """Faults raised inside name their field as part of what stands at a path: "w" becomes "recipes[1].w"."""
    try:
        yield
    except OptionError as error:
        found = [
            RecipeError(path if each.field == "recipe" else f"{path}.{each.field}", each.value, each.allowed)
            for each in faults_of(error)
        ]
        raise together(found) from None


def salvaged(raw: Mapping[str, Any], build: Callable[[Mapping], T]) -> tuple[T, tuple[OptionError, ...]]:
    """What can be built from the fields that are right, and every fault of the others.

    An option that is wrong is left out of its dictionary, an element out of its list, and a field out of the whole;
    where a name is wrong, what is named goes. build: raises RecipeError with paths into `raw`; without any field it
    must not.
    """
    found: list[OptionError] = []
    order = {str(name)[:80]: at for at, name in enumerate(raw)}
    while True:
        try:
            return build(raw), tuple(sorted(found, key=lambda each: order.get(_head(each.field), len(order))))
        except OptionError as error:
            for each in faults_of(error):
                fault = RecipeError(_as_given(raw, each.field), each.value, each.allowed)
                # What is missing since it was wrong is no second fault.
                if not any(_within(old.field, fault.field) for old in found):
                    found.append(fault)
                raw = without(raw, each.field) if len(found) < MOST else {}


def whole(salvaged: tuple[T, tuple[OptionError, ...]]) -> T:
    """What was built, when nothing was wrong; else raises all faults."""
    built, faults = salvaged
    if faults:
        raise together(faults)
    return built


def without(raw: Mapping[str, Any], field: str) -> dict[str, Any]:
    """The fields without what stands at a path; at least one of them goes or becomes smaller."""
    if any(str(name)[:80] == field for name in raw):  # also a name with dots
        return {name: value for name, value in raw.items() if str(name)[:80] != field}
    head, *rest = _steps(field) or [""]
    # Two fields may not go together, and the one that is named may be at its default.
    head, rest = (head, rest) if head in raw else ("rule" if "rule" in raw else next(reversed(raw), ""), [])
    left = _without(raw[head], rest) if head in raw else GONE
    kept = {name: value for name, value in raw.items() if name != head}
    return kept if left is GONE or left == raw.get(head) else kept | {head: left}


class Rest(list):
    """A list without some of its elements, which remembers their numbers."""

    def __init__(self, values: Sequence[Any], numbers: Sequence[int]):
        super().__init__(values)
        self.numbers = list(numbers)


def _without(value: Any, path: Sequence[str]) -> Any:
    if not path:
        return GONE
    if isinstance(value, str):
        value = _plain(value)
    key, *rest = path
    if isinstance(value, Mapping) and key in value and key != "name":
        left = _without(value[key], rest)
        kept = {name: each for name, each in value.items() if name != key}
        return kept if left is GONE else kept | {key: left}
    if isinstance(value, (list, tuple)) and key.isdigit() and int(key) < len(value):
        at, numbers = int(key), getattr(value, "numbers", range(len(value)))
        left = _without(value[at], rest)
        if left is GONE:
            return Rest([*value[:at], *value[at + 1 :]], [*numbers[:at], *numbers[at + 1 :]])
        return Rest([*value[:at], left, *value[at + 1 :]], numbers)
    return GONE


def _head(field: str) -> str:
    return next(iter(_steps(field)), "")


def _plain(text: str) -> Any:
    """What a text says as JSON, itself where it is none."""
    try:
        return json.loads(text) if text.strip()[:1] in ("{", "[") else text
    except (ValueError, RecursionError):
        return text


def _steps(field: str) -> list[str]:
    return re.findall(r"[^.\[\]]+", field)


def _as_given(raw: Any, field: str) -> str:
    """A path into what is left, as a path into what was given: elements before it may have gone."""
    told, here = [], raw
    for step in re.findall(r"[^.\[\]]+|\[\d+\]|\.", field):
        if step.startswith("[") and isinstance(here, (list, tuple)) and int(step[1:-1]) < len(here):
            at = int(step[1:-1])
            step, here = f"[{getattr(here, 'numbers', range(len(here)))[at]}]", here[at]
        elif step != ".":
            here = here.get(step) if isinstance(here, Mapping) else None
        told.append(step)
    return field if (told := "".join(told)) == field else told  # a phrase stays one


def _within(old: str, new: str) -> bool:
    """Whether a path is the same as another or a place around or inside of it."""
    shorter, longer = sorted((_steps(old), _steps(new)), key=len)
    return longer[: len(shorter)] == shorter
