"""Clicks, cancels and turns: whatever order they reach the server in, on every tab that runs something."""

import inspect
import itertools
import threading
import time
from types import SimpleNamespace

import gradio as gr
import pytest

from studio import frame as wiring
from studio.page.events import speaking
from studio.page.forms import shared_of
from studio.page.turns import Clicks, OpenPage
from studio.recipe import Recipe
from studio.tabs.compare import Handlers as Compare
from studio.tabs.draw.handlers import Handlers as Draw
from studio.tabs.frontier import Handlers as Frontier
from studio.tabs.inside.handlers import Handlers as Inside
from studio.tabs.play.handlers import Play
from studio.words import WORDS
from tests.studio.fakes import FakeEngine

RECIPE = Recipe(prompt="red apple", steps=30, seeds=(0, 1))
FORM = shared_of(RECIPE)
SWEEP = {"mode": "options", "axis1": "w", "values1": "0, 1", "prompts": "red apple", "seeds": "0, 1", "steps": 30}
DRAWING = {"setting": {"prompt": "red apple", "steps": 10, "seeds": "0, 1"}, "layers": [], "columns": "each"}


class Tab:
    """One tab of one visitor, called alike: begin, run, cancel, full."""

    def __init__(self, name, seconds_per_step=0.0):
        self.name, self.engine = name, FakeEngine(seconds_per_step)
        self.play = Play(self.engine)
        if name == "compare":
            self.handlers = Compare(self.play)
            self.handlers.show("me", FORM)
        else:
            made = {"frontier": lambda: Frontier(self.engine, None), "inside": lambda: Inside(self.engine)}
            made |= {"draw": lambda: Draw(self.engine, self.play), "play": lambda: self.play}
            self.handlers = made[name]()

    def begin(self, click=None, wrong=False):
        handlers, name = self.handlers, self.name
        if name == "play":
            return handlers.begin("me", FORM | ({"seeds": "abc"} if wrong else {}), click)[1]
        if name == "compare":
            return handlers.begin("me", "abc" if wrong else "0, 1", click)
        if name == "frontier":
            return handlers.begin("me", lambda: RECIPE, SWEEP | ({"values1": "0, banana"} if wrong else {}), click)
        if name == "inside":
            return handlers.begin("me", lambda: Recipe(steps=0) if wrong else RECIPE, 0, click)
        setting = DRAWING["setting"] | ({"seeds": "abc"} if wrong else {})
        return handlers.begin("me", DRAWING | {"setting": setting}, click)

    def run(self):
        return self.handlers.run("me")

    def cancel(self, click=None):
        return self.handlers.cancel("me", click)

    def full(self):
        return self.handlers.full("me")

    @property
    def waits(self):
        """Whether the run has not taken what was begun."""
        return self.handlers.pages["me"]._waiting is not None

    @property
    def worked(self):
        return self.engine.fake.begun


TABS = ("play", "draw", "compare", "frontier", "inside")


@pytest.fixture(params=TABS)
def tab(request):
    return Tab(request.param)


def test_a_click_is_drawn_to_its_end(tab):
    assert tab.begin(1).running
    screens = list(tab.run())
    assert tab.worked and not screens[-1].running and "Cancelled" not in screens[-1].status


@pytest.mark.parametrize("order", [("cancel", "begin", "run"), ("begin", "cancel", "run")])
def test_a_cancel_holds_in_whatever_order_it_arrives(tab, order):
    for each in order:
        if each == "cancel":
            tab.cancel(1)
        elif each == "begin":
            begun = tab.begin(1)
        else:
            screens = list(tab.run())
    assert tab.worked == 0 and not screens[-1].running and "Cancelled" in screens[-1].status
    assert begun.running == (order[0] == "begin")
    assert tab.begin(2).running and not list(tab.run())[-1].running and tab.worked  # and the next click is free


def test_a_cancel_between_the_run_and_its_first_step_holds(tab):
    """The request of the run has come, and the engine is busy with something else."""
    elsewhere, screens = threading.Event(), []
    tab.engine._worker.submit(elsewhere.wait)
    tab.begin(1)
    run = threading.Thread(target=lambda: screens.extend(tab.run()))
    run.start()
    while tab.waits:
        time.sleep(0.001)
    tab.cancel(1)
    elsewhere.set()
    run.join()
    assert not screens[-1].running and "Cancelled" in screens[-1].status
    assert tab.engine.fake.begun == tab.engine.fake.ended <= 1


def test_a_late_cancel_of_an_old_click_leaves_the_new_one_alone(tab):
    tab.begin(1)
    list(tab.run())
    begun, worked = tab.begin(2), tab.worked
    tab.cancel(1)
    screens = list(tab.run())
    assert begun.running and (tab.worked > worked or tab.name == "compare")  # which has its pictures by then
    assert not screens[-1].running and "Cancelled" not in screens[-1].status


def test_a_click_that_arrives_after_a_newer_one_is_not_done(tab):
    tab.begin(2)
    tab.cancel(2)
    tab.begin(1)
    screens = list(tab.run())
    assert tab.worked == 0 and "Cancelled" in screens[-1].status and not screens[-1].running


