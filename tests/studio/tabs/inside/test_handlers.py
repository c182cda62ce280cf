"""The Inside tab's handlers, over the fake engine."""

import base64
import json
import re
import threading
from types import SimpleNamespace

import pytest

from studio.page import scripts
from studio.recipe import Recipe, RecipeError
from studio.tabs.inside import components as inside
from studio.tabs.inside.handlers import MAX_TRACES, Handlers
from studio.tabs.inside.view import remarks
from studio.words import WORDS
from studio.words.inside import INSIDE
from tests.studio.fakes import FakeEngine

RECIPE = Recipe(prompt="red apple", steps=4, seeds=(3, 9))


@pytest.fixture
def handlers():
    return Handlers(FakeEngine(0))


def trace(handlers, key, find, seed=None):
    handlers.begin(key, find, seed)
    yield from handlers.run(key)


def last(handlers, recipe=RECIPE, seed=3, key="me"):
    return list(trace(handlers, key, lambda: recipe, seed))[-1]


def test_a_run_is_traced_and_told(handlers):
    screens = list(trace(handlers, "me", lambda: RECIPE, 9))
    assert all(screen.running for screen in screens[:-1]) and not screens[-1].running
    view = screens[-1].view
    assert view["seed"] == 9 and view["row"] == 1 and view["done"] and len(view["levels"]) == 5
    assert "16 network calls" in screens[-1].status and "none of them extra" in screens[-1].status
    assert "8 extra" in last(handlers, RECIPE.but(w=0.0)).status


def test_pictures_are_shown_while_it_runs():
    handlers = Handlers(FakeEngine(0.05))
    views = [screen.view for screen in trace(handlers, "me", lambda: RECIPE.but(steps=20))]
    lives = [view["live"] for view in views if view and "live" in view]
    assert len(lives) > 2 and lives[0]["index"] < lives[-1]["index"] and lives[0]["x0"].startswith("data:image/png")


def test_a_seed_of_another_recipe_becomes_the_first(handlers):
    assert last(handlers, seed=77).view["seed"] == 3 and last(handlers, seed=None).view["seed"] == 3


def test_what_cannot_run_is_told_and_what_was_traced_stays(handlers):
    def wrong():
        raise RecipeError("steps", "<b>", "whole_numbers", low=1, high=250)

    (screen,) = trace(handlers, "me", wrong)
    assert screen.view == {} and 'role="alert"' in screen.status and "<b>" not in screen.status
    large = last(handlers, RECIPE.but(steps=250, seeds=tuple(range(16)), gamma_clip=5.0))
    assert large.view == {} and "at most 8000" in large.status
    assert last(handlers).view["done"]


def test_a_failure_in_the_run_is_told_and_the_desk_goes_on(handlers):
    watch, handlers.engine.fake.watch = handlers.engine.fake.watch, lambda *given: 1 / 0
    assert "division by zero" in last(handlers).status
    handlers.engine.fake.watch = watch
    assert last(handlers).view["done"]


def test_cancel_shows_what_was_traced():
    handlers = Handlers(FakeEngine(0.02))
    screens = []
    for screen in trace(handlers, "me", lambda: RECIPE.but(steps=100)):
        screens.append(screen)
        if len(screens) == 3:
            handlers.cancel("me")
    view = screens[-1].view
    assert not view["done"] and 0 < view["steps"] < 90 and not screens[-1].running
    assert "Cancelled after" in screens[-1].status and handlers.engine.fake.begun == handlers.engine.fake.ended == 1


def test_a_new_run_of_a_page_ends_its_old_one_and_another_page_does_not():
    handlers = Handlers(FakeEngine(0.01))
    ended = []

    def run(key):
        ended.append(list(trace(handlers, key, lambda: RECIPE.but(steps=60)))[-1])

    run("other")
    old = threading.Thread(target=run, args=("me",))
    old.start()
    while handlers.engine.fake.begun < 2:
        pass
    new = last(handlers)
    old.join()
    assert ended[0].view["done"] and not ended[1].view["done"] and new.view["done"] and not new.running


def test_a_run_that_waits_is_cancelled_before_it_begins(handlers):
    assert handlers.begin("me", lambda: RECIPE).running
    handlers.cancel("me")
    (screen,) = handlers.run("me")
    assert WORDS["not_begun"][0] in screen.status and not screen.running and not handlers.engine.fake.begun
    assert last(handlers).view["done"]


