"""Classes that a text names, in any language. No torch."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache


def named(text: str, forms: Mapping[str, Sequence[str]]) -> list[str]:
    """The classes that a text names, in the order in which it names them, each once.

    forms: class -> how it may be written. Case, width and hyphens do not matter, a plural's "s" or "es" neither;
    Latin forms are whole words ("shirt" is not in "t-shirt" or "shirtless"); at one place the longest form counts.
    """
    pattern, owners = _pattern(tuple((name, tuple(written)) for name, written in forms.items()))
    found = (owners[match.lastgroup] for match in pattern.finditer(plain(text)))
    return list(dict.fromkeys(found))


def plain(text: str) -> str:
    """A text as it is compared: NFKC, lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


@lru_cache(maxsize=32)
def _pattern(forms: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[re.Pattern, dict[str, str]]:
    written = sorted(
        {(plain(form), name) for name, all_forms in forms for form in all_forms if plain(form)},
        key=lambda pair: (-len(pair[0]), pair),
    )
    owners = {f"form{number}": name for number, (_, name) in enumerate(written)}
    parts = [f"(?P<form{number}>{_expression(form)})" for number, (form, _) in enumerate(written)]
    return re.compile("|".join(parts) or r"(?!)"), owners


def _expression(form: str) -> str:
    """Whole words where the form's ends are Latin letters or digits; Chinese has no spaces to go by."""
    body = re.sub(r"(?:\\-|\\ )+", r"[\\s-]?", re.escape(form))
    before = r"(?<![a-z0-9])(?<![a-z0-9]-)" if re.match(r"[a-z0-9]", form) else ""
    after = r"(?:e?s)?(?![a-z0-9])" if re.search(r"[a-z0-9]$", form) else ""
    return before + body + after
