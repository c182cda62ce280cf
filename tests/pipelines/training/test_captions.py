"""What a person might type for a picture."""

import json

import numpy as np
import pytest

from pipelines.training import captions, sources
from pipelines.training.captions import Captions, vocabulary, with_style

# --- captions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, style, expected",
    [
        ("red apple", "flat", "flat red apple"),
        ("an apple", "flat", "a flat apple"),
        ("a fox", "3d", "a 3d fox"),
        ("flat red apple", "flat", "flat red apple"),
        ("a flat apple", "flat", "a flat apple"),
        ("flat shoe", "noto", "noto flat shoe"),
        ("红苹果", "flat", "扁平红苹果"),
        ("扁平红苹果", "flat", "扁平红苹果"),
        ("红苹果", None, "红苹果"),
        ("", "flat", "flat"),
    ],
)
def test_with_style(text, style, expected):
    assert with_style(text, style) == expected


def test_with_style_names_the_choices():
    with pytest.raises(ValueError, match="'oil'.*'fluent'"):
        with_style("fox", "oil")
    with pytest.raises(ValueError, match="'fr'.*'en', 'zh'"):
        with_style("fox", "flat", "fr")


@pytest.mark.parametrize(
    "word, expected",
    [
        ("apple", "an"),
        ("hourglass", "an"),
        ("unicorn", "a"),
        ("fox", "a"),
        ("one-piece swimsuit", "a"),
        ("onion", "an"),
        ("umbrella", "an"),
    ],
)
def test_article(word, expected):
    assert captions.article(word) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("grapes", True),
        ("glass", False),
        ("men wrestling", True),
        ("fox", False),
        ("face with tears of joy", False),
        ("octopus", False),
        ("no smoking", True),
    ],
)
def test_takes_no_article(text, expected):
    assert captions.takes_no_article(text) is expected


def test_every_caption_in_both_languages(tiny):
    words = Captions(tiny)
    assert words.every(6, "en") == [
        "animals",
        "animal",
        "an animal",
        "mammal",
        "a mammal",
        "trunk",
        "elephant",
        "an elephant",
        "flat animals",
        "flat animal",
        "a flat animal",
        "flat mammal",
        "a flat mammal",
        "flat trunk",
        "flat elephant",
        "a flat elephant",
    ]
    assert words.every(6, "zh") == ["动物", "哺乳动物", "大象", "扁平动物", "扁平哺乳动物", "扁平大象"]
    assert sorted(words.every(6)) == sorted(words.every(6, "en") + words.every(6, "zh"))
    assert words.name(6) == "elephant" and words.name(6, "zh") == "大象" and words.style(6) == "flat"
    assert "a grapes" not in words.every(10)
    assert words.texts(0, "tag", "en") == ("fruit", "ripe"), "a style word is no tag"


def test_draw_is_repeatable_and_inside_every(tiny):
    words = Captions(tiny)
    drawn = [words.draw(index % 15, np.random.default_rng(index)) for index in range(300)]
    assert drawn == [words.draw(index % 15, np.random.default_rng(index)) for index in range(300)]
    assert all(text in words.every(index % 15) for index, text in enumerate(drawn))
    assert all(text == text.lower() for text in drawn)


def test_draw_keeps_the_shares_of_depth_language_and_style(tiny):
    words, rng, count = Captions(tiny), np.random.default_rng(0), 8000
    drawn = [words.draw(1, rng) for _ in range(count)]  # the flat red apple
    chinese = [text for text in drawn if sources.is_chinese(text)]
    styled = [text for text in drawn if "flat" in text or "扁平" in text]
    names = [text for text in drawn if "red apple" in text or "红苹果" in text]
    groups = [text for text in drawn if "food" in text or "食物" in text]
    assert len(chinese) / count == pytest.approx(captions.LANGUAGES["zh"], abs=0.03)
    assert len(styled) / count == pytest.approx(captions.STYLED, abs=0.03)
    assert len(names) / count == pytest.approx(captions.DEPTHS["name"], abs=0.03)
    assert len(groups) / count == pytest.approx(captions.DEPTHS["group"], abs=0.03)
    assert sum(captions.DEPTHS.values()) == pytest.approx(1) == sum(captions.LANGUAGES.values())


def test_unknown_depth_and_language_name_the_choices(tiny):
    with pytest.raises(ValueError, match="'colour'.*'group'"):
        Captions(tiny).texts(0, "colour", "en")
    with pytest.raises(ValueError, match="'fr'"):
        Captions(tiny).name(0, "fr")


def test_vocabulary_is_sorted_and_ships_as_json(tiny, tmp_path):
    known = vocabulary(tiny)
    assert known["en"] == sorted(set(known["en"])) and known["zh"] == sorted(set(known["zh"]))
    assert {"red apple", "red", "ripe", "food", "fruit", "flat", "3d", "elephant"} <= set(known["en"])
    assert {"红苹果", "水果", "扁平", "食物"} <= set(known["zh"])
    assert "a fruit" not in known["en"]
    captions.write_vocabulary(tiny, tmp_path / "world" / "vocabulary.json")
    content = json.loads((tmp_path / "world" / "vocabulary.json").read_text(encoding="utf-8"))
    assert content["words"] == known and content["styles"]["flat"] == {"en": "flat", "zh": "扁平"}
    assert content["names"][0] == {
        "en": "red apple",
        "zh": "红苹果",
        "group": 3,
        "subgroup": content["names"][0]["subgroup"],
        "emoji": "🍎",
        "pictures": 5,
    }
