"""What a person might type for a picture: broad or exact, in English or Chinese, with or without a style in front."""

import json
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

import numpy as np

from .sources import is_chinese
from .taxonomy import ALL_STYLES, GROUPS, SUBGROUPS, bare

DEPTHS = {"group": 0.12, "subgroup": 0.13, "tag": 0.20, "name": 0.55}
LANGUAGES = {"en": 0.6, "zh": 0.4}
STYLED = 0.5


def article(text: str) -> str:
    """'a' or 'an', by the sound of the first letters: an hourglass, a unicorn, an x-ray."""
    if re.match(r"(uni[^n]|us|eu|one\b|ufo)", text):
        return "a"
    return "an" if re.match(r"([aeiou]|hour|hono|heir|8|11|18|x-)", text) else "a"


def takes_no_article(text: str) -> bool:
    """Whether a name takes no 'a': 'grapes', 'people with bunny ears', 'no smoking'."""
    head = re.split(r" (?:with|of|in|on|and|at|for) ", text)[0]
    return bool(re.match(r"(people|men|women|no|\d)\b", head) or re.search(r"[^sui]s$", head))


def with_style(text: str, style: str | None, language: str | None = None) -> str:
    """Put a style in front of a text: ('an apple', 'flat') -> 'a flat apple'; ('红苹果', 'flat') -> '扁平红苹果'.

    `style` None or "" leaves the text as it is, and so does a text that begins with that style already.
    `language` is "en" or "zh"; None: as the text is written. Raises ValueError for an unknown style or language.
    """
    if not style:
        return text
    if style not in ALL_STYLES:
        raise ValueError(f"Unknown style {style!r}; choose from {list(ALL_STYLES)}.")
    language = _language(language or ("zh" if is_chinese(text) else "en"))
    if language == "zh":
        word = ALL_STYLES[style].zh
        return text if text.startswith(word) else word + text
    rest = re.sub(r"^an? (?=\S)", "", text)
    if rest == style or rest.startswith(style + " "):
        return text
    return f"{article(style)} {style} {rest}" if rest != text else f"{style} {text}".rstrip()


def _language(language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(f"Unknown language {language!r}; choose from {list(LANGUAGES)}.")
    return language


class Captions:
    """Captions of the pictures of an `EmojiData`. A picture is meant by its index, 0 <= index < len(data)."""

    def __init__(self, data):
        self.data = data
        self._phrases = {
            "group": {kind.label: kind for kind in GROUPS.values()},
            "subgroup": {kind.label: kind for kind in SUBGROUPS.values()},
        }
        self._texts = lru_cache(maxsize=None)(self._write)

    def draw(self, index: int, rng: np.random.Generator) -> str:
        """One caption at random: depth by DEPTHS, language by LANGUAGES, a style word in front of half of them."""
        depth_at, language_at, style_at = rng.random(3)
        depth = _pick(DEPTHS, depth_at)
        language = _pick(LANGUAGES, language_at)
        texts = self.texts(index, depth, language) or self.texts(index, "name", language)
        text = texts[rng.integers(len(texts))]
        return with_style(text, self.style(index), language) if style_at < STYLED else text

    def every(self, index: int, language: str | None = None) -> list[str]:
        """All captions that `draw` can give for a picture, always in the same order, each once."""
        languages = [_language(language)] if language else list(LANGUAGES)
        texts = [(text, each) for each in languages for depth in DEPTHS for text in self.texts(index, depth, each)]
        return list(
            dict.fromkeys(
                [text for text, _ in texts] + [with_style(text, self.style(index), each) for text, each in texts]
            )
        )

    def name(self, index: int, language: str = "en") -> str:
        """The name of the thing shown, without article or style."""
        return self.data.entries[self.data.name[index]][_language(language)]

    def style(self, index: int) -> str:
        """The style of a picture, one of data.styles."""
        return self.data.styles[self.data.style[index]]

    def texts(self, index: int, depth: str, language: str) -> tuple[str, ...]:
        """Captions without style at one depth ("group", "subgroup", "tag" or "name"); () when there is no such tag."""
        if depth not in DEPTHS:
            raise ValueError(f"Unknown depth {depth!r}; choose from {list(DEPTHS)}.")
        return self._texts(int(self.data.name[index]), depth, _language(language))

    def _write(self, name: int, depth: str, language: str) -> tuple[str, ...]:
        entry = self.data.entries[name]
        if depth == "tag":
            return tuple(tag for tag in entry[f"tags_{language}"] if tag not in ALL_STYLES)
        if depth == "name":
            text = entry[language]
            return (text,) if language == "zh" or takes_no_article(text) else (text, f"{article(text)} {text}")
        labels = self.data.labels if language == "en" else self.data.labels_zh
        label = labels[depth][entry[depth]]
        kind = self._phrases[depth].get(label)
        # dict.fromkeys: 'food' is its own phrase and must not count twice.
        return tuple(dict.fromkeys((label, bare(kind.phrase), kind.phrase))) if kind else (label,)


def _pick(shares: dict[str, float], at: float) -> str:
    """The key whose share of [0, 1) holds `at`."""
    for key, share in shares.items():
        at -= share
        if at < 0:
            return key
    return key


def vocabulary(data) -> dict[str, list[str]]:
    """{"en": [...], "zh": [...]}: every name, tag, label and style word the captions use, and single English words; sorted."""
    captions = Captions(data)
    known = {"en": set(), "zh": set()}
    for language, texts in known.items():
        heads = data.labels if language == "en" else data.labels_zh
        texts.update(label for labels in heads.values() for label in labels)
        first = np.unique(data.name, return_index=True)[1]
        for index in first:
            for depth in DEPTHS:
                texts.update(captions.texts(index, depth, language))
    known["en"] |= {word for text in known["en"] for word in text.split() if word.isalpha()}
    known["en"] -= {text for text in known["en"] if text != bare(text) and bare(text) in known["en"]}
    return {language: sorted(texts) for language, texts in known.items()}


def write_vocabulary(data, path: str | Path) -> None:
    """The words a world knows, as a small JSON file: words, names, labels and styles in both languages, licences.

    {"words": {"en": [...], "zh": [...]}, "names": [{"en", "zh", "group", "subgroup", "emoji", "pictures"}],
     "labels": {"en": {"group": [...], ...}, "zh": {...}}, "styles": {"flat": {"en": "flat", "zh": "扁平"}, ...}, "licences": {...}}
    """
    pictures = Counter(data.name.tolist())
    names = [
        {key: entry[key] for key in ("en", "zh", "group", "subgroup", "emoji")} | {"pictures": pictures[number]}
        for number, entry in enumerate(data.entries)
    ]
    content = {
        "words": vocabulary(data),
        "names": names,
        "labels": {"en": data.labels, "zh": data.labels_zh},
        "styles": {key: {"en": kind.label, "zh": kind.zh} for key, kind in ALL_STYLES.items() if key in data.styles},
        "licences": data.licences,
    }
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
