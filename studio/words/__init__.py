"""Every visible word, in English and Chinese, chosen by the language of the browser.

Components take `t(key)`, which the page translates itself. Text inside HTML comes in both languages, and the
style sheet hides one of them by the `lang` of the document. Programs are told in the language they ask for.
"""

from __future__ import annotations

import html as escaping

from .draw import DRAW
from .frontier import FRONTIER
from .history import HISTORY
from .inside import INSIDE
from .lab import LAB
from .page import PAGE
from .play import PLAY
from .reasons import without_folders
from .rows import ROW_WORDS
from .rules import RULE_WORDS

LANGUAGES = ("en", "zh")
CHINESE = ("zh", "zh-CN", "zh-SG", "zh-TW", "zh-HK")  # locales that get the Chinese words

WORDS: dict[str, tuple[str, str]] = PAGE | PLAY | LAB | HISTORY | RULE_WORDS | INSIDE | FRONTIER | DRAW | ROW_WORDS


def language(accept: str | None) -> str:
    """The language of an Accept-Language header: "zh" when Chinese comes before English, else "en"."""
    for part in (accept or "").lower().split(","):
        code = part.split(";")[0].strip()
        if code.startswith(LANGUAGES):
            return code[:2]
    return "en"


def say(lang: str, key: str, **values) -> str:
    """A sentence in one language, in which nothing says where things lie on this machine."""
    return without_folders(WORDS[key][LANGUAGES.index(lang)].format(**values))


def both(key: str, **values) -> str:
    """A sentence in both languages, as HTML in which every value is escaped. One of the two is shown."""
    return spans(*(say(lang, key, **values) for lang in LANGUAGES))


def spans(english: str, chinese: str) -> str:
    """Two texts as escaped HTML, of which the page shows one."""
    return "".join(
        f'<span class="{lang}" lang="{lang}">{escaping.escape(text)}</span>'
        for lang, text in zip(LANGUAGES, (english, chinese), strict=True)
    )


def translations(labels: dict[str, tuple[str, str]] | None = None) -> dict[str, dict[str, str]]:
    """Locale -> key -> text, for the page; `labels` are words that a world brings along."""
    words = WORDS | (labels or {})
    tables = {lang: {key: pair[i] for key, pair in words.items()} for i, lang in enumerate(LANGUAGES)}
    return {"en": tables["en"]} | dict.fromkeys(CHINESE, tables["zh"])


def t(key: str):
    """A word that the page translates: for labels, help and buttons of components."""
    from gradio.i18n import I18nData

    if key not in WORDS:
        raise KeyError(f"No word {key!r} in studio/words.")
    return I18nData(key)
