"""The Draw tab's handlers over a world without networks: what is asked for, seen, drawn, told and stopped."""

import base64
import io
import json
import time

import pytest
from PIL import Image

from pipelines import ClassifierFree, TwoScales
from studio.recipe import Recipe, RecipeError
from studio.recipe.uploads import PREFIX
from studio.tabs.draw.handlers import Handlers
from studio.tabs.draw.plan import QUICK, plan
from studio.tabs.draw.sketches import sketches
from studio.tabs.play.handlers import Play
from studio.words import WORDS
from tests.studio.fakes import FakeEngine
from tests.studio.recipe.test_conditions import EMPTY, INDEX, SHAPE, url
from tests.studio.recipe.test_uploads import half, text

LAYERS = [
    {"kind": "mask", "picture": SHAPE, "drawn": True, "strength": 1.0, "start": 0.0, "end": 1.0},
    {"kind": "blocks", "picture": url(ink="red"), "drawn": True, "strength": 0.5, "start": 0.0, "end": 0.8},
]
REFERENCE = {"picture": url(ink="blue"), "strength": 1.0, "start": 0.0, "end": 1.0}
SETTING = {"world": "emoji", "prompt": "cat", "negative_prompt": "", "w": 2.0, "w_condition": None}
SETTING |= {"steps": 12, "seeds": "0, 1", "branches": "both"}


def asked(layers=LAYERS, columns="all", **fields):
    request = {"setting": SETTING, "layers": layers, "reference": None, "way": "UniControlNet", "columns": columns}
    return request | fields


@pytest.fixture
def handlers(vocabulary_file, tmp_path):
    vocabulary_file.with_name("model_index.json").write_text(json.dumps(INDEX))
    engine = FakeEngine(0.002)
    return Handlers(engine, Play(engine), tmp_path / "draw")


def drawn(handlers, request, key="me"):
    begun = handlers.begin(key, request)
    return [begun, *handlers.run(key)]


def picture(url):
    return Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))


def test_a_stroke_is_redrawn_quickly_with_all_layers(handlers):
    handlers.engine.fake.seconds_per_step = 0.02
    begun, *screens = drawn(handlers, asked())
    assert begun.columns is None and begun.running
    last = screens[-1]
    (column,) = last.columns
    assert not last.running and "2 pictures" in last.status
    assert column["key"] == "all" and column["seeds"] == [0, 1] and column["title"] == ["All together", "全部一起"]
    assert picture(column["pictures"][0]["src"]).size == (384, 384)
    recipe = Recipe.from_png(base64.b64decode(column["pictures"][1]["png"].partition(",")[2]))
    assert recipe.seeds == (1,) and recipe.steps == QUICK and recipe.revision
    specs = recipe.as_dict()["conditions"]
    assert [(each["name"], each.get("kind", "edges")) for each in specs] == [
        ("UniControlNet", "mask"),
        ("UniControlNet", "blocks"),
    ]
    assert specs[1]["strength"] == 0.5 and specs[1]["end"] == 0.8 and all(each["drawn"] for each in specs)
    assert handlers.play.histories["me"].page().total == 0
    running = [screen for screen in screens[:-1] if screen.columns]
    assert running and all(screen.running for screen in running)
    assert running[0].columns[0]["pictures"][0]["png"] == ""
    (again,) = handlers.run("me")  # it is drawn already
    assert again.columns is None and again.status == screens[-1].status and not again.running


def test_side_by_side_each_alone_and_all_together(handlers):
    last = drawn(handlers, asked(columns="each", reference=REFERENCE))[-1]
    assert [column["key"] for column in last.columns] == ["none", "mask", "blocks", "reference", "all"]
    recipes = [
        Recipe.from_png(base64.b64decode(column["pictures"][0]["png"].partition(",")[2])) for column in last.columns
    ]
    assert [len(recipe.conditions) for recipe in recipes] == [0, 1, 1, 1, 3]
    assert {(recipe.seeds, recipe.steps, recipe.w) for recipe in recipes} == {((0,), 12, 2.0)}
    names = [[name[0] for name, _ in column["figures"]] for column in last.columns]
    assert (
        names
        == [["like the picture", "SSIM with the picture", "shape IoU", "colour error", "agreement", "distance", "time"]]
        * 5
    )
    assert all(0 <= float(column["figures"][2][1]) <= 1 for column in last.columns)
    assert all(-1 <= float(column["figures"][1][1]) <= 1 for column in last.columns)
    assert handlers.play.histories["me"].page().total == 10  # what was waited for is kept


