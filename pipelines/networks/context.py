"""What of a text is read by a model whose context holds a fixed number of tokens. No torch."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tokenizers import Tokenizer

HAN = r"[\u3400-\u9fff\uf900-\ufaff]"
WORD = rf"{HAN}|(?:(?!{HAN})[^\W_])+(?:['’](?:(?!{HAN})[^\W_])+)*"  # in Chinese every character is one


class Reading(NamedTuple):
    """kept: the words that are read whole; left_out: the rest of the text, "" where all of it is read."""

    kept: str
    left_out: str


def cleaned(text: str) -> str:
    """A text as it is tokenised: with single spaces."""
    return " ".join(text.split())


def reading(tokenizer: Tokenizer, text: str) -> Reading:
    """What a tokenizer that truncates at its model's context keeps of a text.

    A word of which only the first letters are kept counts as left out, unless there is no other.
    """
    text = cleaned(text)
    encoding = tokenizer.encode(text)
    if not encoding.overflowing:
        return Reading(text, "")
    tokens = zip(encoding.offsets, encoding.special_tokens_mask, strict=True)
    end = max((stop for (_, stop), special in tokens if not special), default=0)
    cut = next((word for word in re.finditer(WORD, text) if word.start() < end < word.end()), None)
    end = cut.start() if cut and text[: cut.start()].strip() else end
    return Reading(text[:end].strip(), text[end:].strip())
