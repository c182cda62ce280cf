import re
from pathlib import Path
from string import Formatter

import pytest

import studio
from studio.recipe import Recipe
from studio.recipe.notes import Note
from studio.recipe.prompts import read, unknown
from studio.words import WORDS


@pytest.mark.parametrize(
    "fields, text",
    [
        ({}, ""),
        ({"prompt": "red apple"}, "red apple"),
        ({"prompt": "an apple", "style": "flat"}, "a flat apple"),
        ({"prompt": "红苹果", "style": "flat"}, "扁平红苹果"),
        ({"category": "fruit"}, "fruit"),
        ({"style": "flat"}, "flat"),
        ({"category": "fruit", "style": "3d"}, "3d fruit"),
        ({"prompt": "cat", "category": "fruit"}, "cat"),
        ({"prompt": "🍎"}, "red apple"),
        ({"prompt": "2 🍎"}, "2 red apple"),
    ],
)
def test_text_is_what_the_model_was_trained_with(fields, text):
    assert read(Recipe(**fields)).text == text


@pytest.mark.parametrize(
    "prompt, label",
    [
        ("red apple", "fruit"),
        ("a red apple on a plate", "fruit"),
        ("apple", "fruit"),
        ("an animal", "animals"),
        ("food", "food"),
        ("flat cat", "mammal"),
        ("Running Shoes", "clothing"),
        ("cats", "mammal"),
        ("红苹果", "fruit"),
        ("微笑的猫", "mammal"),
        ("扁平猫", "mammal"),
        ("苹果", "fruit"),
        ("水果", "fruit"),
        ("xyzzy", None),
        ("", None),
        ("一", None),
        ("🍎", "fruit"),
    ],
)
def test_label_of_a_prompt(prompt, label):
    assert read(Recipe(prompt=prompt)).label == label


def test_a_chosen_category_is_the_label():
    assert read(Recipe(prompt="red apple", category="animals")).label == "animals"


@pytest.mark.parametrize(
    "fields, keys",
    [
        ({"prompt": "xyzzy", "gamma_classifier": 3}, ["no_label"]),
        ({"gamma_clip": 3, "w": 0}, ["no_text"]),
        ({"w": 2}, ["no_condition"]),
        ({"prompt": "cat", "negative_prompt": "dog", "w": 0}, ["no_negative"]),
        ({"prompt": "cat", "gamma_classifier": 3}, []),
        ({"negative_prompt": "dog", "w": 2}, []),
    ],
)
def test_controls_without_effect_are_said(fields, keys):
    assert [note.key for note in read(Recipe(**fields)).notes] == keys


def test_every_note_of_the_source_has_words_in_both_languages():
    """Wherever `Note("key", ...)` is written: a sentence a language, which names every value."""
    root, found = Path(studio.__file__).parent, set()
    for file in root.rglob("*.py"):
        found |= {
            key
            for pair in re.findall(r'Note\(\s*"(\w+)"(?: if \w+ else "(\w+)")?', file.read_text("utf-8"))
            for key in pair
        }
    found -= {""}
    assert {"left_out", "no_step", "unknown_near", "unknown_word"} <= found <= set(WORDS)
    for key in found:
        values = {name: f"<{name}>" for _, name, _, _ in Formatter().parse(WORDS[key][0]) if name}
        english, chinese = (Note(key, values).said(lang) for lang in ("en", "zh"))
        assert all(value in english and value in chinese for value in values.values()), key
        assert str(Note(key, values)) == english != chinese and re.search("[\u4e00-\u9fff]", chinese), key
        assert Note(key, values).as_dict() == {"key": key, **values, "en": english, "zh": chinese}


@pytest.mark.parametrize(
    "text, word, near",
    [
        ("red appel", "appel", "apple"),
        ("grining face", "grining", "grinning"),
        ("a whalle", "whalle", "whale"),
        ("红香蕉苹果鲸", "香蕉", None),
        ("flat 鲸鲨", "鲸鲨", "鲸鱼"),
    ],
)
def test_words_that_are_not_understood(text, word, near):
    found = unknown(text)
    match = next(each for each in found if word in each.word)
    assert near is None or near in match.near


@pytest.mark.parametrize(
    "text", ["", "a red apple", "apples and cats", "微笑的猫", "flat 红苹果", "2 cats!", "the cat's face"]
)
def test_known_words_are_not_reported(text):
    assert unknown(text) == []


def test_no_text_of_two_hundred_characters_is_slow_or_breaks():
    for text in ("鲸" * 200, "x" * 200, "a b " * 50, "🍎" * 200, "'" * 200, "\u0301" * 200):
        recipe = Recipe(prompt=text)
        assert len(unknown(recipe.prompt)) <= 200 and read(recipe).text is not None