def test_one_layer_needs_no_column_of_its_own(handlers):
    keys = [[column["key"] for column in drawn(handlers, asked(LAYERS[:1], columns="each"))[-1].columns]]
    keys += [[column["key"] for column in drawn(handlers, asked([], columns="each"))[-1].columns]]
    assert keys == [["none", "all"], ["all"]]
    assert plan(asked(LAYERS[:1], columns="each")).columns[1].title == ("shape", "形状")


def test_nothing_drawn_is_no_condition_and_is_told(handlers):
    empty = {**LAYERS[0], "picture": EMPTY}
    last = drawn(handlers, asked([empty]))[-1]
    assert "without a condition" in last.status and "没有条件" in last.status
    assert last.columns[0]["title"] == ["No condition", "无条件"]
    last = drawn(handlers, asked([empty, LAYERS[1]]))[-1]
    assert "shape was left out" in last.status and "without a condition" not in last.status


def test_two_scales_and_one(handlers):
    two = {**SETTING, "w_condition": 1.5}
    assert plan(asked(setting=two)).columns[0].recipe.rule == TwoScales(2.0, w_condition=1.5)
    none, *_ = plan(asked(setting=two, columns="each")).columns
    assert none.recipe.rule == ClassifierFree(2.0)  # the same pictures, for less
    told = plan(asked(setting={**SETTING, "branches": "conditional"})).columns[0].recipe
    assert {each["branches"] for each in told.as_dict()["conditions"]} == {"conditional"}


def test_what_is_seen_of_each_layer(handlers):
    photo = text(half((300, 200)), "JPEG")
    empty, damaged = {**LAYERS[0], "picture": EMPTY}, {"kind": "mask", "picture": "data:image/png;base64,AA"}
    taken, none = {"kind": "edges", "picture": photo, "drawn": False}, {"kind": "lines", "picture": ""}
    seen = handlers.look([LAYERS[0], empty, taken, none, damaged])
    assert [each["empty"] for each in seen] == [False, True, False, True, True]
    assert picture(seen[0]["map"]).size == (64, 64) and seen[0]["map"].startswith(PREFIX) and seen[0]["note"] is None
    assert seen[1]["note"] == {"en": "Nothing is drawn: no condition.", "zh": "什么也没画：没有条件。"}
    assert seen[3] == {"kind": "lines", "map": "", "empty": True, "note": None}
    assert "PNG, JPEG" in seen[4]["note"]["en"] and "不可用" in seen[4]["note"]["zh"]
    assert handlers.look("x") == [] and handlers.look([7])[0]["note"]


def test_a_recipe_holds_the_map_as_it_was_seen(handlers):
    photo = {"kind": "edges", "picture": text(half((300, 200)), "JPEG"), "drawn": False}
    (spec,) = plan(asked([photo])).columns[0].recipe.as_dict()["conditions"]
    assert spec["images"] == [handlers.look([photo])[0]["map"]] and spec["drawn"] is True
    again = {"kind": "edges", "picture": spec["images"][0], "drawn": True}
    assert handlers.look([again])[0]["map"] == spec["images"][0]


def test_any_upload_is_opened_or_refused(handlers):
    assert picture(handlers.opened(text(half((900, 700)), "JPEG"))["picture"]).size == (512, 512)
    english, chinese = handlers.opened("data:image/png;base64,AAAA")["problem"]
    assert "allowed: a PNG, JPEG" in english and "不可用" in chinese


def test_the_sketches_can_be_drawn(handlers):
    found = handlers.start()
    assert ["emoji", "Emoji: 64 × 64 pictures from text", "表情：由文字生成 64 × 64 的图"] in found["worlds"]
    every = ["edges", "lines", "mask", "blocks", "labels"]
    assert found["ways"]["emoji"]["T2IAdapter"] == {"kinds": every, "why": None}
    assert found["reference"]["emoji"] is None
    for sketch in sketches():
        assert not any(layer.empty for layer in plan(asked(sketch.asked())).layers), sketch.name
    assert len(found["examples"]) == len(sketches()) and not found["examples"][0]["pictures"]


