"""What the server holds of open pages: as many as may be there at once, and no more."""

import pytest

from studio.page.forms import shared_of
from studio.page.sessions import PAGES, Sessions
from studio.page.turns import Turns
from studio.recipe import Recipe
from studio.tabs.play.handlers import Play
from tests.studio.fakes import FakeEngine

FORM = shared_of(Recipe(prompt="red apple"))


def test_a_page_keeps_its_table_while_many_others_look_and_old_ones_are_forgotten():
    play = Play(FakeEngine())
    play.edit("here", FORM, 9, 0, 0)
    for i in range(PAGES - 1):
        play.pick(str(i), FORM, 0)
    assert play.sessions["here"].table.setting.w == 9
    for i in range(2 * PAGES):
        play.pick(f"more {i}", FORM, 0)
    assert len(play.sessions) <= PAGES


@pytest.mark.parametrize("busy", [True, False])
def test_a_page_with_something_on_is_never_forgotten(busy):
    sessions = Sessions(Turns)
    if busy:
        sessions["here"].begin("job", "")
    first = sessions["here"]
    for i in range(2 * PAGES):
        sessions[f"other {i}"]
    assert (sessions["here"] is first) == busy
