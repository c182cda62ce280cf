"""What a world has that entries ask for, read from its files before it is loaded. No torch.

Each model reads as much of a text as its context holds. A part without a tokenizer, such as a class encoder, reads whole texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pipelines.networks.context import Reading, reading

from . import vocabulary
from .availability import MADE

FILE = "tokenizer.json"


class Reader(NamedTuple):
    """A part of a world that reads texts."""

    world: str
    part: str

    def reading(self, text: str) -> Reading:
        """The words that it reads of a text, and those that it leaves out."""
        file = vocabulary.WORLDS / self.world / self.part / FILE
        try:
            stamp = file.stat().st_mtime_ns
        except OSError:
            return Reading(text, "")
        tokenizer = _tokenizer(file, stamp)
        return Reading(text, "") if tokenizer is None else reading(tokenizer, text)


class Files:
    """A world that is not loaded in the place of a pipeline: who reads texts, and what samplers have learned."""

    def __init__(self, world: str):
        self.world = world
        self.text_encoder, self.clip, self.clean_clip = (
            Reader(world, part) for part in ("text_encoder", "clip", "clean_clip")
        )

    @property
    def amed(self) -> Mapping | None:
        """See `pipelines.samplers.amed.read`. None where it is damaged: that is told when the world is loaded."""
        from pipelines.samplers.amed import read

        try:
            return None if self.world in MADE else read(vocabulary.WORLDS / self.world)
        except ValueError:
            return None


@lru_cache(maxsize=16)
def _tokenizer(file: Path, stamp: int):
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_file(str(file))
    except Exception:  # tokenizers raises no other kind; what is damaged is told when the world is loaded
        return None
