"""Names, drawings and packages of the emoji, on tiny sources made here. No network, no npm."""

import io
import json
import subprocess
import tarfile

import numpy as np
import pytest
from PIL import Image

from pipelines.training import sources
from pipelines.training.taxonomy import GROUPS, SUBGROUPS

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
