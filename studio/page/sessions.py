"""What a visitor sees and runs at the moment, kept on the server by session and forgotten when they leave."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, NamedTuple, TypeVar

from ..recipe import Recipe
from .table import Table
from .turns import Clicks

Page = TypeVar("Page")

PAGES = 200  # that did something last; of others nothing is kept


class Fault(NamedTuple):
    """What was wrong with the settings, as HTML, until they are right. again: raises what is wrong with the shared fields
    by now; None: it is wrong with a control of the chosen column, and stays until that has another value."""

    told: str
    again: Callable[[Mapping], Any] | None = None


@dataclass
class Session:
    """One open page.

    pending: recipes of a run that waits. job: "run", "preview" or None; cancel belongs to it. clicks: those that ask
    for runs. tick counts the changes that ask for a preview. status: HTML, what happened last; fault: what was refused since; notes: HTML beside
    them. form: the shared fields as they were told last. late: of each column as it was shown last, whether its pictures
    are of other settings. touched: whether something was answered during a job, so that the answer may have reached the page after the last frame.
    lock: held to change columns, since frames arrive in one thread and what the person does in others.
    """

    table: Table
    status: str = ""
    fault: Fault | None = None
    notes: str = ""
    form: Mapping[str, Any] = field(default_factory=dict)
    late: tuple[bool, ...] = ()
    pending: tuple[Recipe, ...] = ()
    job: str | None = None
    clicks: Clicks = field(default_factory=Clicks)
    cancel: threading.Event = field(default_factory=threading.Event)
    tick: int = 0
    touched: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def busy(self) -> bool:
        """Whether a job waits or runs."""
        return self.job is not None

    def begin(self, recipes: tuple[Recipe, ...], status: str, click: Any = None) -> bool:
        """A run waits for its turn, its columns are empty, and what runs is stopped. False when its click counts no
        more: nothing is changed."""
        with self.lock:
            if self.clicks.ask(click) is None:
                return False
            self._take_over("run")
            self.pending, self.status, self.fault = recipes, status, None
            self._clear("waiting", recipes[0].seeds)
            for column, recipe in zip(self.table.columns, recipes, strict=False):
                column.asked = recipe
            return True

    def say(self, status: str) -> None:
        """Something has happened: what was refused before is of the past."""
        self.status, self.fault = status, None

    def withdraw(self, click: Any = None) -> bool:
        """Stop what was clicked up to this number. Whether it still waited, and begins no more."""
        with self.lock:
            held = self.clicks.cancel(click) < self.clicks.newest  # a newer click has come: it goes on
            if held:
                return False
            self.cancel.set()
            return self._drop()

    def drop(self) -> bool:
        """What waits gets no turn. Whether there was any."""
        with self.lock:
            return self._drop()

    def stop(self) -> None:
        """The page was closed."""
        self.cancel.set()

    def _drop(self) -> bool:
        waited, self.pending = bool(self.pending), ()
        if waited:
            self._clear("cancelled")
            self.job = None
        return waited

    def take_pending(self) -> tuple[Recipe, ...]:
        """What waits to be run, for the one who asks first."""
        with self.lock:
            pending, self.pending = self.pending, ()
        return pending

    def seen(self) -> Table:
        """The table as it is at one moment."""
        with self.lock:
            return copy_of(self.table)

    def clear(self, state: str, seeds: tuple[int, ...] | None = None) -> None:
        """Every column without pictures and numbers. seeds: the rows from now on; None: as they are."""
        with self.lock:
            self._clear(state, seeds)

    def _clear(self, state: str, seeds: tuple[int, ...] | None = None) -> None:
        self.table.seeds = self.table.seeds if seeds is None else seeds
        for column in self.table.columns:
            column.clear(state)

    def take_over(self, job: str) -> threading.Event | None:
        """Stop what runs, and begin a job with an event of its own; None for a preview while there is a run."""
        with self.lock:
            return None if job == "preview" and self.job == "run" else self._take_over(job)

    def _take_over(self, job: str) -> threading.Event:
        self.cancel.set()
        self.cancel, self.job = threading.Event(), job
        return self.cancel

    def release(self, cancel: threading.Event) -> None:
        """The job with this event is over, unless another has taken over."""
        if self.cancel is cancel:
            self.job = None


class Sessions(Generic[Page]):
    """Open pages by their session; the longest unused ones are forgotten when there are too many.

    first: makes what a page has; it says whether it is `busy`, and ends what it does with `stop()`.
    """

    def __init__(self, first: Callable[[], Page], limit: int = PAGES):
        self._first, self._limit = first, limit
        self._open: OrderedDict[str, Page] = OrderedDict()
        self._lock = threading.Lock()

    def __getitem__(self, key: str | None) -> Page:
        key = key or ""
        with self._lock:
            if key not in self._open:
                self._open[key] = self._first()
            self._open.move_to_end(key)
            idle = [other for other, session in self._open.items() if not session.busy and other != key]
            for old in idle[: max(0, len(self._open) - self._limit)]:
                del self._open[old]
            return self._open[key]

    def __len__(self) -> int:
        return len(self._open)

    def leave(self, key: str | None) -> None:
        """Stop what runs for a page that was closed, and forget it."""
        with self._lock:
            session = self._open.pop(key or "", None)
        if session is not None:
            session.stop()


def copy_of(table: Table) -> Table:
    """A table of one's own with the same pictures."""
    return replace(table, columns=[replace(column) for column in table.columns])
