"""What the Play tab shows and what is set on it are told apart; what was refused is told until it is right."""

import json

import pytest

from studio.page import examples, redraw
from studio.page.forms import shared_of
from studio.recipe import Recipe
from studio.tabs.play.handlers import Play
from studio.words import WORDS
from tests.studio.fakes import FakeEngine

RECIPE = Recipe(prompt="red apple", steps=6, seeds=(0, 1))
FORM = shared_of(RECIPE)
CHANGED, EXAMPLE, DONE = WORDS["changed"][0], WORDS["example"][0], "8 pictures in"


@pytest.fixture
def play():
    """A table that was drawn a moment ago."""
    play = Play(FakeEngine(seconds_per_step=0))
    play.begin("me", FORM)
    list(play.run("me"))
    return play


@pytest.fixture
def first(tmp_path):
    """The page with examples: two that were drawn, and one prompt that was not."""
    engine = FakeEngine(seconds_per_step=0)
    redraw.build(engine, tmp_path, prompts=[{"prompt": "red apple"}, {"prompt": "cat"}])
    return Play(engine, examples.load(tmp_path))


def dim(screen):
    """The columns whose pictures are shown as those of other settings."""
    heads = [piece for piece in screen.table if piece.startswith('<th scope="col"')]
    return [i for i, head in enumerate(heads) if WORDS["stale"][0] in head]


