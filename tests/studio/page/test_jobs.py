"""What the server holds of open pages: as many as may be there at once, and no more."""

import pytest

from studio.page.forms import shared_of
from studio.page.jobs import PAGES, Jobs
from studio.recipe import Recipe
from studio.tabs.play.handlers import Play
from tests.studio.fakes import FakeEngine

FORM = shared_of(Recipe(prompt="red apple"))


def test_a_page_keeps_its_table_while_many_others_look_and_old_ones_are_forgotten():
    play = Play(FakeEngine())
    play.edit("here", FORM, 9, 0, 0)
    for i in range(PAGES - 1):
        play.pick(str(i), FORM, 0)
    assert play.pages["here"].table.setting.w == 9
    for i in range(2 * PAGES):
        play.pick(f"more {i}", FORM, 0)
    assert len(play.pages) <= PAGES


@pytest.mark.parametrize("busy", [True, False])
def test_a_page_with_something_on_is_never_forgotten(busy):
    pages = Jobs(None).pages
    if busy:
        pages["here"].begin("job", "")
    first = pages["here"]
    for i in range(2 * PAGES):
        pages[f"other {i}"]
    assert (pages["here"] is first) == busy


def test_a_client_with_many_pages_pushes_out_its_own():
    from studio.history.visitors import CLIENT, Visitors

    ended = []
    pages = Visitors(lambda key: key, ended.append, lambda key, page: page.startswith("busy"), 10)
    CLIENT.set("mine")
    for key in ("mine", "busy"):
        assert pages[key] == key
    CLIENT.set("theirs")
    for number in range(50):
        pages[f"{number}"]
    assert ended == [str(number) for number in range(41)] and len(pages) == 11
    CLIENT.set("another")
    pages["new"], pages["mine"]
    assert ended[-1] == "41" and len(pages) == 11
    pages.leave("mine"), pages.leave("mine")
    assert ended[-1] == "mine" and sorted(pages._client) == sorted(pages._kept)
