"""The Inside tab with what another tab has opened, over the fake engine."""

import pytest

from studio.history import Histories, HistoryError
from studio.page.forms import shared_of
from studio.recipe import Recipe, RecipeError
from studio.tabs.compare import Handlers as Comparing
from studio.tabs.history.handlers import Handlers as History
from studio.tabs.inside.handlers import Handlers
from studio.tabs.play.handlers import Play
from tests.studio.fakes import FakeEngine

OWN = Recipe(prompt="red apple", seeds=(0, 1), steps=3)
OTHER = Recipe(prompt="whale", w=4.0, seeds=(7,), steps=2)


@pytest.fixture
def engine():
    return FakeEngine(seconds_per_step=0)


@pytest.fixture
def handlers(engine):
    return Handlers(engine)


def traced(handlers, key="me"):
    handlers.begin(key, lambda: OWN, 0)
    *_, screen = handlers.run(key)
    return screen


def test_what_is_opened_is_traced_until_the_page_goes_back(handlers):
    handlers.hold("me", "history", lambda: OTHER)
    choice = handlers.choice(lambda: OWN, 0, "me")
    assert choice.held and choice.seeds == [7] and choice.seed == 7
    assert "whale" in choice.about and "Opened from the history." in choice.about
    assert traced(handlers).view["seed"] == 7 and traced(handlers, "you").view["seed"] == 0
    handlers.release("me")
    choice = handlers.choice(lambda: OWN, 1, "me")
    assert not choice.held and choice.seed == 1 and "history" not in choice.about
    assert traced(handlers).view["seed"] == 0


def test_what_cannot_be_read_is_told_and_nothing_is_traced(handlers):
    def gone():
        raise HistoryError("history_gone", "<b>x</b>")

    handlers.hold("me", "history", gone)
    choice, screen = handlers.choice(lambda: OWN, 0, "me"), traced(handlers)
    for told in (choice.about, screen.status):
        assert 'role="alert"' in told and "<b>x" not in told
    assert choice.held and screen.view == {} and not screen.running
    handlers.hold("me", "frontier", lambda: Recipe.parse({"w": 99}))
    assert "w = 99" in handlers.choice(lambda: OWN, 0, "me").about


def test_a_picture_of_the_history_as_it_was_drawn(engine, tmp_path):
    play = Play(engine, histories=Histories(tmp_path))
    play.begin("me", shared_of(OWN))
    list(play.run("me"))
    shelf = History(play.histories)
    entry = play.histories["me"].page().entries[0]
    assert shelf.recipe("me", entry.id) == entry.recipe and len(entry.recipe.seeds) == 1
    assert 'data-do="inside"' in shelf.detail("me", entry.id)[0]
    with pytest.raises(HistoryError):
        shelf.recipe("me", 999)


def test_a_side_of_a_comparison_with_the_seed_that_is_large(engine):
    play = Play(engine)
    play.begin("me", shared_of(OWN))
    list(play.run("me"))
    comparing = Comparing(play)
    with pytest.raises(RecipeError, match="side"):
        comparing.recipe("me", "a")
    screen = comparing.show("me", shared_of(OWN))
    assert screen.sources.count("data-inside=") == 2
    comparing.pick("me", 1)
    a, b = (comparing.recipe("me", side) for side in "ab")
    assert a.seeds == b.seeds == (1,) and (a.w, b.w) == (0.0, 2.0)
