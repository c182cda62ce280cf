"""What a caller asks of a run, as one row a picture: its text, what it is to be unlike, its seed or generator, its noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral

import torch
from torch import Tensor

from ..declarations.arguments import generators_of, seeds_of, text_list
from ..declarations.options import OptionError
from ..declarations.phrases import Phrase
from ..process.noise import Draw


@dataclass(frozen=True)
class Batch:
    """texts, null: a prompt and a negative prompt a picture. seeds: one a picture; None when the caller gave generators.

    generators: one a picture; the same one for all where the caller gave one for several. latents: (B, C, H, W), which the
    pictures begin with in place of noise; None.
    """

    texts: list[str]
    null: list[str]
    seeds: list[int] | None
    generators: list[torch.Generator] | None
    latents: Tensor | None

    def __len__(self) -> int:
        return len(self.texts)

    def draw(self, device) -> Draw:
        """The noise of these pictures."""
        return Draw.from_seeds(self.seeds, device) if self.generators is None else Draw(self.generators, device)

    def begin(self, draw: Draw, shape: Sequence[int], dtype: torch.dtype) -> Tensor:
        """What the pictures begin with, (B, C, H, W): the first of the noise, or the latents that were given.

        Raises:
            ValueError: latents that are none, by what is wrong with them.
        """
        wanted = (len(self), *shape)
        if self.latents is None:
            return draw(wanted).to(dtype)
        return latents_of("latents", self.latents, wanted).to(draw.device, dtype)


def batch_of(
    prompt=None,
    negative_prompt=None,
    seeds: Sequence[int] = (0,),
    generator=None,
    num_images_per_prompt: int | None = None,
    latents: Tensor | None = None,
) -> Batch:
    """The pictures that these arguments of `GuidedPipeline.steps` ask for, those of one prompt side by side.

    Raises:
        ValueError: what does not fit together, by name.
    """
    prompts, each = text_list("prompt", prompt), _count(num_images_per_prompt)
    if generator is None:
        seeds, generators = _seeds(seeds_of(seeds), len(prompts), each), None
        total = len(seeds)
    else:
        seeds, generators = None, _generators(generator, len(prompts), each)
        total = len(generators)
    texts = _rows("prompt", prompts, len(prompts), each, total)
    null = _rows("negative_prompt", text_list("negative_prompt", negative_prompt), len(prompts), each, total)
    return Batch(texts, null, seeds, generators, latents)


def latents_of(name: str, latents: Tensor, shape: Sequence[int]) -> Tensor:
    """Itself. Raises ValueError unless it is finite floats of this shape."""
    allowed = Phrase("floats", shape=tuple(shape))
    if not isinstance(latents, Tensor):
        raise OptionError(name, latents, allowed)
    if tuple(latents.shape) != tuple(shape) or not latents.is_floating_point():
        raise ValueError(f"{name} has shape {tuple(latents.shape)} and type {latents.dtype}; allowed: {allowed}.")
    if not latents.isfinite().all():
        row = int((~latents.isfinite()).flatten(1).any(1).nonzero()[0])
        raise ValueError(f"{name}[{row}] has a value that is not finite; allowed: {allowed}.")
    return latents


def _count(number) -> int | None:
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, Integral) or number < 1:
        raise OptionError("num_images_per_prompt", number, "whole_from", low=1)
    return int(number)


def _seeds(seeds: list[int], prompts: int, each: int | None) -> list[int]:
    """A seed a picture. One seed is all prompts'; for several pictures of each prompt it counts on from there."""
    if each is None:
        return seeds * prompts if len(seeds) == 1 else seeds
    if len(seeds) == 1:
        seeds = seeds_of(range(seeds[0], seeds[0] + each))
    if len(seeds) not in (each, prompts * each):
        raise ValueError(
            f"seeds has {len(seeds)} numbers for {prompts * each} pictures; allowed: {_counts(1, each, prompts * each)}."
        )
    return seeds * prompts if len(seeds) == each else seeds


def _generators(generator, prompts: int, each: int | None) -> list[torch.Generator]:
    """A generator a picture. One is drawn from for all pictures in turn, as diffusers does."""
    given = generators_of(generator)
    total = prompts * (each or 1)
    if isinstance(generator, torch.Generator):
        return given * total
    if each is None and prompts == 1:
        return given
    if len(given) != total:
        raise ValueError(
            f"generator has {len(given)} generators for {total} pictures; allowed: one by itself, or a list of {total}."
        )
    return given


def _rows(name: str, texts: list[str], prompts: int, each: int | None, total: int) -> list[str]:
    """A text a picture, of one for all, one a prompt or one a picture."""
    if len(texts) == 1:
        return texts * total
    if each is not None and len(texts) == prompts:
        return [text for text in texts for _ in range(each)]
    if len(texts) != total:
        allowed = _counts(1, total) if each is None else _counts(1, prompts, total)
        raise ValueError(f"{name} has {len(texts)} texts for {total} pictures; allowed: {allowed}.")
    return texts


def _counts(*numbers: int) -> str:
    *most, last = dict.fromkeys(map(str, numbers))
    return f"{', '.join(most)} or {last}" if most else last
