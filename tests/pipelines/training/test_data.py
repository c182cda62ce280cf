"""The data set: matching, hold-out, captions and errors, on tiny sources made here. No network, no npm."""

import io
import json
import subprocess
import tarfile
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from pipelines.training import captions, data, holdout, sources
from pipelines.training.captions import Captions, vocabulary, with_style
from pipelines.training.data import EmojiData
from pipelines.training.taxonomy import ALL_STYLES, GROUPS, LATER_STYLES, STYLES, SUBGROUPS


def thing(en, zh, group, subgroup, code="1F34E", tags_en=(), tags_zh=()):
    return {
        "en": en,
        "zh": zh,
        "tags_en": list(tags_en),
        "tags_zh": list(tags_zh),
        "group": list(GROUPS).index(group),
        "subgroup": list(SUBGROUPS).index(subgroup),
        "hexcode": code,
        "emoji": chr(int(code, 16)),
        "label": en,
    }


@pytest.fixture
def tiny():
    """Three things in five styles, at 4×4 pixels; the flat apple is held out."""
    entries = [
        thing("red apple", "红苹果", "food-drink", "food-fruit", "1F34E", ["fruit", "ripe", "flat"], ["水果"]),
        thing("elephant", "大象", "animals-nature", "animal-mammal", "1F418", ["trunk"]),
        thing("grapes", "葡萄", "food-drink", "food-fruit", "1F347"),
    ]
    name, style = np.divmod(np.arange(15), 5)
    images = np.random.default_rng(0).integers(0, 256, (15, 4, 4, 3), dtype=np.uint8)
    return EmojiData(
        images=images,
        name=name,
        style=style,
        heldout=np.arange(15) == 1,
        entries=entries,
        **{f"{kind}s": [item.label for item in table.values()] for kind, table in data.TABLES.items()},
        **{f"{kind}s_zh": [item.zh for item in table.values()] for kind, table in data.TABLES.items()},
        licences={"flat": "MIT"},
        versions={"flat": "1"},
    )


# --- names and matching -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "label, key",
    [
        ("Grinning Face", "grinning-face"),
        ("piñata", "pinata"),
        ("flag: Åland Islands", "flag-aland-islands"),
        ("flag: Bosnia & Herzegovina", "flag-bosnia-and-herzegovina"),
        ("A button (blood type)", "a-button-blood-type"),
    ],
)
def test_slug(label, key):
    assert sources.slug(label) == key


def test_match_prefers_code_points_and_falls_back_on_the_slug():
    entries = [
        {"label": "enraged face", "hexcode": "1F621"},
        {"label": "flag: Malta", "hexcode": "1F1F2-1F1F9"},
        {"label": "red heart", "hexcode": "2764-FE0F"},
        {"label": "orca", "hexcode": "1FACD"},
    ]
    keys = ["pouting-face", "flag-for-malta", "red-heart"]
    assert sources.match(entries, keys, {"1f621": "pouting-face", "2764": "red-heart"}) == {
        "1F621": "pouting-face",
        "1F1F2-1F1F9": "flag-for-malta",
        "2764-FE0F": "red-heart",
    }


def test_skin_tones_are_told_by_code_point_and_not_by_the_ending_of_a_name():
    assert sources.has_skin_tone("1F44B-1F3FD")
    assert not sources.has_skin_tone("1F6A8")
    wave, lamp = {"label": "waving hand", "hexcode": "1F44B"}, {"label": "police car light", "hexcode": "1F6A8"}
    keys = ["waving-hand", "waving-hand-light", "police-car-light"]
    codes = {"1f44b": "waving-hand", "1f44b-1f3fb": "waving-hand-light", "1f6a8": "police-car-light"}
    assert sources.match([wave, lamp], keys, codes) == {"1F44B": "waving-hand", "1F6A8": "police-car-light"}


def test_read_entries_leaves_out_components_and_skin_tones():
    def entry(label, code, group, subgroup, tags=()):
        return {"label": label, "hexcode": code, "emoji": "x", "group": group, "subgroup": subgroup, "tags": list(tags)}

    english = [
        entry("fox", "1F98A", 3, 34, ["Animal", "fox", "x"]),
        entry("red hair", "1F9B0", 2, 33),
        entry("waving hand: dark skin tone", "1F44B-1F3FF", 1, 16),
        {"label": "regional A", "hexcode": "1F1E6"},
        entry("flag: France", "1F1EB-1F1F7", 9, 98, ["FR", "flag"]),
    ]
    chinese = [
        entry(label, item["hexcode"], 0, 0, tags)
        for item, (label, tags) in zip(
            english, [("狐狸", ["动物", "ok"]), ("红发", []), ("挥手", []), ("甲", []), ("旗: 法国", ["旗"])]
        )
    ]
    meta = {
        "groups": {"1": "people-body", "2": "component", "3": "animals-nature", "9": "flags"},
        "subgroups": {"16": "hand-fingers-open", "33": "hair-style", "34": "animal-mammal", "98": "country-flag"},
    }
    files = {"en/data.json": english, "zh/data.json": chinese, "meta/groups.json": meta}
    fox, france = sources.read_entries({path: json.dumps(content).encode() for path, content in files.items()})
    assert (fox["en"], fox["zh"], fox["tags_en"], fox["tags_zh"]) == ("fox", "狐狸", ["animal"], ["动物"])
    assert list(GROUPS)[fox["group"]] == "animals-nature" and list(SUBGROUPS)[fox["subgroup"]] == "animal-mammal"
    assert (france["en"], france["zh"]) == ("flag of france", "法国国旗")
    assert france["tags_en"] == ["flag", "france", "france flag"] and france["tags_zh"] == ["旗", "法国", "法国旗"]


