"""w, both γ, steps and seeds are moved: the chosen column is previewed, and the others are told apart from it."""

import json

import pytest

from studio.page import examples, redraw
from studio.page.forms import shared_of, write_query
from studio.recipe import Recipe
from studio.tabs.play.handlers import Play
from studio.tabs.play.rules import guide_updates, guides_absent, setting_updates
from studio.words import WORDS
from tests.studio.fakes import FakeEngine

RECIPE = Recipe(prompt="red apple", steps=25, seeds=(0, 1))
FORM = shared_of(RECIPE)
REST, CHANGED, CANCELLED, DONE = (WORDS["changed_rest"][0], WORDS["changed"][0], WORDS["cancelled"][0], "8 pictures in")


@pytest.fixture
def play():
    """A table that was drawn a moment ago."""
    play = Play(FakeEngine(seconds_per_step=0))
    play.begin("me", FORM)
    list(play.run("me"))
    return play


def dim(screen):
    heads = [piece for piece in screen.table if piece.startswith('<th scope="col"')]
    return [i for i, head in enumerate(heads) if WORDS["stale"][0] in head]


def columns(play):
    return play.pages["me"].table.columns


def previewed(play, form):
    """The last screen of a preview, and of each column whether it has other pictures than before."""
    before = [column.pictures for column in columns(play)]
    *_, last = play.preview("me", form)
    return last, [column.pictures != old for column, old in zip(columns(play), before, strict=True)]


@pytest.mark.parametrize(
    "change, steps", [({"steps": 40}, 40), ({"seeds": "7, 9"}, 8), ({"seeds": "4 from 100"}, 8)], ids=str
)
def test_steps_and_seeds_redraw_the_chosen_column_and_leave_the_others_late(play, change, steps):
    form = {**FORM, **change}
    tick, screen = play.move("me", form)
    assert tick == 1 and CHANGED in screen.status and dim(screen) == [0, 1, 2, 3]
    last, redrawn = previewed(play, form)
    assert redrawn == [False, False, False, True] and dim(last) == [0, 1, 2]
    assert f"Preview in {steps} steps" in last.status and REST in last.status
    wanted = Recipe.parse(form)
    assert columns(play)[3].shown == wanted.but(steps=steps)
    assert play.pages["me"].table.seeds == wanted.seeds


@pytest.mark.parametrize("numbers", [(5, 0, 0), (2, 6, 0), (2, 0, 60)], ids=["w", "γ classifier", "γ CLIP"])
def test_what_is_moved_of_the_column_is_of_it_alone(play, numbers):
    play.edit("me", FORM, *numbers)
    last, redrawn = previewed(play, FORM)
    assert redrawn == [False, False, False, True] and dim(last) == []
    assert "Preview in 8 steps" in last.status and REST not in last.status


def test_after_steps_a_preview_of_something_else_takes_few_again(play):
    form = {**FORM, "steps": 40}
    play.move("me", form)
    assert "Preview in 40 steps" in previewed(play, form)[0].status
    play.edit("me", form, 5, 0, 0)
    assert "Preview in 8 steps" in previewed(play, form)[0].status
    play.move("me", {**form, "seeds": "5"})
    assert "Preview in 8 steps" in previewed(play, {**form, "seeds": "5"})[0].status


def test_what_comes_back_to_its_finished_pictures_is_not_drawn_again(play):
    finished = [column.pictures for column in columns(play)]
    play.move("me", {**FORM, "seeds": "7, 9"}, typing=True)
    play.move("me", FORM, typing=True)  # before a preview has begun
    last, redrawn = previewed(play, FORM)
    assert not any(redrawn) and [column.pictures for column in columns(play)] == finished
    assert DONE in last.status and dim(last) == [] and play.pages["me"].table.seeds == (0, 1)


def test_nothing_is_refused_of_seeds_that_are_being_typed(play):
    for text in ("4 ", "4 f", "4 from", ""):
        tick, screen = play.move("me", {**FORM, "seeds": text}, typing=True)
        assert 'role="alert"' not in screen.status and CHANGED in screen.status
    *_, last = play.preview("me", {**FORM, "seeds": "4 from"})  # of the 4 that stood there a moment ago
    assert 'role="alert"' not in last.status
    tick, screen = play.move("me", {**FORM, "seeds": "4 from"})  # the field is left
    assert "4 from" in screen.status or "from" in screen.status
    assert 'role="alert"' in screen.status and play.move("me", {**FORM, "seeds": "4 from"})[0] == tick
    after, screen = play.move("me", {**FORM, "seeds": "4 from 10"}, typing=True)
    assert 'role="alert"' not in screen.status and after == tick + 1


@pytest.mark.parametrize("steps", [0, 251, None, "many"])
def test_a_wrong_number_of_steps_is_refused_at_once(play, steps):
    tick, screen = play.move("me", {**FORM, "steps": steps})
    assert 'role="alert"' in screen.status and "steps" in screen.status and tick == play.pages["me"].tick
    assert 'role="alert"' not in play.move("me", FORM)[1].status


def test_during_a_run_what_is_moved_waits_until_it_is_over():
    play = Play(FakeEngine(seconds_per_step=0.001))
    play.begin("me", FORM)
    running = play.run("me")
    next(running)
    form = {**FORM, "seeds": "7, 9"}
    assert play.move("me", form)[0] == 0
    list(play.preview("me", form))
    *_, last = running
    assert CHANGED in last.status and dim(last) == [0, 1, 2, 3]
    assert all(column.shown.seeds == (0, 1) for column in columns(play))


