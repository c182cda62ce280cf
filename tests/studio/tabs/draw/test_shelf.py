"""Pictures that were drawn before are there to be taken, with their recipes; what is no picture is nothing."""

import pytest

from studio.history import Histories
from studio.page.forms import shared_of
from studio.recipe import Recipe
from studio.tabs.draw.handlers import Handlers, file_of
from studio.tabs.play.handlers import Play
from tests.studio.fakes import FakeEngine

FORM = shared_of(Recipe(prompt="red apple", seeds=(0, 1), steps=3))


@pytest.fixture
def play(tmp_path):
    return Play(FakeEngine(seconds_per_step=0.001), histories=Histories(tmp_path))


@pytest.fixture
def handlers(play):
    return Handlers(play.engine, play)


def test_at_first_there_are_none(handlers):
    assert handlers.shelf("me") == []


def test_pictures_of_the_play_tab_and_of_the_history(play, handlers):
    play.begin("me", FORM)
    columns = len(play.pages["me"].table.columns)
    list(play.run("me"))
    found = handlers.shelf("me")
    assert len(found) == 2 * columns + 2 * columns
    for each in found:
        assert Recipe.from_file(file_of(each["picture"])).prompt == "red apple"
        assert each["src"].startswith("data:image/") and "red apple" in each["caption"]
    assert [row for row in handlers.facts(found[0]["picture"]) if "red apple" in row[1]]
    assert len(handlers.shelf("another")) == 2 * columns  # the history is everybody's, the table is not


def test_what_is_no_picture_has_no_facts(handlers):
    for url in (None, 7, {}, "", "data:image/png;base64,", "data:image/png;base64,***", "data:,x", "x" * 5_000_000):
        assert handlers.facts(url) == []
        assert file_of(url) == b""
    assert file_of("data:text/plain;base64,aGk=") == b"hi"
    assert handlers.facts("data:text/plain;base64,aGk=") == []
