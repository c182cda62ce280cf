"""The words a world knows, from its vocabulary.json: names, labels and styles in English and Chinese.

Read with json only, so that a recipe can be checked without torch.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path

from pipelines.declarations.phrases import Phrase

from .values import RecipeError

WORLDS = Path(__file__).resolve().parents[2] / "assets" / "worlds"
DATA_OF = {"memory": "emoji"}  # worlds that are made of another's data, and speak its words
STYLE = "style"  # the head of labels that is no category
RESTORE = "restore it with `git checkout -- {0}`, or build it again: python -m pipelines.training.{1} --vocabulary {0}"


class VocabularyError(ValueError):
    """A vocabulary file that is missing or damaged; the message names it and how to restore it."""


@dataclass(frozen=True)
class Name:
    """A thing the world can draw. `group` and `subgroup` are English labels: of the broadest head and of the finest.

    They are the same where a world has one head. `pictures` counts what it was learned from.
    """

    en: str
    zh: str
    group: str
    subgroup: str
    emoji: str
    pictures: int


@dataclass(frozen=True)
class Vocabulary:
    """What a world understands.

    words: language -> set of known texts (words, tags, names). names: everything it can draw.
    labels: head ("group", "subgroup", "class"), the broadest first -> {English: Chinese}.
    styles: {key: (English, Chinese)}.
    """

    words: dict[str, frozenset[str]]
    names: tuple[Name, ...]
    labels: dict[str, dict[str, str]]
    styles: dict[str, tuple[str, str]]

    @classmethod
    def read(cls, path: Path) -> Vocabulary:
        """Raises VocabularyError naming the file when it is missing or damaged."""
        try:
            raw = json.loads(Path(path).read_text(encoding="utf-8"))
            english, chinese = raw["labels"]["en"], raw["labels"]["zh"]
            heads = [head for head in english if head != STYLE]
            broad, fine = heads[0], heads[-1]
            names = tuple(
                Name(
                    n["en"],
                    n["zh"],
                    english[broad][n[broad]],
                    english[fine][n[fine]],
                    n.get("emoji", ""),
                    n.get("pictures", 0),
                )
                for n in raw["names"]
            )
            return cls(
                words={language: frozenset(texts) for language, texts in raw["words"].items()},
                names=names,
                labels={head: dict(zip(english[head], chinese[head], strict=True)) for head in heads},
                styles={key: (each["en"], each["zh"]) for key, each in raw["styles"].items()},
            )
        except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
            raise VocabularyError(
                f"The vocabulary {path} cannot be read ({error!r}); "
                + RESTORE.format(path, "fashion" if path.parent.name == "fashion" else "data")
            ) from error

    @cached_property
    def categories(self) -> dict[str, str]:
        """Every category, {English: Chinese}, the broad ones first."""
        return {english: chinese for table in self.labels.values() for english, chinese in table.items()}

    @cached_property
    def forms(self) -> dict[str, tuple[str, ...]] | None:
        """How a text may name each class, where the model is told a class and no text; else None."""
        if list(self.labels) != ["class"]:
            return None
        return {
            english: (english, chinese, *(t for n in self.names if n.group == english for t in (n.en, n.zh)))
            for english, chinese in self.labels["class"].items()
        }

    @cached_property
    def by_text(self) -> dict[str, Name]:
        """Every name by its English and its Chinese text."""
        return {text: name for name in reversed(self.names) for text in (name.zh, name.en)}

    @cached_property
    def emoji(self) -> dict[str, Name]:
        """Every name by its emoji, with and without the variation selector; long sequences first."""
        table = {form: name for name in self.names if name.emoji for form in (name.emoji, name.emoji.rstrip("\ufe0f"))}
        return dict(sorted(table.items(), key=lambda item: -len(item[0])))

    @cached_property
    def single_words(self) -> frozenset[str]:
        """English words that occur in any known text."""
        texts = [*self.words.get("en", ()), *(name.en for name in self.names), *self.categories, *self.styles]
        return frozenset(word for text in texts for word in re.findall(r"[^\W_]+(?:'[^\W_]+)*", text.lower()))

    @cached_property
    def chinese(self) -> frozenset[str]:
        """Chinese texts: words, names, categories and styles."""
        return frozenset(
            [
                *self.words.get("zh", ()),
                *(name.zh for name in self.names),
                *self.categories.values(),
                *(zh for _, zh in self.styles.values()),
            ]
        )

    def category(self, text: str) -> str | None:
        """The English label of a category written in English or Chinese; None when there is none."""
        return self._category_of.get(text.strip().lower())

    @cached_property
    def _category_of(self) -> dict[str, str]:
        pairs = reversed(self.categories.items())
        return {text.lower(): english for english, chinese in pairs for text in (chinese, english)}

    def style(self, text: str) -> str | None:
        """The key of a style written as its key, in English or in Chinese; None when there is none."""
        return _find(text, {key: (key, *words) for key, words in self.styles.items()})


def _find(text: str, table: dict[str, tuple[str, ...]]) -> str | None:
    wanted = text.strip().lower()
    return next((key for key, forms in table.items() if wanted in map(str.lower, forms)), None)


def vocabulary(world: str = "emoji") -> Vocabulary:
    """The vocabulary of a world, read once. A file that was missing is looked for again at the next call."""
    path = WORLDS / DATA_OF.get(world, world) / "vocabulary.json"
    try:
        stamp = path.stat().st_mtime_ns
    except OSError:
        stamp = 0
    return _read(path, stamp)


@lru_cache(maxsize=8)
def _read(path: Path, stamp: int) -> Vocabulary:
    return Vocabulary.read(path)


def has_upsampler(world: str = "emoji") -> bool:
    """Whether a world can draw its pictures at twice the side."""
    try:
        index = json.loads((WORLDS / world / "model_index.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(index, dict) and bool((index.get("upsampler") or [None])[0])


def worlds() -> tuple[str, ...]:
    """Names of the worlds that are there, "emoji" first: it always counts, so that its absence is reported as such."""
    whole = {path.parent.name for path in WORLDS.glob("*/model_index.json")}
    found = {path.parent.name for path in WORLDS.glob("*/vocabulary.json")} & whole - {"emoji"}
    made = {name for name, data in DATA_OF.items() if (WORLDS / data / "reference" / "thumbnails.json").is_file()}
    return ("emoji", *sorted(found | made))


def known(world: str, name: str, value: str) -> str:
    """The key of a style or category. Raises RecipeError with what comes near it; name: "style" or "category"."""
    if not value:
        return value
    words = vocabulary(world)
    found = words.style(value) if name == STYLE else words.category(value)
    if found is not None:
        return found
    table = {key: zh for key, (_, zh) in words.styles.items()} if name == STYLE else words.categories
    near = get_close_matches(value.lower(), [*table, *table.values()], n=3, cutoff=0.5)
    near += [zh for zh in table.values() if set(zh) & set(value) and zh not in near][: 3 - len(near)]
    names = ", ".join(table)
    if len(table) > 12:
        names = Phrase("some_of_many", names=", ".join(list(table)[:9]), count=len(table))
    allowed = Phrase("empty_or_one_of", names=names)
    if near:
        allowed = Phrase("near", near=", ".join(map(repr, near)), allowed=allowed)
    raise RecipeError(name, value, allowed)


def words_of(world: str) -> Vocabulary | None:
    """The vocabulary of a world; None when it cannot be read, which is told elsewhere."""
    try:
        return vocabulary(world)
    except VocabularyError:
        return None