def test_what_is_refused_is_said_once_more_by_its_run_and_nothing_is_lost(tab):
    refused = tab.begin(1, wrong=True)
    screens = list(tab.run())
    assert 'role="alert"' in refused.status and not refused.running and tab.worked == 0
    assert screens and all(screen.status == refused.status and not screen.running for screen in screens)
    assert tab.begin(2).running and list(tab.run()) and tab.worked


def test_a_full_queue_is_told_and_one_is_free_to_try_again(tab):
    tab.begin(1)
    told = tab.full()
    assert WORDS["queue_full"][0] in told.status and 'role="alert"' in told.status and not told.running
    assert tab.worked == 0 and tab.begin(2).running and not list(tab.run())[-1].running and tab.worked


def test_a_full_queue_does_not_hide_what_was_refused_or_is_on(tab):
    refused = tab.begin(1, wrong=True)
    assert tab.full().status == refused.status
    tab.begin(2)
    running = tab.run()
    next(running)
    told = tab.full()
    assert told is None or (told.running and WORDS["queue_full"][0] not in told.status)
    assert "Cancelled" not in list(running)[-1].status


def test_one_who_does_not_count_is_served(tab):
    for click in (None, True, -3, 1.5, "7", float("nan"), 2**60, []):
        assert tab.begin(click).running, click
        tab.cancel(click)
        assert not list(tab.run())[-1].running
    assert tab.worked == 0


def test_clicks_and_cancels_in_every_order():
    """Two clicks and a cancel of the first, of both, or of neither: the second runs unless it is meant."""
    for cancelled in (0, 1, 2):
        events = [("ask", 1), ("ask", 2), *([("cancel", cancelled)] if cancelled else [])]
        for order in itertools.permutations(events):
            page = OpenPage()
            for what, number in order:
                page.begin(number, "", number) if what == "ask" else page.cancel(number)
            turn = page.take()
            assert (turn and turn.job) == (2 if cancelled < 2 else None), (cancelled, order)
    clicks = Clicks()
    assert [clicks.ask(), clicks.ask(), clicks.cancel(5), clicks.ask(4), clicks.ask(5), clicks.ask(6)] == [
        1,
        2,
        5,
        None,
        None,
        6,
    ]


def test_what_is_refused_stands_beside_a_run_that_goes_on(tab):
    """A slip of the hand ends nothing: it is told at once, with every screen of the run, and after it."""
    tab.begin(1)
    running = tab.run()
    next(running)
    refused = tab.begin(2, wrong=True)
    assert refused.running and 'role="alert"' in refused.status
    *screens, last = running
    assert all('role="alert"' in screen.status and screen.running for screen in screens)
    assert not last.running and 'role="alert"' in last.status and "Cancelled" not in last.status
    assert tab.engine.fake.begun == tab.engine.fake.ended > 0


def test_a_click_during_a_run_ends_it_and_is_done(tab):
    tab.engine.fake.seconds_per_step = 0.002
    tab.begin(1)
    old = tab.run()
    next(old)
    began = tab.begin(2)
    rest = list(old)
    assert began.running and rest[-1].running and rest[-1].status == began.status  # the new one waits
    last = list(tab.run())[-1]
    assert not last.running and "Cancelled" not in last.status and 'role="alert"' not in last.status
    assert tab.engine.fake.begun == tab.engine.fake.ended


def test_a_cancel_with_nothing_on_says_nothing(tab):
    tab.begin(1)
    last = list(tab.run())[-1]
    assert tab.cancel(1).status == last.status


def test_a_preview_gives_way_to_a_click_and_not_the_other_way_round():
    page = OpenPage("first")
    one, two = page.take_preview(), page.take_preview()
    assert one.cancel.is_set() and not page.holds(one) and page.holds(two) and not page.running
    page.begin("job", "waits", 1)
    assert two.cancel.is_set() and page.running and page.take_preview() is None and page.line == "waits"
    two.ended = "previewed"
    page.over(two)
    turn = page.take()
    page.end_preview()
    assert page.holds(turn) and not turn.cancel.is_set()
    turn.ended = "done"
    page.over(turn)
    two.ended = "late"
    page.over(two)
    assert page.line == "done" and page.turn is None


def test_no_generator_of_the_page_ends_without_a_word():
    """Each of them, for a visitor who has begun nothing: gradio blanks what such a one fills that says nothing."""
    demo = wiring.build(FakeEngine(0))
    tried = 0
    for fn in demo.fns.values():
        if not inspect.isgeneratorfunction(fn.fn) or fn.api_visibility != "private":
            continue
        held = [component.value if not callable(component.value) else None for component in fn.inputs]
        said = list(fn.fn(SimpleNamespace(session_hash="nobody"), *held))
        assert said, fn.fn
        last = said[-1] if isinstance(said[-1], (list, tuple)) else [said[-1]] * len(fn.outputs)
        assert len(last) == len(fn.outputs)
        for component, value in zip(fn.outputs, last, strict=True):
            assert value is not None or isinstance(component, gr.ImageSlider), (fn.fn, component)
        tried += 1
    assert tried >= 7  # five runs, previews, and the export of the history
    assert list(speaking(lambda: iter(()), 3)()) == [[gr.skip()] * 3]
    assert list(speaking(lambda: iter([1, 2]), 3)()) == [1, 2]
