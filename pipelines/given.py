"""What a caller gave a pipeline, checked: an error names the argument, its value and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral
from operator import index

import torch

from .options import OptionError

SEEDS = range(-(2**63), 2**64)  # what a `torch.Generator` takes
OUTPUT_TYPES = ("pil", "pt", "np", "latent")


def texts_of(name: str, texts, batch: int) -> list[str]:
    """A text a picture, of one for all or one each; None is the empty text.

    Raises:
        ValueError: no texts, or another number of them.
    """
    given = [texts or ""] if texts is None or isinstance(texts, str) else texts
    if not isinstance(given, Iterable):
        raise OptionError(name, texts, "a text, or a list of texts")
    given = list(given)
    if bad := [text for text in given if not isinstance(text, str)]:
        raise OptionError(name, bad[0], "a text, or a list of texts")
    if len(given) not in (1, batch):
        raise ValueError(f"{name} has {len(given)} texts for {batch} pictures; allowed: 1 or {batch}.")
    return given * batch if len(given) == 1 else given


def seeds_of(seeds) -> list[int]:
    """A whole number a picture, at least one.

    Raises:
        ValueError: none, or something else.
    """
    given = [seeds] if isinstance(seeds, Integral) else seeds
    allowed = "a whole number from -2^63 to 2^64 - 1, or a list of them"
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise OptionError("seeds", seeds, allowed)
    given = list(given)
    if not given:
        raise ValueError("seeds is empty; allowed: at least one whole number.")
    try:
        found = [index(seed) for seed in given]
    except TypeError:
        raise OptionError("seeds", given, allowed) from None
    if bad := [seed for seed in found if seed not in SEEDS]:
        raise OptionError("seeds", bad[0], allowed)
    return found


def generators_of(generator) -> list[torch.Generator]:
    """A generator a picture, at least one.

    Raises:
        ValueError: none, or something else; or one that is not on the CPU, where a seed is the same on every device.
    """
    given = [generator] if isinstance(generator, torch.Generator) else generator
    given = list(given) if isinstance(given, Iterable) else []
    if not given or not all(isinstance(each, torch.Generator) and each.device.type == "cpu" for each in given):
        raise OptionError("generator", generator, "a torch.Generator of the CPU, or a list of them, one a picture")
    return given


def one(kind: type, name: str, value, example: str):
    """Itself. Raises ValueError unless it is an instance of this kind."""
    if not isinstance(value, kind):
        raise OptionError(name, value, f"an instance of {kind.__name__}, such as {example}")
    return value


def several(kind: type, name: str, values, example: str) -> list:
    """A list of them. Raises ValueError unless all are instances of this kind."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise OptionError(name, values, f"a list, such as [{example}]")
    values = list(values)
    if bad := [value for value in values if not isinstance(value, kind)]:
        raise ValueError(f"{name} holds {bad[0]!r}; allowed: instances of {kind.__name__}, such as {example}.")
    return values


def output_type_of(output_type: str) -> str:
    """Itself. Raises ValueError for an unknown one."""
    if output_type not in OUTPUT_TYPES:
        raise ValueError(f"output_type = {output_type!r} is not allowed; choose from {sorted(OUTPUT_TYPES)}.")
    return output_type
