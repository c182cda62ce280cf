"""What is wrong in a form, an address or a file is told, and the rest of it is loaded."""

import json
import re

import pytest

from studio.page.forms import shared_of
from studio.recipe import Recipe
from studio.recipe.specs import base_strength
from studio.tabs.play.handlers import Play
from tests.studio.fakes import FakeEngine
from tests.studio.recipe.test_saved import png_with
from tests.studio.test_app import FORM, draw, text


@pytest.fixture
def play():
    return Play(FakeEngine(seconds_per_step=0.001))


@pytest.mark.parametrize(
    "field, value",
    [
        ("steps", 0),
        ("steps", float("nan")),
        ("steps", "many"),
        ("steps", 251),
        ("eta", 1.5),
        ("eta", None),
        ("seeds", "one"),
        ("seeds", ", ".join(map(str, range(17)))),
        ("seeds", "99 from 0"),
        ("prompt", "x" * 201),
        ("sampler", "Lms"),
        ("style", "cubism"),
        ("category", ["food"]),
    ],
)
def test_what_is_not_allowed_is_told_and_the_page_stays_usable(play, field, value):
    query, screen = play.begin("me", {**FORM, field: value})
    assert query == "" and not screen.running
    assert 'role="alert"' in screen.status and field in screen.status and "allowed" in screen.status
    assert "16 pictures" in draw(play).status


def test_too_much_at_once_is_told(play):
    screen = play.begin("me", {**FORM, "steps": 250, "seeds": "16 from 0"})[1]
    assert "steps × seeds × network calls" in screen.status and "at most" in screen.status


def test_nothing_typed_becomes_html(play):
    nasty = "<img src=x onerror=alert(1)>\"'&"
    screen = draw(play, {**FORM, "prompt": nasty, "negative_prompt": nasty})
    assert "<img src=x" not in text(screen) and "&lt;img src=x" in text(screen)
    for field in ("seeds", "style", "category"):
        assert "<img src=x" not in text(play.begin("me", {**FORM, field: nasty})[1])
    assert "<img src=x" not in text(play.opened("me", "?style=" + nasty)[1])


def test_words_that_are_not_understood_are_told_with_near_ones(play):
    notes = draw(play, {**FORM, "prompt": "rd aple"}).notes
    assert "“aple”" in notes and "apple" in notes


@pytest.mark.parametrize(
    "query, known, named",
    [
        ("prompt=whale&ref=hn", {"prompt": "whale"}, ["ref"]),
        ("prompt=whale&w=banana&sampler=Nope&steps=9", {"prompt": "whale", "steps": 9}, ["w", "sampler"]),
        ("prompt=a&prompt=b", {"prompt": "a"}, ["prompt"]),
        ("style=cubist&prompt=cat&seeds=1,x,3&eta=7", {"prompt": "cat"}, ["style", "seeds[1]", "eta"]),
        (
            'prompt=cat&pulls=[{"name":"Colour","gamma":1e9},{"name":"Nope"},{"name":"Semantic","gamma":7,"x":1}]',
            {"prompt": "cat", "pulls": ["Colour", {"name": "Semantic", "gamma": 7}]},
            ["pulls[0].gamma", "pulls[1].name", "pulls[2].x"],
        ),
        ('rule={"name":"Interval","low":9,"rule":"Nope"}', {"rule": "Interval"}, ["rule.low", "rule.rule"]),
        ("w=-1&rule=CFGPlusPlus", {"rule": "CFGPlusPlus"}, ["w"]),
        ("prompt=" + "x" * 100_000 + "&steps=7", {"steps": 7}, ["prompt"]),
        ("prompt=cat&_columns=nan,0,0;1,0,900;3,0,0", {"prompt": "cat"}, ["_columns[0].w", "_columns[1].gamma_clip"]),
    ],
)
def test_what_is_known_of_an_address_is_loaded_and_all_else_is_named(play, query, known, named):
    controls, screen = play.opened("me", query)
    lines = re.findall(r'<div class="line"><span class="en" lang="en">(\S+) = ', screen.status)
    assert lines == named and "The rest of the recipe is loaded" in screen.status and "其余部分" in screen.status
    wanted = Recipe.parse({"w": base_strength(known.get("rule")).default} | known)
    assert controls.shared == shared_of(wanted)
    setting = controls.setting
    assert (setting.rule.with_strength(0), setting.pulls) == (wanted.rule.with_strength(0), wanted.pulls)


def test_a_file_is_loaded_without_what_is_wrong_in_it(play):
    old = Recipe(prompt="whale", steps=9, rule="Projected").as_dict() | {"w": "strong", "dream": 1, "style": 7}
    for content in (json.dumps(old).encode(), png_with(json.dumps(old))):
        controls, screen = play.load("me", content, FORM)
        assert controls.shared["prompt"] == "whale" and controls.shared["steps"] == 9
        assert controls.setting.rule == Recipe(rule="Projected").rule
        assert all(f">{name} = " in screen.status for name in ("w", "dream", "style"))
    controls, screen = play.load("me", b'{"prompt": "cat', FORM)
    assert controls is None and "JSON text" in screen.status
