"""The data set: hold-out, labels and errors."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from pipelines.training import data, holdout
from pipelines.training.data import EmojiData
from pipelines.training.taxonomy import ALL_STYLES, LATER_STYLES, STYLES

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
