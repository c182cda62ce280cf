"""What every tab with something to run does for the pages that are open: a job is checked, waits, runs and is cancelled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any, Generic, NamedTuple, TypeVar

from ..engine import Engine
from ..history.visitors import Visitors
from .status import error_html, progress
from .turns import OpenPage, Turn

PAGES = 200  # with nothing on, that did something last; of others nothing is kept
Page = TypeVar("Page", bound=OpenPage)
Screen = TypeVar("Screen")


class ViewerScreen(NamedTuple):
    """What stands on a tab with a viewer. view: what it shows, {}: what it showed before; status: the line beside it; None:
    as it is now. running: whether a job is on.
    """

    view: dict[str, Any] | None
    status: str | None
    running: bool


class Jobs(Generic[Page, Screen]):
    """What every tab with something to run does for the pages that are open, by their sessions.

    A tab says how a job is checked (what it gives `ask`), run (`work`) and shown (`screen`), and in which world.
    """

    def __init__(self, engine: Engine, first: Callable[[], Page] = OpenPage):
        self.engine = engine
        self.pages: Visitors[Page] = Visitors(
            lambda key: first(), OpenPage.stop, lambda key, page: page.turn is not None, PAGES
        )

    def screen(self, key: str | None, page: Page, *view: Any) -> Screen:
        """What stands on the tab. view: what `work` has to show, nothing where it has not."""
        raise NotImplementedError

    def work(self, key: str | None, page: Page, turn: Turn) -> Iterator[Any]:
        """Run a job: yields what there is to show whenever it is time, and tells it in `turn`."""
        raise NotImplementedError

    def world_of(self, job: Any) -> str:
        """The name of the world that a job needs first."""
        raise NotImplementedError

    def ask(self, key: str | None, check: Callable[[], Any], click: Any = None) -> Any:
        """What was clicked waits for its turn, and what runs is ended. check: gives the job, or raises what is wrong with
        it, which is told. click: its number. The job, or None when it does not begin."""
        page = self.pages[key]
        try:
            job = check()
            going = progress("waiting" if self.engine.ready(self.world_of(job)) else "loading", 0) + self.foretold(job)
        except Exception as error:
            page.refuse(error_html(error), click)
            return None
        return job if page.begin(job, going, click) else None

    def foretold(self, job: Any) -> str:
        """What there is to say of a job before it runs, as HTML."""
        return ""

    def run(self, key: str | None) -> Iterator[Screen]:
        """Run what was asked for last. One screen, as things are, when that is done already."""
        page, view = self.pages[key], ()
        turn = page.take()
        if turn is not None:
            try:
                with closing(self.work(key, page, turn)) as views:
                    for each in views:
                        view = (each,)
                        if turn.ended is None:
                            yield self.screen(key, page, each)
            except Exception as error:
                view, turn.ended = (), error_html(error)
            finally:
                page.over(turn)
        yield self.screen(key, page, *view)

    def cancel(self, key: str | None, click: Any = None) -> Screen | None:
        """Stop within a step what was clicked up to this number, also where that comes later; what is drawn stays. None
        when a run is on: it tells the page itself, in the order of its screens."""
        page = self.pages[key]
        return self.screen(key, page) if page.cancel(click) else None

    def full(self, key: str | None) -> Screen | None:
        """The queue had no place for what was begun. None when a run is on."""
        page = self.pages[key]
        page.full()
        return None if page.turn else self.screen(key, page)

    def leave(self, key: str | None) -> None:
        """The page was closed."""
        self.pages.leave(key)
