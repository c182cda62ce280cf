"""A recipe with conditions beyond itself: in a column, in an address, in the history and in a sweep."""

import csv
import io
import json
import random
import shutil
import zipfile

import pytest
from PIL import Image

from pipelines import ClassifierFree
from studio.history.export import write
from studio.history.store import History, Query
from studio.page.forms import MAX_LINK, left_out, read_query, shared_of, write_query
from studio.recipe import RecipeError
from studio.recipe.setting import setting_of
from studio.sweeps.grid import Sweep
from studio.tabs.frontier.presets import options_for
from studio.tabs.play.handlers import Play
from tests.studio.fakes import FakeEngine
from tests.studio.recipe.test_conditions import LIKE, MASK, able, recipe  # noqa: F401
from tests.studio.recipe.test_uploads import text


def test_a_column_of_the_play_tab_keeps_them():
    play, made = Play(FakeEngine(0)), recipe(MASK, LIKE, seeds=(1,))
    controls, _ = play.take("me", made)
    assert controls.setting.conditions == made.conditions
    assert controls.setting.said(0) == "w = 2 (s = 3) · shape · Like this one"
    assert controls.setting.said(1).endswith("形状 · 像这一张")
    play.edit("me", shared_of(made), 5.0, 0.0, 0.0, "", ())
    setting = play.pages["me"].table.setting
    assert setting == setting_of(made)._replace(rule=ClassifierFree(5.0))
    query, _ = play.begin("me", shared_of(made))
    list(play.run("me"))
    assert play.pages["me"].table.columns[-1].shown == made.but(w=5.0)
    other = Play(FakeEngine(0))
    other.opened("you", query)
    assert other.pages["you"].table.setting == setting


def test_a_link_that_would_be_too_long_leaves_them_out_and_says_so():
    noise = text(Image.frombytes("RGB", (128, 128), random.Random(0).randbytes(3 * 128 * 128)))
    short, long = recipe(MASK), recipe({**LIKE, "images": [noise]})
    assert not left_out([short]) and [note.key for note in left_out([short, long])] == ["link_without"]
    query = write_query([short, long])
    assert len(query) < MAX_LINK and not any(setting.conditions for setting in read_query(query)[1])
    same = write_query([short, short.but(w=0.0), short.but(w=5.0)])
    assert len(same) < len(write_query([short])) + 60  # a picture is written once
    play = Play(FakeEngine(0))
    play.take("me", long)
    _, screen = play.begin("me", shared_of(long))
    assert "too long for an address" in screen.notes
    assert "too long for an address" in list(play.run("me"))[-1].notes


def test_another_world_takes_them_off_and_says_so(vocabulary_file, monkeypatch):
    shutil.copytree(vocabulary_file.parent, vocabulary_file.parents[1] / "plain")
    (vocabulary_file.parents[1] / "plain" / "model_index.json").write_text('{"unet": ["a", "b"]}')
    play, made = Play(FakeEngine(0)), recipe(MASK)
    play.take("me", made)
    controls, screen = play.world("me", shared_of(made), "plain")
    assert controls.setting.conditions == () and "taken off" in screen.notes


def test_the_history_finds_and_exports_them(tmp_path):
    history = History(tmp_path / "history")
    made = recipe(MASK, seeds=(1,))
    history.add(made, [Image.new("RGB", (8, 8))])
    (entry,) = history.page(Query(text="controlnet 形状")).entries
    assert entry.recipe == made and history.page(Query(text="t2i")).total == 0
    path, *_ = write(history.all(), tmp_path)
    with zipfile.ZipFile(path) as archive:
        (row,) = csv.DictReader(io.StringIO(archive.read("pictures.csv").decode("utf-8-sig")))
        assert "(a picture)" in row["conditions"] and len(row["conditions"]) < 200
        assert json.loads(archive.read("recipes.jsonl"))["recipe"]["conditions"] == made.as_dict()["conditions"]


def test_a_sweep_moves_a_strength():
    axes = [{"option": "conditions.0.strength", "values": [0, 0.5, 1]}]
    job = Sweep.grid(recipe(MASK).flat() | {"revision": ""}, axes)
    strengths = [each.conditions[0].strength for cell in job.cells for each in cell.recipes]
    assert strengths == [0.0, 0.5, 1.0]
    assert [len(picture.conditions) for picture in job.work[::2]] == [0, 1, 1]  # at 0 it is the plain picture
    assert "conditions.0.strength" in dict(map(reversed, options_for(recipe(MASK))))
    assert dict(options_for(recipe(LIKE, MASK)))["ControlNet (mask): strength"] == "conditions.1.strength"
    assert dict(options_for(recipe(LIKE)))["GlobalPrompt: from"] == "conditions.0.start"
    with pytest.raises(RecipeError, match="conditions"):
        Sweep.grid(recipe(MASK), [{"option": "conditions.4.strength", "values": [0, 1]}])
