"""The list of every rule, pull, condition and sampler as Markdown with LaTeX, from their own declarations."""

from __future__ import annotations

from pipelines import CONDITIONS, PULLS, RULES, SAMPLERS
from pipelines.declarations.options import Option, options_of

from ...rows import table
from ...words import LANGUAGES, WORDS, both, say

COMMAS, COLON = (", ", "、"), (" ", "：")
REGISTRIES = {"rule": RULES, "pull": PULLS, "condition": CONDITIONS, "sampler": SAMPLERS}


def contents() -> str:
    """HTML of the names of all entries, a line a registry; `data-entry` is what the heading of an entry begins with."""
    lines = []
    for key, registry in REGISTRIES.items():
        names = "".join(
            f'<button type="button" data-entry="{name}">{both(f"rule {name}")}</button>' for name in registry
        )
        lines.append(f"<p><b>{both(f'catalogue_{key}s')}</b>{names}</p>")
    return f'<nav class="contents">{"".join(lines)}</nav>'


def listing(lang: str) -> str:
    """One section a registry, one entry a heading: summary, equation, source, cost and options."""
    parts = []
    for key, registry in REGISTRIES.items():
        parts.append(f"## {say(lang, 'catalogue_' + key)}")
        parts += [_entry(name, kind, lang) for name, kind in registry.items()]
    return "\n\n".join([*parts, equations(lang)])


def equations(lang: str) -> str:
    """The rows of the table of equations, and where each is switched on."""
    heading, *rows = (" | ".join(each.replace("|", "\\|") for each in line) for line in table(lang))
    return "\n".join(
        (f"## {say(lang, 'rows_title')}", "", f"| {heading} |", "|---|---|---|---|", *(f"| {row} |" for row in rows))
    )


def _entry(name: str, kind: type, lang: str) -> str:
    """Under the name that a program says, since the page's own name need not be that."""
    at = LANGUAGES.index(lang)
    called = say(lang, f"rule {name}")
    heading = f"### {name}" + ("" if called == name else f" · {called}")
    options = COMMAS[at].join(_option(name, option, lang) for option in options_of(kind))
    facts = [("source", say(lang, f"source {name}")), ("cost", say(lang, f"cost {name}")), ("options", options)]
    lines = [heading, say(lang, f"about {name}"), f"$$ {kind.equation} $$"]
    lines += [f"**{say(lang, 'catalogue_' + key)}**{COLON[at]}{text}" for key, text in facts if text]
    return "\n\n".join(lines)


def _option(name: str, option: Option, lang: str) -> str:
    """An option as a program says it, and what it may be: the label too where that is another word."""
    label = WORDS.get(f"option {name}_{option.name}", (option.label, option.label))[LANGUAGES.index(lang)]
    called = f"`{option.name}`" + (f" {label}" if label and label != option.name else "")
    return f"{called} ({_allowed(option, lang)})" if lang == "en" else f"{called}（{_allowed(option, lang)}）"


def _allowed(option: Option, lang: str) -> str:
    if option.kind in ("number", "numbers"):
        return f"{option.low:g} … {option.high:g}".replace("-", "−")
    if option.kind == "choice":
        return COMMAS[LANGUAGES.index(lang)].join(f"`{each}`" for each in option.choices)
    return say(lang, f"kind_{option.kind}")


def listings() -> list[str]:
    """English and Chinese."""
    return [listing(lang) for lang in LANGUAGES]