@pytest.mark.parametrize("moved", ["w", "steps"])
def test_a_preview_is_cancelled_and_says_so(moved):
    play, form = Play(FakeEngine(seconds_per_step=0.03)), {**FORM, "steps": 8}
    play.begin("me", form)
    list(play.run("me"))
    form = form if moved == "w" else {**form, "steps": 200}
    play.edit("me", form, 5, 0, 0) if moved == "w" else play.move("me", form)
    previewing = play.preview("me", form)
    first = next(previewing)
    assert first.drawing and not first.running
    play.cancel("me")
    *_, last = previewing
    assert not last.drawing and columns(play)[3].state == "cancelled"
    assert (CANCELLED if moved == "w" else CHANGED) in last.status
    play.edit("me", form, 6, 0, 0)
    assert "Preview in 8 steps" in previewed(play, form)[0].status


def test_a_preview_that_was_ended_half_way_is_drawn_again():
    play = Play(FakeEngine(seconds_per_step=0.03))
    play.edit("me", FORM, 5, 0, 0)
    previewing = play.preview("me", FORM)
    next(previewing)
    play.edit("me", FORM, 5, 0, 0)  # the newest answer of a slider may say what the preview has read already
    list(previewing)
    assert "Preview in 8 steps" in list(play.preview("me", FORM))[-1].status and columns(play)[3].state == "preview"


def test_a_preview_that_another_one_replaces_says_nothing_of_a_cancel():
    play = Play(FakeEngine(seconds_per_step=0.005))
    play.edit("me", FORM, 5, 0, 0)
    previewing = play.preview("me", FORM)
    next(previewing)
    play.edit("me", FORM, 6, 0, 0)
    assert all(CANCELLED not in screen.status for screen in previewing)
    assert "Preview in 8 steps" in previewed(play, FORM)[0].status


def test_the_dice_throw_as_many_seeds_and_none_that_is_there(play):
    for before, count in (("0, 1", 2), ("5 from 0", 5), ("abc", 4)):
        seeds, tick, screen = play.dice("me", {**FORM, "seeds": before})
        thrown = Recipe(seeds=seeds).seeds
        assert len(thrown) == count and not {0, 1, 2, 3, 4} & set(thrown) and tick == play.pages["me"].tick
        assert 'role="alert"' not in screen.status and max(thrown) < 1000
    form = {**FORM, "seeds": seeds}
    last, redrawn = previewed(play, form)
    assert redrawn == [False, False, False, True] and REST in last.status


def test_locked_seeds_are_kept_from_the_dice(play):
    seeds, tick, screen = play.dice("me", FORM, locked=True)
    assert seeds == FORM["seeds"] and tick == 0 and DONE in screen.status


def test_locked_seeds_are_kept_from_examples_and_worlds(tmp_path):
    engine = FakeEngine(seconds_per_step=0)
    redraw.build(engine, tmp_path, prompts=[{"prompt": "red apple"}, {"prompt": "cat"}])
    play = Play(engine, examples.load(tmp_path))
    form = {**shared_of(play.beginning.recipe()), "seeds": "7, 9"}
    for answer in (play.example("me", form, 1), play.world("me", form, "emoji")):
        assert answer[0].shared["seeds"] == "0, 1, 2, 3"
    for answer in (play.example("me", form, 1, locked=True), play.world("me", form, "emoji", locked=True)):
        (shared, _), screen = answer
        assert shared["seeds"] == "7, 9" and play.pages["me"].table.seeds == (7, 9)
        assert CHANGED in screen.status and dim(screen) == [0, 1, 2, 3]
    (shared, _), screen = play.example("me", {**form, "seeds": "0, 1, 2, 3"}, 1, locked=True)
    assert shared["prompt"] == "cat" and WORDS["example"][0] in screen.status and dim(screen) == []


def test_a_link_and_a_stored_picture_bring_all_five(play):
    recipe = RECIPE.but(w=4.0, gamma_classifier=2.0, gamma_clip=30.0, steps=12, seeds=(8,))
    brought = (play.opened("link", write_query([recipe]))[0], play.load("file", recipe.to_json().encode(), FORM)[0])
    for controls in brought:
        assert controls.setting.numbers == (4.0, 2.0, 30.0)
        assert (controls.shared["steps"], controls.shared["seeds"]) == (12, "8")


def test_a_slider_is_not_offered_where_the_world_has_nothing_for_it(tmp_path, monkeypatch):
    monkeypatch.setattr("studio.recipe.vocabulary.WORLDS", tmp_path)
    parts = {
        "whole": {"classifier": ["a", "B"], "clip": ["a", "B"]},
        "plain": {"classifier": [None, None], "clip": [None, None]},
        "reader": {"classifier": [None, None], "clip": ["a", "B"]},
    }
    for name, index in parts.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "model_index.json").write_text(json.dumps({"unet": ["a", "B"], **index}))

    def seen(world):
        return [each["visible"] for each in guide_updates((0.0, 0.0), world)]

    assert seen("whole") == [True, True] and guides_absent("whole") == ""
    assert seen("reader") == [False, True] and WORDS["lacks classifier"][1] in guides_absent("reader")
    assert seen("plain") == [False, False]
    said = guides_absent("plain")
    assert all(said.count(WORDS[f"lacks {need}"][0]) == 1 for need in ("classifier", "clip"))
    for world, shown in (("whole", True), ("plain", False)):
        _, *gammas, _ = updates = setting_updates(columns(Play(FakeEngine(0)))[0].setting, world)
        assert [each["visible"] for each in gammas[:2]] == [shown, shown] and updates[-1]["visible"] is not shown
