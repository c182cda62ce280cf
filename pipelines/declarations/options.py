"""Options: a dataclass field with its range, label and help, declared once.

The same declaration drives the slider, the validation, the JSON and the API. This module imports
nothing heavy, so that the page can be built before torch is loaded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from numbers import Real
from typing import Any

from .phrases import Phrase


@dataclass(frozen=True)
class Option:
    """One declared option of a rule, pull, sampler or recipe."""

    name: str
    default: Any
    kind: str  # "number", "choice", "switch", "text", "texts", "numbers", "pictures" or "colour"
    low: float | None = None
    high: float | None = None
    step: float | None = None
    choices: tuple = ()
    max_length: int | None = None
    max_count: int = 1
    when: tuple[str, ...] = ()  # another option, and its values with which this one is heard; () for always
    each: bool = False  # of pictures: several are one an image
    flat: bool = False  # of pictures: they are of a few flat colours
    label: str = ""
    help: str = ""

    def heard(self, values: Mapping[str, Any]) -> bool:
        """Whether it is listened to beside these values of the other options."""
        return not self.when or values[self.when[0]] in self.when[1:]

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are allowed."""
        return self.kind == "number" and isinstance(self.default, int)

    @property
    def allowed(self) -> Phrase:
        """What is allowed, for error messages."""
        if self.kind == "number":
            return Phrase("whole_numbers" if self.whole else "numbers", low=self.low, high=self.high)
        if self.kind == "numbers":
            return Phrase("number_list", most=self.max_count, low=self.low, high=self.high)
        if self.kind == "texts":
            return Phrase("texts", length=self.max_length, most=self.max_count)
        if self.kind == "pictures":
            return Phrase("pictures", most=self.max_count)
        if self.kind == "choice":
            return Phrase("one_of", names=", ".join(map(repr, self.choices)))
        return Phrase("text", most=self.max_length) if self.kind == "text" else Phrase(self.kind)

    def check(self, value: Any) -> Any:
        """The value in its own type.

        Raises:
            OptionError: naming the option, the value and what is allowed.
        """
        checked = getattr(self, f"_check_{self.kind}")(value)
        if checked is None:
            raise OptionError(self.name, value, self.allowed)
        return checked

    def _check_number(self, value: Any) -> float | int | None:
        if isinstance(value, bool) or not isinstance(value, Real):
            return None
        # Compared first: a whole number may be too large for a float.
        if not self.low <= value <= self.high or not math.isfinite(value):
            return None
        if self.whole:
            return int(value) if value == int(value) else None
        return float(value)

    def _check_numbers(self, value: Any) -> tuple | None:
        if not isinstance(value, (list, tuple)) or len(value) > self.max_count:
            return None
        return tuple(
            self._element(i, each, self._check_number, replace(self, kind="number")) for i, each in enumerate(value)
        )

    def _check_texts(self, value: Any) -> str | tuple | None:
        if isinstance(value, str):
            return self._check_text(value)
        if not isinstance(value, (list, tuple)) or len(value) > self.max_count:
            return None
        return tuple(
            self._element(i, each, self._check_text, replace(self, kind="text")) for i, each in enumerate(value)
        )

    def _check_pictures(self, value: Any) -> tuple | None:
        from .inline import PictureError, as_url

        several = value if isinstance(value, (list, tuple)) else (value,)
        if len(several) > self.max_count:
            raise OptionError(self.name, Phrase("given_pictures", count=len(several)), self.allowed)
        urls = []
        for i, each in enumerate(several):
            try:
                urls.append(as_url(each))
            except PictureError as error:
                element = f"[{i}]" if isinstance(value, (list, tuple)) else ""
                raise OptionError(self.name + element, error.value, error.allowed) from None
        return tuple(urls)

    def _element(self, i: int, value: Any, check: Callable[[Any], Any], alone: Option) -> Any:
        """One of several, checked by itself."""
        if (checked := check(value)) is None:
            raise OptionError(f"{self.name}[{i}]", value, alone.allowed)
        return checked

    def _check_switch(self, value: Any) -> bool | None:
        # Also as a URL writes it: a number, or a word.
        if isinstance(value, str):
            return {"true": True, "false": False, "1": True, "0": False}.get(value.strip().lower())
        return bool(value) if isinstance(value, (bool, int, float)) and value in (0, 1) else None

    def _check_choice(self, value: Any) -> Any:
        return value if isinstance(value, str) and value in self.choices else None

    def _check_colour(self, value: Any) -> str | None:
        return value if isinstance(value, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", value) else None

    def _check_text(self, value: Any) -> str | None:
        return value if isinstance(value, str) and len(value) <= self.max_length else None


class OptionError(ValueError):
    """A value that an option does not allow. Has `.field`, `.value` and `.allowed`, a `Phrase`.

    allowed: a phrase, or the kind of one, which `values` fill. The field and the value may be phrases too.
    """

    def __init__(self, field: str, value: Any, allowed: str, /, **values: Any):
        self.field, self.value = field, value
        self.allowed = allowed if isinstance(allowed, Phrase) else Phrase(allowed, **values)
        super().__init__(f"{field} = {shown(value)} is not allowed; allowed: {self.allowed.removesuffix('.')}.")


def shown(value: Any) -> str:
    """A value as a message shows it, in at most 80 characters."""
    if isinstance(value, int) and value.bit_length() > 64:  # Python refuses to write very long whole numbers
        return Phrase("given_number", bits=value.bit_length())
    if isinstance(value, Phrase):
        return value
    return text if len(text := repr(value)) <= 80 else text[:77] + "..."


@contextmanager
def placed(place: str) -> Iterator[None]:
    """Inside, what is wrong with one element of a list is told with its place, such as "rules[1]"."""
    try:
        yield
    except OptionError as error:
        raise OptionError(f"{place}.{error.field}", error.value, error.allowed) from None
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from error


def number(default, *, low, high, step=None, when=(), label="", help="") -> Any:
    """A field for a number in [low, high]; whole numbers only when the default is an int."""
    return _option(default, kind="number", low=low, high=high, step=step, when=when, label=label, help=help)


def choice(default, choices, *, label="", help="") -> Any:
    """A field for one of a few words."""
    return _option(default, kind="choice", choices=tuple(choices), label=label, help=help)


def switch(default=False, *, label="", help="") -> Any:
    """A field that is on or off."""
    return _option(default, kind="switch", label=label, help=help)


def text(default="", *, max_length=200, label="", help="") -> Any:
    """A field for a text."""
    return _option(default, kind="text", max_length=max_length, label=label, help=help)


def colour(default="#000000", *, label="", help="") -> Any:
    """A field for a colour, as #rrggbb."""
    return _option(default, kind="colour", label=label, help=help)


def texts(default="", *, max_length=200, max_count=1024, label="", help="") -> Any:
    """A field for one text, or a tuple of them: one an image."""
    return _option(default, kind="texts", max_length=max_length, max_count=max_count, label=label, help=help)


def numbers(default=(), *, low, high, max_count=16, when=(), label="", help="") -> Any:
    """A field for a tuple of numbers in [low, high]."""
    return _option(default, kind="numbers", low=low, high=high, max_count=max_count, when=when, label=label, help=help)


def pictures(*, max_count=16, each=False, flat=False, label="", help="") -> Any:
    """A field for pictures, held as the texts that `inline.as_url` makes, so that they compare and travel as JSON."""
    return _option((), kind="pictures", max_count=max_count, each=each, flat=flat, label=label, help=help)


def _option(default, **declared):
    return field(default=default, metadata={"option": declared})


def options_of(cls) -> list[Option]:
    """The declared options of a dataclass, in order."""
    return [Option(f.name, f.default, **f.metadata["option"]) for f in fields(cls) if "option" in f.metadata]


def check(instance) -> None:
    """Validate and normalise the options of a (frozen) dataclass instance; call it in `__post_init__`."""
    for option in options_of(type(instance)):
        object.__setattr__(instance, option.name, option.check(getattr(instance, option.name)))
