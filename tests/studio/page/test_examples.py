import json

import numpy as np
import pytest

from studio.page import examples, redraw
from studio.page.table import Setting

from ..fakes import FakeEngine

SETTINGS = (Setting(), Setting.of(w=2.0))
PROMPTS = ({"prompt": "red apple"}, {"category": "fruit", "style": "flat"})


@pytest.fixture
def folder(tmp_path):
    total = redraw.build(FakeEngine(0), tmp_path / "examples", PROMPTS, SETTINGS, (4, 7))
    assert total == sum(file.stat().st_size for file in (tmp_path / "examples").iterdir()) < redraw.LIMIT
    return tmp_path / "examples"


def test_what_was_built_is_loaded_to_the_bit(folder):
    loaded = examples.load(folder)
    assert len(loaded) == 2 and all(len(example.columns) == 2 for example in loaded)
    for column in (column for example in loaded for column in example.columns):
        frame = list(FakeEngine(0).run(column.recipe))[-1]
        assert column.recipe.seeds == (4, 7) and len(column.pictures) == 2 and column.scores.n == 2
        for kept, drawn in zip(column.pictures, frame.pictures, strict=True):
            assert (np.asarray(kept) == np.asarray(drawn)).all()


def test_building_again_leaves_no_old_files(folder):
    redraw.build(FakeEngine(0), folder, PROMPTS[:1], SETTINGS[:1], (1,))
    assert sorted(file.name for file in folder.iterdir()) == ["0-0.webp", "examples.json"]


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"examples": 3}', '{"examples": [{}]}', '{"examples": [{"columns": [{}]}]}']
)
def test_damaged_examples_do_not_stop_the_page(folder, content):
    (folder / examples.INDEX).write_text(content)
    assert examples.load(folder) == ()


def test_missing_pictures_and_bad_recipes_do_not_stop_the_page(folder, tmp_path):
    assert examples.load(tmp_path / "nowhere") == ()
    index = json.loads((folder / examples.INDEX).read_text())
    index["examples"][0]["columns"][0]["recipe"]["w"] = 99
    (folder / examples.INDEX).write_text(json.dumps(index))
    assert len(examples.load(folder)) == 1
    for file in folder.glob("*.webp"):
        file.write_bytes(b"damaged")
    assert examples.load(folder) == ()


def test_too_large_examples_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(redraw, "LIMIT", 100)
    with pytest.raises(ValueError, match="bytes"):
        redraw.build(FakeEngine(0), tmp_path, PROMPTS, SETTINGS, (1,))
