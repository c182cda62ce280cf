"""What of a text the models of a world read: each has a context of so many tokens. No torch.

The tokenizers are read from the world's files; a part without one, such as a class encoder, reads whole texts.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pipelines.networks.context import Reading, reading

from . import vocabulary

FILE = "tokenizer.json"


def read_by(world: str, part: str, text: str) -> Reading:
    """The words that a part of a world, "text_encoder" or "clip", reads of a text, and those that it leaves out."""
    file = vocabulary.WORLDS / world / part / FILE
    try:
        stamp = file.stat().st_mtime_ns
    except OSError:
        return Reading(text, "")
    tokenizer = _tokenizer(file, stamp)
    return Reading(text, "") if tokenizer is None else reading(tokenizer, text)


@lru_cache(maxsize=16)
def _tokenizer(file: Path, stamp: int):
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_file(str(file))
    except Exception:  # tokenizers raises no other kind; what is damaged is told when the world is loaded
        return None
