"""The list of every rule, pull and sampler as Markdown with LaTeX, from their own declarations."""

from __future__ import annotations

from pipelines.catalogue import PULLS, RULES, SAMPLERS
from pipelines.options import options_of

from ..words import LANGUAGES
from ..words_lab import LAB


def listing(lang: str) -> str:
    """One section a registry, one entry a heading: summary, equation, source, cost and options."""
    parts = []
    for key, registry in (("rule", RULES), ("pull", PULLS), ("sampler", SAMPLERS)):
        parts.append(f"## {_say('catalogue_' + key, lang)}")
        parts += [_entry(kind, lang) for kind in registry.values()]
    return "\n\n".join(parts)


def _entry(kind: type, lang: str) -> str:
    equation = getattr(kind, "equation", "")
    facts = [(key, getattr(kind, key, "")) for key in ("source", "cost")]
    options = ", ".join(
        f"{option.label or option.name} ({option.allowed})"
        for option in options_of(kind)
        if option.kind in ("number", "choice")
    )
    lines = [f"### {kind.__name__}", getattr(kind, "summary", "") or (kind.__doc__ or "").splitlines()[0]]
    if equation:
        lines.append(f"$$ {equation} $$")
    lines += [f"**{_say('catalogue_' + key, lang)}** {text}" for key, text in [*facts, ("options", options)] if text]
    return "\n\n".join(lines)


def listings() -> list[str]:
    """English and Chinese."""
    return [listing(lang) for lang in LANGUAGES]


def _say(key: str, lang: str) -> str:
    return LAB[key][LANGUAGES.index(lang)]
