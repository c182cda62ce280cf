"""What a caller gave a pipeline, checked: an error names the argument, its value and what is allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from numbers import Integral
from operator import index
from typing import Any

import numpy as np

from ..lazy import torch
from .options import OptionError

SEEDS = range(2**32)  # what a `torch.Generator` tells apart: it reads 32 bits
HIGHEST = SEEDS[-1]
OUTPUT_TYPES = ("pil", "pt", "np", "latent")


def each_of(name: str, values: Iterable, right: Callable[[Any], bool], allowed: str, **said) -> list:
    """A list of the values. Raises ValueError with the place of the first that is not right, and what each may be: a kind of phrase."""
    values = list(values)
    for place, value in enumerate(values):
        if not right(value):
            raise OptionError(f"{name}[{place}]", value, allowed, **said)
    return values


def text_list(name: str, texts) -> list[str]:
    """The texts, of one or of several; None is the empty text.

    Raises:
        ValueError: none, or something else.
    """
    if texts is None or isinstance(texts, str):
        return [texts or ""]
    if not isinstance(texts, Iterable):
        raise OptionError(name, texts, "text_or_texts")
    found = each_of(name, texts, lambda text: isinstance(text, str), "a_text")
    if not found:
        raise ValueError(f"{name} has 0 texts; allowed: a text, or a list of texts, one at least.")
    return found


def texts_of(name: str, texts, batch: int) -> list[str]:
    """A text a picture, of one for all or one each; None is the empty text.

    Raises:
        ValueError: no texts, or another number of them.
    """
    given = text_list(name, texts)
    if len(given) not in (1, batch):
        raise ValueError(f"{name} has {len(given)} texts for {batch} pictures; allowed: 1 or {batch}.")
    return given * batch if len(given) == 1 else given


def seeds_of(seeds) -> list[int]:
    """A whole number a picture, at least one. What would give another seed's noise is refused.

    Raises:
        ValueError: none, or something else, by its place in the list.
    """
    if isinstance(seeds, Integral):
        if not _seed(seeds):
            raise OptionError("seeds", seeds, "seed_or_seeds", high=HIGHEST)
        return [index(seeds)]
    if isinstance(seeds, str) or not isinstance(seeds, Iterable):
        raise OptionError("seeds", seeds, "seed_or_seeds", high=HIGHEST)
    if not (given := each_of("seeds", seeds, _seed, "seed", high=HIGHEST)):
        raise ValueError("seeds is empty; allowed: at least one whole number.")
    return [index(seed) for seed in given]


def _seed(value) -> bool:
    """Whether it is a seed. True and False are numbers to Python, and seeds to nobody, in whatever library's type."""
    truth = isinstance(value, (bool, np.bool_)) or isinstance(value, torch.Tensor) and value.dtype == torch.bool
    try:
        return not truth and index(value) in SEEDS
    except TypeError:
        return False


def generators_of(generator) -> list[torch.Generator]:
    """A generator a picture, at least one.

    Raises:
        ValueError: none, or something else; or one that is not on the CPU, where a seed is the same on every device.
    """

    def right(each) -> bool:
        return isinstance(each, torch.Generator) and each.device.type == "cpu"

    if right(generator):
        return [generator]
    if (
        isinstance(generator, (torch.Generator, str))
        or not isinstance(generator, Iterable)
        or not (given := list(generator))
    ):
        raise OptionError("generator", generator, "generators")
    return each_of("generator", given, right, "generator")


def one(kind: type, name: str, value, example: str):
    """Itself. Raises ValueError unless it is an instance of this kind."""
    if not isinstance(value, kind):
        raise OptionError(name, value, "instance", type=kind.__name__, example=example)
    return value


def several(kind: type, name: str, values, example: str) -> list:
    """A list of them. Raises ValueError unless all are instances of this kind."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise OptionError(name, values, "list", example=example)
    return each_of(name, values, lambda value: isinstance(value, kind), "instance", type=kind.__name__, example=example)


def output_type_of(output_type: str) -> str:
    """Itself. Raises ValueError for an unknown one."""
    if output_type not in OUTPUT_TYPES:
        raise ValueError(f"output_type = {output_type!r} is not allowed; choose from {sorted(OUTPUT_TYPES)}.")
    return output_type