def test_a_world_without_the_networks_says_why(handlers, vocabulary_file):
    vocabulary_file.with_name("model_index.json").write_text('{"unet": ["a", "b"], "controlnet": [null, null]}')
    found = handlers.start()
    assert found["ways"]["emoji"]["ControlNet"]["why"] == ["This model has no ControlNet.", "这个模型没有 ControlNet。"]
    assert found["reference"]["emoji"][0].startswith("This model has no network")
    screen = handlers.begin("me", asked())
    assert "has no ControlNet" in screen.status and not screen.running and list(handlers.run("me")) == [screen]


@pytest.mark.parametrize(
    "request_, message",
    [
        (7, "asked = 7"),
        (asked(way="Canny"), "way = 'Canny'"),
        (asked(columns="some"), "columns = 'some'"),
        (asked(layers="x"), "layers = 'x'"),
        (asked([{"kind": "depth", "picture": SHAPE}]), r"layers\[0\].kind = 'depth'"),
        (asked([{"kind": "reference", "picture": SHAPE}]), r"layers\[0\].kind = 'reference'"),
        (asked([LAYERS[0], LAYERS[0]]), "layers = 'mask'.*once only"),
        (asked([{**LAYERS[0], "strength": 9}]), r"conditions\[0\].strength = 9"),
        (asked([{**LAYERS[0], "picture": "data:image/png;base64,AAAA"}]), "mask = "),
        (asked([{**LAYERS[0], "picture": PREFIX + "A" * 3_000_000}]), "at most 2000000 characters"),
        (asked([{**LAYERS[0], "picture": 5}]), r"layers\[0\].picture = 5"),
        (asked(reference={"picture": "x"}), "reference = 'x'"),
        (asked(setting={**SETTING, "steps": 0}), "steps = 0"),
        (asked(setting={**SETTING, "eta": 1}), "eta = 1"),
        (asked(setting={**SETTING, "steps": 250, "seeds": "16 from 0"}, columns="each"), "at most 8000"),
    ],
)
def test_what_is_wrong_is_named(handlers, request_, message):
    with pytest.raises(RecipeError, match=message):
        plan(request_)
    screen = handlers.begin("me", request_)
    assert screen.columns is None and 'role="alert"' in screen.status and not screen.running


def test_a_new_stroke_ends_the_run_that_is_on(handlers):
    handlers.engine.fake.seconds_per_step = 0.02
    handlers.begin("me", asked(columns="each"))
    screens = handlers.run("me")
    next(screens)
    handlers.begin("me", asked(LAYERS[1:]))
    rest = list(screens)
    assert len(rest) < 8 and rest[-1].running  # the next one waits
    last = list(handlers.run("me"))[-1]
    (column,) = last.columns
    recipe = Recipe.from_png(base64.b64decode(column["pictures"][0]["png"].partition(",")[2]))
    assert [each["kind"] for each in recipe.as_dict()["conditions"]] == ["blocks"] and not last.running


def test_pictures_are_of_the_click_that_asked_for_them(handlers):
    """The page knows by the number what stands there: not by what was asked for last, which may have been refused."""
    handlers.begin("me", asked(), 4)
    screens = handlers.run("me")
    next(screens)
    handlers.begin("me", asked(setting=SETTING | {"seeds": "abc"}), 5)
    *_, last = screens
    assert last.columns and last.click == 4 and "abc" in last.status and not last.running
    handlers.begin("me", asked(), 6)
    assert {screen.click for screen in handlers.run("me")} == {6}


def test_cancel_keeps_what_is_drawn(handlers):
    handlers.engine.fake.seconds_per_step = 0.02
    handlers.begin("me", asked(columns="each"))
    screens, began = handlers.run("me"), time.perf_counter()
    for screen in screens:
        if screen.columns and len(screen.columns[1]["pictures"]):
            break
    handlers.cancel("me")
    last = list(screens)[-1]
    assert time.perf_counter() - began < 2 and "Cancelled" in last.status and not last.running
    assert last.columns[0]["pictures"][0]["png"] and not any(each["png"] for each in last.columns[-1]["pictures"])
    handlers.begin("me", asked())
    handlers.cancel("me")
    (screen,) = handlers.run("me")
    assert screen.columns is None and WORDS["not_begun"][0] in screen.status and not screen.running
    handlers.leave("me")
    handlers.leave("never here")