@pytest.mark.parametrize(
    "label, name",
    [
        ("man: red hair", "man with red hair"),
        ("woman: bald", "bald woman"),
        ("family: man, woman, boy", "family of man woman and boy"),
        ("A button (blood type)", "blood type a"),
        ("woman’s hat", "woman's hat"),
        ("Japanese “here” button", "japanese here button"),
    ],
)
def test_english_names_read_like_prompts(label, name):
    assert sources.english_name(label) == name


def test_chinese_names_read_like_prompts():
    assert sources.chinese_name("男人: 红发", "person") == "红发男人"
    assert sources.chinese_name("旗: 苏格兰", "subdivision-flag") == "苏格兰旗"


# --- rendering ----------------------------------------------------------------------------------------------------


def test_on_white_composites_and_pads_to_a_square():
    clear = Image.new("RGBA", (8, 4), (255, 0, 0, 0))
    assert (sources.on_white(clear, 4) == 255).all()
    red = sources.on_white(Image.new("RGBA", (8, 4), "red"), 8)
    assert red.shape == (8, 8, 3) and red.dtype == np.uint8
    assert (red[0] == 255).all() and (red[4] == (255, 0, 0)).all()


def test_svg_follows_aliases_and_flips():
    pytest.importorskip("resvg_py")
    icons = {
        "width": 8,
        "height": 8,
        "icons": {"left": {"body": '<path fill="#000" d="M0 0h4v8H0z"/>'}},
        "aliases": {"right": {"parent": "left", "hFlip": True}, "again": {"parent": "right", "hFlip": True}},
    }
    left, right, again = (sources.render_svg(sources.svg(icons, key), 8) for key in ("left", "right", "again"))
    assert (left[:, :4] == 0).all() and (left[:, 4:] == 255).all()
    np.testing.assert_array_equal(right, left[:, ::-1])
    np.testing.assert_array_equal(again, left)


# --- packages -----------------------------------------------------------------------------------------------------


def pack(folder, package, licence):
    with tarfile.open(folder / package.file, "w:gz") as tar:
        content = json.dumps({"license": licence}).encode()
        member = tarfile.TarInfo("package/package.json")
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))


def test_fetch_reads_the_cache_and_checks_the_licence(tmp_path):
    package = sources.PACKAGES["flat"]
    pack(tmp_path, package, "MIT")
    assert json.loads(sources.fetch(package, tmp_path)["package.json"]) == {"license": "MIT"}
    pack(tmp_path, package, "CC-BY-SA-4.0")
    with pytest.raises(ValueError, match="CC-BY-SA-4.0.*only 'MIT'"):
        sources.fetch(package, tmp_path)


def test_fetch_says_what_to_do_when_npm_fails(tmp_path, monkeypatch):
    def fail(*_, **__):
        raise subprocess.CalledProcessError(1, "npm", stderr="offline")

    monkeypatch.setattr(sources.subprocess, "run", fail)
    with pytest.raises(RuntimeError, match=r"offline\n.*iconify-json-noto-.*\.tgz"):
        sources.fetch(sources.PACKAGES["noto"], tmp_path)


def test_a_set_without_code_points_is_matched_by_names_without_separators_and_by_those_of_unicode():
    entries = [
        {"label": "spade suit", "hexcode": "2660"},
        {"label": "pile of poo", "hexcode": "1F4A9"},
        {"label": "keycap: 1", "hexcode": "0031-FE0F-20E3"},
        {"label": "orca", "hexcode": "1FACD"},
    ]
    keys = ["blackspadesuit", "pile-of-poo", "suit"]
    assert sources.match(entries, keys, {}) == {"2660": "blackspadesuit", "1F4A9": "pile-of-poo"}
    assert sources.match(entries, keys, {"1fad0": "suit"}) == {
        "1F4A9": "pile-of-poo"
    }  # a set with them is not guessed at


# --- hold-out -----------------------------------------------------------------------------------------------------


