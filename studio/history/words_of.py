"""The words by which a recipe is found and called."""

from __future__ import annotations

import unicodedata

from ..recipe import Recipe
from ..recipe.conditions import word_of
from ..recipe.vocabulary import VocabularyError, vocabulary
from ..words import WORDS

MAX_WORDS = 12


def plain(text: str) -> str:
    """Without differences of case and width."""
    return unicodedata.normalize("NFKC", text).casefold()


def searched(text: str) -> list[str]:
    """The words of a search, made safe for LIKE with the escape character '\\'."""
    words = plain(str(text)[:200]).split()[:MAX_WORDS]
    return [word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for word in words]


def caption(recipe: Recipe) -> str:
    """What the picture is of, in few words."""
    return " · ".join(each for each in (recipe.prompt or recipe.category, recipe.style) if each)


def search_text(recipe: Recipe, rule: str) -> str:
    """Everything by which somebody may look for it, in both languages where there are two. rule: a key of the words."""
    entries = (recipe.rule.base, *recipe.rule.around, *recipe.further, *recipe.conditions)
    names = [type(each).__name__ for each in entries]
    keys = [rule, *(f"rule {name}" for name in names), *map(word_of, recipe.conditions)]
    said = [word for key in keys for word in WORDS.get(key, ())]
    texts = [
        recipe.prompt,
        recipe.negative_prompt,
        recipe.style,
        recipe.category,
        recipe.world,
        type(recipe.sampler).__name__,
    ]
    return plain(" ".join([*texts, *_translated(recipe), *names, *said, f"seed {recipe.seeds[0]}"]))


def _translated(recipe: Recipe) -> list[str]:
    try:
        words = vocabulary(recipe.world)
    except VocabularyError:
        return []
    return [words.categories.get(recipe.category, ""), *words.styles.get(recipe.style, ())]
