"""Rules, pulls and samplers as plain dictionaries, both ways: {"name": "Interval", "rule": {"name": ..., "w": 2}}."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from .options import OptionError, options_of
from .phrases import Phrase

MAX_DEPTH = 6


def to_spec(entry: Any) -> dict:
    """Everything that determines the entry, ready for JSON: its name, all its options, and the entry it holds.

    Raises:
        ValueError: it cannot be written, as a function of one's own cannot.
    """
    if not entry.portable:
        raise ValueError(
            f"{type(entry).__name__} holds a function or embeddings and cannot be written down; give it a class of its own."
        )
    values = {option.name: getattr(entry, option.name) for option in options_of(type(entry))}
    spec = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    return {
        "name": type(entry).__name__,
        **spec,
        **{name: to_spec(getattr(entry, name)) for name in inner_names(type(entry))},
    }


def from_spec(spec: Any, registry: Mapping[str, type], path: str = "spec", depth: int = 1) -> Any:
    """The entry that a dictionary describes; options that it leaves out keep their defaults.

    Args:
        registry: name -> class of what is allowed here.
        path: how error messages name the dictionary.

    Raises:
        OptionError: naming the field, its value and what is allowed. Nothing that the dictionary names is ever looked
            up outside of the registry.
    """
    if not isinstance(spec, Mapping):
        raise OptionError(path, _short(spec), "dictionary", example='{"name": ...}')
    if depth > MAX_DEPTH:
        raise OptionError(path, Phrase("given_deeper"), "depth", most=MAX_DEPTH)
    name = spec.get("name")
    if not isinstance(name, str) or name not in registry:
        raise OptionError(f"{path}.name", _short(name), "one_of", names=sorted(registry))
    kind = registry[name]
    inner, options = inner_names(kind), {option.name: option for option in options_of(kind)}
    values = {}
    for key, value in spec.items():
        if key == "name":
            continue
        if key in inner:
            values[key] = from_spec(value, registry, f"{path}.{key}", depth + 1)
        elif key in options:
            values[key] = _checked(options[key], value, f"{path}.{key}")
        else:
            allowed = Phrase("only_of", names=sorted([*options, *inner]), name=name)
            raise OptionError(f"{path}.{_short(key)}", _short(value), allowed)
    try:
        return kind(**values)
    except OptionError as error:  # what the options say together
        raise OptionError(f"{path}.{error.field}", error.value, error.allowed) from None


def inner_names(kind: type) -> list[str]:
    """Names of the fields that hold another entry."""
    return [f.name for f in fields(kind) if f.metadata.get("inner")]


def _checked(option, value: Any, path: str) -> Any:
    try:
        return option.check(value)
    except OptionError as error:
        within = error.field.removeprefix(option.name)  # which element of several
        raise OptionError(path + within, _short(error.value), error.allowed) from None


def _short(value: Any) -> Any:
    if isinstance(value, str):
        return value if isinstance(value, Phrase) else value[:60]
    if isinstance(value, int) and abs(value) > 2**64:
        return Phrase("given_number", bits=value.bit_length())
    return value if isinstance(value, (bool, int, float, type(None))) else f"<{type(value).__name__}>"