def test_the_committed_list_has_400_things_in_one_style_each():
    pairs = holdout.read()
    assert len(pairs) == len({code for code, _ in pairs}) == 400
    assert {style for _, style in pairs} == set(STYLES)


def test_the_later_list_has_the_later_hands_alone_and_things_that_the_first_does_not_name():
    later = holdout.read(holdout.LATER)
    assert len(later) == 160 and {style for _, style in later} == set(LATER_STYLES)
    assert not {code for code, _ in later} & {code for code, _ in holdout.read()}


def test_later_pairs_are_of_common_things_that_are_free():
    pairs = [(f"{number:X}", style) for number in range(60) for style in list(ALL_STYLES)[number % 5 :]]
    held = [(f"{number:X}", "noto") for number in range(0, 60, 4)]
    found = holdout.later(pairs, held, LATER_STYLES, count=20)
    count = Counter(code for code, _ in pairs)
    assert not {code for code, _ in found} & {code for code, _ in held}
    assert all(count[code] >= 5 and style in LATER_STYLES for code, style in found)


def test_draw_takes_one_style_a_thing_and_only_common_things():
    pairs = [(f"{number:X}", style) for number in range(50) for style in list(STYLES)[: 3 + number % 3]]
    held = holdout.draw(pairs, count=20, seed=1)
    count = Counter(code for code, _ in pairs)
    assert len({code for code, _ in held}) == 20 and set(held) <= set(pairs)
    assert all(count[code] >= 4 for code, _ in held)
    assert held == holdout.draw(reversed(pairs), count=20, seed=1)
    with pytest.raises(ValueError, match="count=99"):
        holdout.draw(pairs, count=99)


def test_read_names_file_and_line(tmp_path):
    path = tmp_path / "list.csv"
    with pytest.raises(FileNotFoundError, match="list.csv"):
        holdout.read(path)
    path.write_text("hexcode,style,name\n1F34E,flat,red apple\n1F418,,elephant\n")
    with pytest.raises(ValueError, match="line 3"):
        holdout.read(path)
    path.write_text("hexcode,style,name\n1F34E,flat,red apple\n1F34E,noto,red apple\n")
    with pytest.raises(ValueError, match="twice"):
        holdout.read(path)


def test_held_out_pictures_are_marked_and_never_in_train(tiny):
    pairs = [("A", "flat"), ("A", "noto"), ("B", "flat")]
    assert data.mark_held_out(pairs, [("A", "noto")]).tolist() == [False, True, False]
    assert data.mark_held_out(pairs, []).tolist() == [False] * 3
    with pytest.raises(ValueError, match="'C', '3d'"):
        data.mark_held_out(pairs, [("C", "3d")])
    assert tiny.held_out.tolist() == [1] and 1 not in tiny.train and len(tiny.train) == 14


# --- the file -----------------------------------------------------------------------------------------------------


def test_save_and_load_give_the_same(tiny, tmp_path):
    tiny.save(tmp_path / "sub" / "emoji.npz")
    back = EmojiData.load(tmp_path / "sub" / "emoji.npz")
    for key in data.ARRAYS:
        np.testing.assert_array_equal(getattr(back, key), getattr(tiny, key))
    assert back.entries == tiny.entries and back.labels_zh == tiny.labels_zh and back.licences == tiny.licences
    assert [path.name for path in (tmp_path / "sub").iterdir()] == ["emoji.npz"]
    assert back.groups[back.group[5]] == "animals" and back.subgroups[back.subgroup[0]] == "fruit"
    assert "15 pictures, 3 names, 1 held out" in data.describe(back)


def test_missing_and_broken_files_say_how_to_rebuild(tiny, tmp_path):
    path = tmp_path / "emoji.npz"
    rebuild = r"emoji\.npz.*python -m pipelines\.training\.data --out"
    with pytest.raises(FileNotFoundError, match=rebuild):
        EmojiData.load(path)
    path.write_bytes(b"no zip")
    with pytest.raises(ValueError, match=rebuild):
        EmojiData.load(path)
    tiny.save(path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ValueError, match=rebuild):
        EmojiData.load(path)
    np.savez(path, images=tiny.images)
    with pytest.raises(ValueError, match=rebuild):
        EmojiData.load(path)
    replace(tiny, name=tiny.name[:3]).save(path)
    with pytest.raises(ValueError, match="different lengths"):
        EmojiData.load(path)
    replace(tiny, name=tiny.name + 9).save(path)
    with pytest.raises(ValueError, match="'name'.*0 to 2"):
        EmojiData.load(path)


def test_labels_are_unique_over_all_heads_in_both_languages(tiny):
    for heads in (tiny.labels, tiny.labels_zh):
        labels = [label for head in heads.values() for label in head]
        assert len(labels) == len(set(labels)) and all(labels) and not any("-" in label for label in labels)


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
