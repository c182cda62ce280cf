"""A column's drawings on the Play tab: said, kept, taken off, and opened on the sheet as they were."""

import json

import pytest

from studio.page.forms import shared_of
from studio.recipe import Recipe
from studio.tabs.draw.handlers import Handlers
from studio.tabs.draw.plan import plan
from studio.tabs.draw.taken import taken
from studio.tabs.play.handlers import Play
from tests.studio.fakes import FakeEngine
from tests.studio.recipe.test_conditions import INDEX, SHAPE
from tests.studio.tabs.draw.test_handlers import LAYERS, REFERENCE, SETTING, asked


@pytest.fixture
def play(vocabulary_file):
    vocabulary_file.with_name("model_index.json").write_text(json.dumps(INDEX))
    return Play(FakeEngine(seconds_per_step=0))


def drawn(**fields):
    """The recipe of the Draw tab's last column."""
    return plan(asked(columns="each", **fields)).columns[-1].recipe


def test_a_recipe_comes_back_to_the_sheet_as_it_was_drawn(play):
    recipe = drawn(
        reference=REFERENCE, way="ControlNet", setting=SETTING | {"w_condition": 1.5, "branches": "conditional"}
    )
    found = taken(recipe)
    again = {name: found[name] for name in ("setting", "way", "layers")}
    again["reference"] = {"picture": found["reference"], **found["told"]}
    assert plan(again | {"columns": "each"}).columns[-1].recipe == recipe
    assert [layer["kind"] for layer in found["layers"]] == ["mask", "blocks"] and found["setting"]["w_condition"] == 1.5
    assert taken(recipe)["fresh"] != found["fresh"]


def test_what_the_sheet_cannot_hold_is_left_out():
    plain = taken(Recipe(prompt="cat"))
    assert plain["layers"] == [] and plain["reference"] == "" and plain["setting"]["w_condition"] is None
    spec = {"name": "ControlNet", "kind": "mask", "images": [SHAPE], "drawn": True}
    two = Recipe(conditions=[spec, {**spec, "strength": 0.5}])
    assert [layer["strength"] for layer in taken(two)["layers"]] == [1.0]


def test_the_column_says_what_it_is_told_and_keeps_it(play):
    recipe = drawn()
    _, screen = play.take("me", recipe)
    assert "What" not in screen.told and "Open in Draw" in screen.told and "去掉" in screen.told
    assert screen.told.count("<li>") == 2 and "strength 0.5, from 0 to 0.8" in screen.told
    play.edit("me", shared_of(recipe), 4.0, 0, 0)
    play.begin("me", shared_of(recipe))
    *_, last = play.run("me")
    assert last.told == screen.told
    assert play.pages["me"].table.columns[3].shown.conditions == recipe.conditions
    _, other = play.pick("me", shared_of(recipe), 0)
    assert other.told == ""


def test_it_is_taken_off_and_a_preview_follows(play):
    recipe = drawn()
    play.take("me", recipe)
    before = play.pages["me"].tick
    tick, screen = play.forget("me", shared_of(recipe))
    assert tick == before + 1 and screen.told == "" and play.pages["me"].table.setting.conditions == ()
    *_, last = play.preview("me", shared_of(recipe))
    assert play.pages["me"].table.columns[3].shown.conditions == ()


def test_it_is_opened_on_the_draw_tab(play):
    recipe = drawn()
    fields, _ = play.take("me", recipe)
    found, why = Handlers(play.engine, play).sketched("me", fields.shared)
    assert why == "" and [layer["kind"] for layer in found["layers"]] == [each["kind"] for each in LAYERS]
    found, why = Handlers(play.engine, play).sketched("me", {**fields.shared, "steps": 10**6})
    assert found is None and "steps" in why
    assert Handlers(play.engine, play).look(taken(recipe)["layers"])[0]["kind"] == "mask"
