"""What the tabs beside Play show and what is set on them are told apart; what was refused is told until it is right."""

import pytest

from studio.page.forms import shared_of
from studio.page.turns import LATE, OpenPage
from studio.recipe import Recipe, RecipeError
from studio.tabs.compare import Handlers as Compare
from studio.tabs.draw.handlers import Handlers as Draw
from studio.tabs.frontier import Handlers as Frontier
from studio.tabs.inside.handlers import Handlers as Inside
from studio.tabs.play.handlers import Play
from studio.words import WORDS
from tests.studio.fakes import FakeEngine

BASE = Recipe(prompt="red apple", steps=3, seeds=(0, 1))
FORM = shared_of(BASE)
SWEEP = {"mode": "options", "axis1": "w", "values1": "0, 1", "prompts": "red apple", "seeds": "0, 1", "steps": 3}
CHANGED = WORDS["changed"]


class FrontierTab:
    first = "as it was measured"

    def __init__(self, engine):
        self.handlers = Frontier(engine, None, first=self.first)

    def begin(self, recipe=BASE, **form):
        return self.handlers.begin("me", lambda: recipe, SWEEP | form)

    def run(self):
        return self.handlers.run("me")

    def changed(self, recipe=BASE, **form):
        return self.handlers.changed("me", lambda: recipe, SWEEP | form)

    changes = [{"values1": "0, 2"}, {"prompts": "whale"}, {"seeds": "0, 5"}, {"steps": 4}, {"axis1": "eta"}, {"mode": "rules"},
               {"axis2": "steps", "values2": "2, 3"}, {"recipe": BASE.but(gamma_clip=3.0)}]  # fmt: skip
    alike = [{"values1": "0 1"}, {"seeds": "2 from 0"}, {"steps": 3.0}]
    wrong = [{"values1": "0, banana"}, {"seeds": "abc"}, {"steps": 0}, {"prompts": "x" * 999}]


class InsideTab:
    first = WORDS["inside_trace_help"][0]

    def __init__(self, engine):
        self.handlers = Inside(engine)

    @staticmethod
    def _find(recipe):
        def find():
            return recipe if isinstance(recipe, Recipe) else Recipe.parse(recipe)

        return find

    def begin(self, recipe=BASE, seed=0):
        return self.handlers.begin("me", self._find(recipe), seed)

    def run(self):
        return self.handlers.run("me")

    def changed(self, recipe=BASE, seed=0):
        return self.handlers.changed("me", self._find(recipe), seed)

    changes = [
        {"seed": 1},
        {"recipe": BASE.but(prompt="whale")},
        {"recipe": BASE.but(w=5.0)},
        {"recipe": BASE.but(seeds=(4,))},
    ]
    alike = [{"seed": "0"}, {"seed": 77}, {"recipe": BASE.but(upsample=True)}]
    wrong = [{"recipe": {"steps": 0}}, {"recipe": {"w": "banana"}}]


@pytest.fixture(params=[FrontierTab, InsideTab])
def tab(request):
    return request.param(FakeEngine(0))


def drawn(tab):
    tab.begin()
    return list(tab.run())[-1].status


def test_what_is_set_otherwise_is_told_and_back_again(tab):
    done = drawn(tab)
    assert LATE not in done and 'role="alert"' not in done
    for change in tab.changes:
        told = tab.changed(**change)
        assert all(word in told for word in CHANGED) and told.count(LATE) == 1, change
        assert tab.changed() == done
    for other in tab.alike:
        assert tab.changed(**other) == done, other


def test_what_is_wrong_is_told_apart_and_a_refusal_until_it_is_right(tab):
    done = drawn(tab)
    for wrong in tab.wrong:
        assert CHANGED[0] in tab.changed(**wrong), wrong  # being typed: nobody was refused yet
        refused = tab.begin(**wrong).status
        assert 'role="alert"' in refused and LATE in refused and CHANGED[0] not in refused
        assert tab.changed(**wrong) == refused
        assert CHANGED[0] in tab.changed(**tab.changes[0]) and tab.changed() == done


def test_before_anything_was_drawn_nothing_is_changed_and_a_refusal_gives_way(tab):
    assert tab.first in tab.changed() and tab.first in tab.changed(**tab.changes[0])
    assert 'role="alert"' in tab.begin(**tab.wrong[0]).status
    assert tab.first in tab.changed()


