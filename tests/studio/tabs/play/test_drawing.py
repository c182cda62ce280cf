"""Frames come in one thread while a person acts in others: nothing half done is shown, nobody is overruled."""

import re

import pytest

from studio.page.forms import shared_of
from studio.recipe import Recipe
from studio.tabs.play import page, wanted
from studio.tabs.play.handlers import Play
from tests.studio.fakes import FakeEngine

FORM = shared_of(Recipe(prompt="red apple", steps=6, seeds=(0, 1)))


@pytest.fixture
def play():
    return Play(FakeEngine(seconds_per_step=0))


def during(monkeypatch, module, name, act):
    """Do something once in the middle of a function, as another thread might."""
    original, done = getattr(module, name), []

    def slow(*arguments, **named):
        found = original(*arguments, **named)
        if not done and found:
            done.append(True)
            act()
        return found

    monkeypatch.setattr(module, name, slow)


def states(play):
    return [(column.state, len(column.pictures)) for column in play.pages["me"].table.columns]


@pytest.mark.parametrize("before", [False, True])
def test_a_run_begins_while_a_picture_of_a_preview_is_written(play, monkeypatch, before):
    if before:
        list(play.preview("me", {**FORM, "prompt": "whale"}))
    during(monkeypatch, page, "pictures", lambda: play.begin("me", FORM))
    *_, last = play.preview("me", FORM)
    assert states(play) == [("waiting", 0)] * 4 and last.running and "Preview" not in last.status
    assert "waiting" in last.status.lower() or "loading" in last.status.lower()
    *_, last = play.run("me")
    assert states(play) == [("done", 2)] * 4 and not last.running and "8 pictures" in last.status


def test_the_time_of_a_run_is_that_of_drawing_and_not_of_loading_the_model():
    play = Play(FakeEngine(seconds_per_step=0, seconds_to_load=1.5))
    play.begin("me", FORM)
    *_, last = play.run("me")
    seconds = float(re.search(r"8 pictures in ([\d.]+) s", last.status)[1])
    assert seconds < 1.5 and seconds == pytest.approx(sum(c.seconds for c in play.pages["me"].table.columns), abs=0.05)


def test_a_preview_that_comes_late_leaves_a_run_alone(play):
    play.begin("me", FORM)
    run = play.run("me")
    next(run)
    here = play.pages["me"]
    list(play.preview("me", FORM))
    assert here.running and not here.turn.cancel.is_set()
    *_, last = run
    assert states(play) == [("done", 2)] * 4


def test_a_run_that_was_taken_over_ends_without_a_word(play):
    play.begin("me", FORM)
    old = play.run("me")
    next(old)
    play.begin("me", {**FORM, "prompt": "whale"})
    list(old)
    assert states(play) == [("waiting", 0)] * 4 and play.pages["me"].running
    list(play.run("me"))
    assert {column.shown.prompt for column in play.pages["me"].table.columns} == {"whale"}


def test_a_column_is_added_while_the_table_is_rendered(play, monkeypatch):
    table = play.pages["me"].table
    during(monkeypatch, wanted, "_wanted", lambda: play.add("me", {}))
    _, screen = play.pick("me", FORM, 0)
    assert len(table.columns) == 5 and 'data-pick="3"' in "".join(screen.table)


def test_a_guide_that_a_world_lacks_is_told_and_has_no_slider():
    from studio.tabs.play.rules import guide_updates

    classifier, clip = guide_updates((0.0, 0.0), "memory")
    assert classifier["visible"] and classifier["info"].key == "gamma_classifier_help"
    assert not clip["visible"] and clip["info"].key == "lacks clip"
    assert guide_updates((0.0, 40.0), "memory")[1]["visible"]  # what has no effect there can be taken off
    assert all(each["visible"] for each in guide_updates((3.0, 40.0), "emoji"))