def test_leaving_stops_the_run():
    handlers = Handlers(FakeEngine(0.02))
    run = trace(handlers, "me", lambda: RECIPE.but(steps=200))
    next(run), next(run)
    handlers.leave("me")
    assert not list(run)[-1].view["done"]
    handlers.leave("nobody")


def test_a_film_is_kept_under_a_name_that_cannot_be_guessed(handlers):
    name = last(handlers).view["id"]
    film = handlers.film(name, "gif")
    assert base64.b64decode(film["data"]).startswith(b"GIF8") and film["mime"] == "image/gif"
    assert film["file"] == "inside-red-apple-seed-3.gif" and len(name) >= 16
    for asked in [("no", "gif"), (name, "exe"), (None, None), ([], {})]:
        assert WORDS["inside_gone"][0] in handlers.film(*asked)["problem"]


def test_old_films_give_way(handlers):
    names = [last(handlers, RECIPE.but(steps=1)).view["id"] for _ in range(MAX_TRACES + 1)]
    assert "problem" in handlers.film(names[0], "gif") and "data" in handlers.film(names[-1], "gif")


def test_one_who_traces_much_takes_no_film_of_others(handlers):
    mine = last(handlers, RECIPE.but(steps=1)).view["id"]
    theirs = [last(handlers, RECIPE.but(steps=1), key="another").view["id"] for _ in range(MAX_TRACES + 3)]
    assert "data" in handlers.film(mine, "gif") and "data" in handlers.film(theirs[-1], "gif")
    assert "problem" in handlers.film(theirs[3], "gif") and len(handlers._traces) == MAX_TRACES


def test_a_film_without_its_package_says_which(handlers, monkeypatch):
    monkeypatch.setattr("studio.tabs.inside.film.find_spec", lambda name: None)
    assert "pip install av" in handlers.film(last(handlers).view["id"], "mp4")["problem"]


def test_the_choice_says_what_would_be_traced(handlers):
    choice = handlers.choice(lambda: RECIPE.but(prompt="<b>", style="flat"), 9)
    assert choice.seeds == [3, 9] and choice.seed == 9 and "<b>&lt;" not in choice.about.replace("<b>flat", "")
    assert "&lt;b&gt;" in choice.about and "w = 2 (s = 3)" in choice.about and "rule-classifier_free" in choice.about
    assert handlers.choice(lambda: RECIPE, 1).seed == handlers.choice(lambda: RECIPE, "x").seed == 3
    assert handlers.choice(lambda: RECIPE, "9").seed == 9  # as the menu sends what is typed
    told = handlers.choice(lambda: Recipe(steps=0))
    assert told.seeds == [] and "steps" in told.about


def test_every_word_is_in_both_languages_with_the_same_blanks():
    for key, pair in INSIDE.items():
        assert len(pair) == 2 and all(pair) and WORDS[key] == pair, key
        assert set(re.findall(r"\{(\w+)\}", pair[0])) == set(re.findall(r"\{(\w+)\}", pair[1])), key


def test_the_scripts_ask_for_words_that_there_are():
    text = scripts.source(*inside.SCRIPTS, "inside_read.js")
    asked = set(re.findall(r'(?:word|told|button)\("(\w+)"', text))
    asked |= {f"inside_{name}" for name in ("x", "x0", "heat")} | {"read_guide", "read_judge"}
    asked |= {f"plot_{name}{end}" for name in re.findall(r'{ name: "(\w+)"', text) for end in ("", "_help")}
    asked |= set(re.findall(r'"(line_\w+)"', text))
    assert len(asked) > 30 and asked <= set(INSIDE)


def test_a_screen_is_json(handlers):
    json.dumps(last(handlers).view, allow_nan=False)


@pytest.mark.parametrize(
    "recipe, looks, told",
    [
        (Recipe(), 1, []),
        (Recipe(sampler="Heun"), 2, ["inside_looks"]),
        (Recipe(sampler="AMED", gamma_clip=20), 2, ["inside_amed"]),
        (Recipe(sampler="DDPM", route="mean", gamma_clip=20), 1, ["inside_mean"]),
        (Recipe(sampler="DDPM", route="mean"), 1, []),
    ],
)
def test_what_a_reader_of_the_plots_has_to_know_of_the_sampler(recipe, looks, told):
    assert remarks(SimpleNamespace(recipe=recipe, looks=looks, latent=False), bool(recipe.gamma_clip)) == told
    assert set(told) <= set(WORDS)