def test_what_is_set_otherwise_during_a_run_is_told_when_it_is_over(tab):
    tab.begin()
    running = tab.run()
    next(running)
    assert tab.changed(**tab.changes[0]) is None  # the run tells the page itself, in the order of its screens
    assert CHANGED[0] in list(running)[-1].status


def test_a_full_queue_is_told_until_something_is_set(tab):
    done = drawn(tab)
    tab.begin(**tab.changes[0])
    full = tab.handlers.full("me").status
    assert WORDS["queue_full"][0] in full and LATE in full
    assert tab.changed() == done


@pytest.fixture
def play():
    play = Play(FakeEngine(0))
    play.begin("me", FORM)
    list(play.run("me"))
    return play


def test_compare_tells_seeds_that_were_not_drawn(play):
    handlers = Compare(play)
    first = handlers.show("me", FORM)
    assert first.pair and LATE not in first.status
    told = handlers.changed("me", "0, 1, 7")
    assert CHANGED[0] in told and LATE in told and handlers.changed("me", "2 from 0") == first.status
    assert CHANGED[0] in handlers.changed("me", "abc")
    refused = handlers.begin("me", "abc")
    assert "abc" in refused.status and refused.seeds == "abc" and LATE in refused.status  # what was typed stays
    assert handlers.changed("me", "abc") == refused.status
    assert handlers.changed("me", "0, 1") == first.status
    handlers.begin("me", "7")
    last = list(handlers.run("me"))[-1]
    assert last.seeds == "7" and LATE not in last.status


def test_compare_tells_a_column_that_was_set_otherwise_and_draws_what_it_is_now(play):
    handlers = Compare(play)
    handlers.show("me", FORM)
    play.pick("me", FORM, 0)
    play.edit("me", FORM, 5, 0, 0)
    shown = handlers.show("me", FORM)
    assert CHANGED[0] in shown.status and shown.pair  # what was drawn, dimmed
    handlers.begin("me", "0, 1")
    last = list(handlers.run("me"))[-1]
    assert LATE not in last.status and handlers.recipe("me", "a").w == 5 and last.pair
    again = handlers.show("me", FORM)  # and it stays, though Play has not drawn it
    assert LATE not in again.status and again.pair and handlers.recipe("me", "a").w == 5
    play.edit("me", FORM, 6, 0, 0)
    assert CHANGED[0] in handlers.show("me", FORM).status or handlers.show("me", FORM).pair is None


def test_compare_names_what_is_wrong_with_a_column_until_it_is_right(play):
    handlers = Compare(play)
    first = handlers.show("me", FORM)
    wrong = FORM | {"steps": 0}
    assert LATE in handlers.show("me", wrong).status
    assert "steps" in handlers.begin("me", "0, 1").status
    assert handlers.show("me", FORM).status == first.status


def test_a_choice_that_is_gone_is_told_until_another_is_made(play):
    handlers = Compare(play)
    first = handlers.show("me", FORM)
    handlers.take("me", "draw", lambda: (_ for _ in ()).throw(RecipeError("png", "x", "switch")))
    assert "png" in handlers.pages["me"].line
    assert handlers.choose("me", FORM, "a", "column 1").status == first.status


def test_the_sheet_is_looked_at_again():
    engine = FakeEngine(0)
    handlers = Draw(engine, Play(engine))
    asked = {"setting": {"prompt": "red apple", "seeds": "abc"}, "layers": []}
    assert "abc" in handlers.refused(asked) and "abc" in handlers.begin("me", asked).status
    assert handlers.refused({"setting": {"prompt": "red apple", "seeds": "0, 1"}, "layers": []}) == ""


def test_lines_of_a_page():
    page = OpenPage("first")
    assert page.line == "first" == page.set_to(lambda: 1)
    page.begin("job", "waits")
    turn = page.take()
    page.shown = 1
    turn.ended = "done"
    page.over(turn)
    assert page.line == "done" and LATE in page.set_to(lambda: 2) and page.set_to(lambda: 1) == "done"
    page.refuse("wrong")
    assert page.line == "wrong" and page.set_to(lambda: 1) == "done"
    assert LATE in page.set_to(lambda: 1 / 0)
