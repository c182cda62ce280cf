"""From what a person wrote to what the model was trained with, and what it did not understand. No torch."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from pipelines.networks.classes import named

from .availability import MADE, lacking
from .conditions import branching, left_out, word_of
from .conditions import told as told_of
from .notes import Note
from .readers import Files
from .recipe import Recipe
from .vocabulary import Vocabulary, vocabulary

SMALL_WORDS = frozenset([
    "a", "an", "and", "as", "at", "by", "for", "from", "i", "in", "is", "it", "its", "my",
    "of", "on", "or", "that", "the", "this", "to", "two", "very", "with", "your",
])  # fmt: skip
SMALL_ZH = frozenset("的一个只和在了着有是与上里中带很张幅")
HAN = r"[\u3400-\u9fff\uf900-\ufaff]"


@dataclass(frozen=True)
class Reading:
    """A recipe as the models see it.

    text: "" means no condition. label: English category for classifier and judge.
    """

    text: str
    negative: str
    label: str | None
    notes: tuple[Note, ...] = ()

    @property
    def unconditional(self) -> bool:
        """Whether nothing at all is asked for, so that both branches of a guided run would be the same."""
        return not self.text and not self.negative


@dataclass(frozen=True)
class Unknown:
    """A word of a prompt that the world does not know, and the known ones nearest to it."""

    word: str
    near: tuple[str, ...]

    @property
    def note(self) -> Note:
        """The same as a note."""
        near = {"near": ", ".join(self.near)} if self.near else {}
        return Note("unknown_near" if near else "unknown_word", {"word": self.word, **near})


def full_text(recipe: Recipe) -> str:
    """Prompt, or else category, with the style in front: what the network is told. "" for no condition.

    Where the model is told a class, that of the prompt.
    """
    from pipelines.training.captions import with_style

    words = vocabulary(recipe.world) if recipe.prompt or recipe.category else None
    if words and words.forms is not None:
        return next(iter(named(recipe.prompt, words.forms)), "" if recipe.prompt else recipe.category)
    text = _emoji_to_names(recipe.prompt, words) if words else ""
    return with_style(text or recipe.category, recipe.style).strip()


def read(recipe: Recipe) -> Reading:
    """The text, the label and what of them will have no effect. The label is that of the words that fit into the context."""
    text, label, notes, files = full_text(recipe), recipe.category or None, [], Files(recipe.world)
    kept, cut = files.text_encoder.reading(text)
    if label is None and kept:
        label = find_label(kept, vocabulary(recipe.world))
    negative, told = _classes(recipe)
    shunned, cut_negative = files.text_encoder.reading(negative)
    notes += [*told, *_left_out(recipe, files, text, prompt=cut, negative_prompt=cut_negative)]
    reading = Reading(text, negative, label)
    if recipe.gamma_classifier and label is None:
        notes.append(Note("no_label"))
    if recipe.gamma_clip and not text:
        notes.append(Note("no_text"))
    elif recipe.gamma_clip and "clip" in lacking(recipe.world):
        notes.append(Note("no_clip"))
    for pull in recipe.further:
        if pull.filled(text, label) is None:
            notes.append(Note("no_pull", {"control": type(pull).__name__}))
    for condition in recipe.conditions:
        if (why := left_out(condition)) is not None:
            notes.append(Note(why, {"control": word_of(condition)}))
    alike = reading.unconditional and recipe.compares and not branching(recipe.rule, told_of(recipe.conditions))
    if alike and recipe.rule.evaluations > 1:
        notes.append(Note("no_condition"))
    elif kept and kept == shunned and recipe.compares and not recipe.unguided:
        notes.append(Note("same_texts"))
    elif recipe.rule.strengths != {recipe.w}:
        notes.append(Note("scheduled"))
    if reading.negative and not recipe.compares:
        notes.append(Note("no_branch"))
    elif reading.negative and recipe.unguided:
        notes.append(Note("no_negative"))
    return Reading(text, negative, label, (*notes, *_unlearned(recipe, files)))


def _left_out(recipe: Recipe, files: Files, text: str, **own: str) -> Iterator[Note]:
    """The words that the models do not read. own: those of the recipe's own texts, by their field.

    A pull to the prompt whose CLIP leaves out the same words is not told of again.
    """
    own = {name: (cut,) for name, cut in own.items()}
    for pull in recipe.pulls:
        name, pull = type(pull).__name__, pull.filled(text, None)
        for reader, texts in pull.texts(files).values() if pull else ():
            cuts = [reader.reading(each).left_out for each in ((texts,) if isinstance(texts, str) else texts)]
            own[name] = (*own.get(name, ()), *(cut for cut in cuts if cut not in own["prompt"]))
    for control, cuts in own.items():
        if words := "”, “".join(dict.fromkeys(filter(None, cuts))):
            yield Note("left_out", {"control": control, "words": words})


def _unlearned(recipe: Recipe, files: Files) -> Iterator[Note]:
    """By what a sampler goes in a world that has learned nothing for it, and how to train that."""
    name = type(recipe.sampler).__name__.lower()
    values = {option: f"{value:g}" for option, value in recipe.sampler.bound(files).unlearned.items()}
    if values and recipe.world in MADE:
        yield Note(f"no_{name}_here", values)
    elif values:
        yield Note(f"no_{name}", values | {"command": f"python -m pipelines.training.{name} {recipe.world}"})


def _classes(recipe: Recipe) -> tuple[str, list[Note]]:
    """The negative prompt as the model is told it, and what a world of classes leaves out of both prompts."""
    words = vocabulary(recipe.world) if recipe.prompt or recipe.negative_prompt else None
    if words is None or words.forms is None:
        return recipe.negative_prompt, []
    notes, found = [], {text: named(text, words.forms) for text in (recipe.prompt, recipe.negative_prompt) if text}
    for classes in found.values():
        if not classes:
            notes.append(Note("no_class", {"classes": ", ".join(words.categories)}))
        elif len(classes) > 1:
            notes.append(Note("one_class", {"drawn": classes[0], "left_out": ", ".join(classes[1:])}))
    return next(iter(found.get(recipe.negative_prompt, ())), ""), notes


def find_label(prompt: str, words: Vocabulary) -> str | None:
    """The subgroup or group that a prompt belongs to; None when nothing in it is known.

    "red apple" -> "fruit", as the name says; "a red apple on a plate" -> by the longest name in it; "apple"
    -> by what most names with that word share; "an animal" -> itself.
    """
    text = _plain(prompt, words)
    parts = re.findall(rf"{HAN}|[^\W_]+(?:'[^\W_]+)*", text)
    glue = "" if re.search(HAN, text) else " "
    spans = [glue.join(parts[i:j]) for i in range(len(parts)) for j in range(len(parts), i, -1)]
    for span in [text, *sorted(spans, key=len, reverse=True)]:
        if (category := _category(span, words)) is not None:
            return category
        if span in words.by_text:
            return words.by_text[span].subgroup
    # In English the thing stands last ("running shoe"), and in Chinese too.
    return next(
        filter(None, (_shared(part, words) for part in reversed(parts) if part not in SMALL_WORDS | SMALL_ZH)),
        None,
    )


def _plain(prompt: str, words: Vocabulary) -> str:
    """Without a leading article and style."""
    text = re.sub(r"^(an?|the) (?=\S)", "", prompt.lower().strip())
    for key, (english, chinese) in words.styles.items():
        for style in (f"{key} ", f"{english} ", chinese):
            text = text.removeprefix(style) or text
    return text


def _category(text: str, words: Vocabulary) -> str | None:
    """A category as it is written or in the singular or plural: "animal" -> "animals"."""
    forms = (text, f"{text}s", text.removesuffix("s"), f"{text[:-1]}ies")
    return next(filter(None, map(words.category, forms)), None)


def _shared(word: str, words: Vocabulary) -> str | None:
    """The subgroup, else the group, of most names that have this word in them."""
    if re.match(HAN, word):
        names = [name for name in words.names if word in name.zh]
    else:
        forms = {word, f"{word}s", word.removesuffix("s")}
        names = [name for name in words.names if not forms.isdisjoint(name.en.split())]
    for head in ("subgroup", "group"):
        counted = Counter(getattr(name, head) for name in names).most_common(1)
        if counted and counted[0][1] > len(names) / 2:
            return counted[0][0]
    return None


def unknown(text: str, world: str = "emoji", count: int = 3) -> list[Unknown]:
    """The words of a prompt that are not understood, in order, each with up to `count` known ones near it."""
    words = vocabulary(world)
    found = dict.fromkeys([*_unknown_english(text, words), *_unknown_chinese(text, words)])
    near = {word: _near_chinese if re.match(HAN, word) else _near_english for word in found}
    return [Unknown(word, tuple(near[word](word, words, count))) for word in sorted(found, key=text.lower().index)]


def _unknown_english(text: str, words: Vocabulary) -> list[str]:
    parts = re.findall(rf"(?:(?!{HAN})[^\W_])+(?:'(?:(?!{HAN})[^\W_])+)*", text.lower())
    return [
        part
        for part in parts
        if not part.isdigit()
        and part not in SMALL_WORDS
        and words.single_words.isdisjoint(
            {part, f"{part}s", part.removesuffix("s"), part.removesuffix("es"), part.removesuffix("'s")}
        )
    ]


def _unknown_chinese(text: str, words: Vocabulary) -> list[str]:
    """Runs of characters left over when known words are taken out, the longest first at each place."""
    longest = max(map(len, words.chinese), default=1)
    left = []
    for run in re.findall(rf"{HAN}+", text):
        at, rest = 0, ""
        while at < len(run):
            size = next(
                (
                    n
                    for n in range(min(longest, len(run) - at), 0, -1)
                    if run[at : at + n] in words.chinese or run[at : at + n] in SMALL_ZH
                ),
                0,
            )
            if size:
                left, rest = left + [rest], ""
            else:
                rest += run[at]
            at += size or 1
        left.append(rest)
    return [rest for rest in left if rest]


def _near_english(word: str, words: Vocabulary, count: int) -> list[str]:
    """By likeness of spelling, difflib's ratio."""
    return get_close_matches(word, sorted(words.single_words), n=count, cutoff=0.6)


def _near_chinese(word: str, words: Vocabulary, count: int) -> list[str]:
    """By shared characters, short texts first."""
    shared = {text: len(set(text) & set(word)) / len(set(text) | set(word)) for text in words.chinese}
    return [text for text in sorted(shared, key=lambda text: (-shared[text], len(text), text)) if shared[text] > 0][
        :count
    ]


def _emoji_to_names(prompt: str, words: Vocabulary) -> str:
    """Emoji in a prompt become the names they have."""
    if any(ord(letter) > 0x2000 and not re.match(HAN, letter) for letter in prompt):
        for emoji, name in words.emoji.items():
            prompt = prompt.replace(emoji, f" {name.en} ")
    return " ".join(prompt.replace("\ufe0f", "").split())