CHANGES = [
    {"prompt": "whale"}, {"negative_prompt": "cat"}, {"style": "flat"}, {"category": "food"}, {"steps": 7}, {"seeds": "0, 5"},
    {"sampler": "Heun"}, {"eta": 0.5}, {"seeds": "abc"}, {"steps": None}, {"prompt": "x" * 999},
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_every_shared_field_that_is_changed_is_told_and_back_again(play, change):
    screen = play.changed("me", {**FORM, **change})
    assert CHANGED in screen.status and dim(screen) == [0, 1, 2, 3]
    back = play.changed("me", FORM)
    assert DONE in back.status and dim(back) == []


def test_on_the_first_page_too_where_the_examples_are(first):
    form = shared_of(first.beginning.recipe())
    assert EXAMPLE in first.first(form).status and dim(first.first(form)) == []
    assert first.changed("me", form | {"prompt": "whale"}).status.count(CHANGED) == 1
    (fields, _), screen = first.example("me", form, 1)  # which was drawn before
    assert EXAMPLE in screen.status and dim(screen) == []
    assert (
        first.changed("me", fields | {"steps": float(fields["steps"])}) is None
    )  # the page fills its fields: no change
    assert CHANGED in first.changed("me", fields | {"prompt": "whale"}).status


def test_an_example_that_was_not_drawn_leaves_pictures_of_others(play, monkeypatch):
    monkeypatch.setattr(
        "studio.tabs.play.handlers.prompts_of", lambda world, drawn: [{"prompt": "cat", "style": "", "category": ""}]
    )
    (form, _), screen = play.example("me", FORM, 0)
    assert form["prompt"] == "cat" and CHANGED in screen.status and dim(screen) == [0, 1, 2, 3]


def test_an_empty_column_is_not_drawn_and_without_it_all_is(play):
    _, screen = play.add("me", FORM)
    assert CHANGED in screen.status and dim(screen) == []
    _, screen = play.remove("me", FORM, 4)
    assert DONE in screen.status


def test_a_column_that_is_changed_during_a_run_is_told_when_that_is_over():
    play = Play(FakeEngine(seconds_per_step=0.01))
    play.begin("me", FORM)
    running = play.run("me")
    next(running)
    assert CHANGED not in play.changed("me", {**FORM, "prompt": "whale"}).status
    *_, last = running
    assert CHANGED in last.status and dim(last) == [0, 1, 2, 3] and play.settle("me", {**FORM, "prompt": "whale"})
    play.changed("me", FORM)
    play.begin("me", FORM)
    running = play.run("me")
    next(running)
    play.edit("me", FORM, 9, 0, 0)
    *_, last = running
    assert CHANGED in last.status and dim(last) == [3]


def test_a_preview_is_what_was_asked_for_until_another_field_is_changed(play):
    play.edit("me", FORM, 5, 0, 0)
    *_, last = play.preview("me", FORM)
    assert "Preview in" in last.status and dim(last) == []
    assert CHANGED in play.changed("me", {**FORM, "prompt": "whale"}).status
    play.edit("me", {**FORM, "prompt": "whale"}, 5, 0, 0)
    *_, last = play.preview("me", {**FORM, "prompt": "whale"})
    assert "Preview in" in last.status and WORDS["changed_rest"][0] in last.status and dim(last) == [0, 1, 2]
    alone = Play(FakeEngine(seconds_per_step=0))
    alone.edit("me", FORM, 5, 0, 0)
    assert "Preview in" in list(alone.preview("me", FORM))[-1].status  # the others were never drawn


def test_a_field_is_changed_while_a_preview_is_drawn():
    play = Play(FakeEngine(seconds_per_step=0.01))
    play.edit("me", FORM, 5, 0, 0)
    previewing = play.preview("me", FORM)
    next(previewing)
    play.changed("me", {**FORM, "prompt": "whale"})
    *_, last = previewing
    assert CHANGED in last.status and dim(last) == [3]
    assert CHANGED in play.settle("me", {**FORM, "prompt": "whale"}).status  # its answer may have come before that


def test_nothing_drawn_is_nothing_changed():
    play = Play(FakeEngine(seconds_per_step=0))
    assert WORDS["empty"][0] in play.changed("me", {**FORM, "prompt": "whale"}).status


def test_the_table_travels_only_when_a_column_of_it_is_told_anew(play):
    assert play.changed("me", {**FORM, "prompt": "w"}).table
    assert play.changed("me", {**FORM, "prompt": "wh"}).table is None
    assert play.changed("me", {**FORM, "prompt": "wh"}) is None
    assert play.changed("me", FORM).table


def test_a_refusal_is_told_until_its_fault_is_corrected(play):
    for wrong, better, named in [
        ({"seeds": "abc"}, {"seeds": "7"}, "abc"),
        ({"steps": 0}, {"steps": 3}, "steps"),
        ({"style": "baroque"}, {"style": "flat"}, "style"),
    ]:
        _, screen = play.begin("me", FORM | wrong)
        assert named in screen.status and 'role="alert"' in screen.status
        still = play.changed("me", FORM | wrong | {"prompt": "whale"})
        assert named in still.status and 'role="alert"' in still.status
        right = play.changed("me", FORM | better | {"prompt": "whale"})
        assert 'role="alert"' not in right.status and CHANGED in right.status
    assert DONE in play.changed("me", FORM).status


def test_of_two_faults_the_one_that_is_left_is_told(play):
    play.begin("me", {**FORM, "seeds": "abc", "steps": 0})
    assert "steps" in play.changed("me", {**FORM, "steps": 0}).status
    assert 'role="alert"' not in play.changed("me", FORM).status


def test_a_budget_that_is_kept_after_a_column_was_removed():
    play, form = Play(FakeEngine(0)), {**FORM, "steps": 150, "seeds": "16 from 0"}
    _, screen = play.begin("me", form)
    assert 'role="alert"' in screen.status and "at most" in screen.status
    while len(play.pages["me"].table.columns) > 1:
        _, screen = play.remove("me", form, 0)
    assert 'role="alert"' not in screen.status


def test_a_wrong_control_of_the_column_is_told_until_it_has_another_value(play):
    _, screen = play.edit("me", FORM, 99, 0, 0)
    assert "99" in screen.status and "99" in play.changed("me", {**FORM, "prompt": "whale"}).status
    for right in (
        lambda: play.edit("me", FORM, 3, 0, 0)[1],
        lambda: play.pick("me", FORM, 0)[1],
        lambda: play.add("me", FORM)[1],
    ):
        play.edit("me", FORM, 99, 0, 0)
        assert 'role="alert"' not in right().status


def test_a_preview_of_wrong_fields_and_a_recipe_that_cannot_be_written(play):
    play.edit("me", {**FORM, "seeds": "abc"}, 5, 0, 0)
    *_, last = play.preview("me", {**FORM, "seeds": "abc"})
    assert "abc" in last.status and 'role="alert"' in last.status
    assert 'role="alert"' not in play.changed("me", FORM).status
    made, status = play.written("me", {**FORM, "steps": 0}, Recipe.to_json)
    assert made == "" and "steps" in status
    assert 'role="alert"' not in play.changed("me", FORM).status
    made, status = play.written("me", FORM, Recipe.to_json)
    assert made and 'role="alert"' not in status


def test_a_damaged_file_is_told_until_something_is_changed(play):
    fields, screen = play.load("me", b"no picture", FORM)
    assert fields is None and 'role="alert"' in screen.status
    assert play.changed("me", FORM) is None  # nothing was changed
    assert 'role="alert"' not in play.changed("me", {**FORM, "prompt": "whale"}).status
    fields, screen = play.load("me", json.dumps({"prompt": "cat", "sampler": "Nope"}).encode(), FORM)
    assert "Nope" in screen.status and play.changed("me", fields.shared) is None
    assert "Nope" not in play.begin("me", fields.shared)[1].status


def test_a_refusal_beside_a_run_is_told_and_does_not_hide_it():
    play = Play(FakeEngine(seconds_per_step=0.01))
    play.begin("me", FORM)
    running = play.run("me")
    next(running), next(running)
    _, screen = play.begin("me", {**FORM, "seeds": "abc"})
    assert screen.running and "abc" in screen.status and "Column " in screen.status
    *_, last = running
    assert "abc" in last.status and not last.running


def test_a_full_queue_is_told_of_a_preview_too(play):
    play.edit("me", FORM, 5, 0, 0)
    assert WORDS["queue_full"][0] in play.no_preview("me", FORM).status
    assert CHANGED in play.changed("me", {**FORM, "prompt": "whale"}).status
