"""From a click to the end of what it asked for: one job at a time for an open page, in the order of its clicks.

A click begins a job in two requests: one that checks it and says so at once, and one that waits for its turn and runs.
A cancel is a third. They may reach the server in any order, so the page numbers its clicks, and a cancel names the last
click that it means: it holds for that click and those before it, also where it comes first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .status import message, told

LATE = '<i class="late" hidden></i>'  # beside what is said, the style sheet dims what the tab shows


class Clicks:
    """The clicks of one page that ask for something. Numbers grow from 1; None: of somebody who does not count."""

    def __init__(self):
        self.newest = self.cancelled = 0

    def ask(self, click: Any = None) -> int | None:
        """The number of a click that has come in; None when it is cancelled already, or a newer one came before it."""
        number = max(self.newest, self.cancelled) + 1 if _number(click) is None else click
        if number < self.newest:
            return None
        self.newest = number
        return number if number > self.cancelled else None

    def cancel(self, click: Any = None) -> int:
        """Nothing that was clicked up to this number is to be done. The number."""
        number = self.newest if _number(click) is None else click
        self.cancelled = max(self.cancelled, number)
        return number


@dataclass(eq=False)
class Turn:
    """A job that was asked for. cancel: set to end it within a step."""

    number: int
    job: Any
    cancel: threading.Event = field(default_factory=threading.Event)


class Turns:
    """The jobs of one page on one tab: at most one waits and one runs.

    first: the line beside what the tab shows before anything was asked for, as HTML. fault: what was refused since, until it
    is right. shown: what the pictures of the tab were asked with, None before there are any; wish: gives what would be
    asked for now, or raises what is wrong with it.
    """

    def __init__(self, first: str = ""):
        self.fault, self.shown = "", None
        self.wish: Callable[[], Any] | None = None
        self._ended = self._waits = first
        self._last = 0  # the number of the job that was said last how it ended
        self._clicks, self._lock = Clicks(), threading.Lock()
        self._waiting: Turn | None = None
        self._running: Turn | None = None

    @property
    def busy(self) -> bool:
        """Whether a job waits or runs."""
        return self._waiting is not None or self._running is not None

    @property
    def status(self) -> str:
        """What was said last: of a refusal, of what is on, or of how it ended."""
        return self.fault or (self._waits if self.busy else self._ended)

    @property
    def line(self) -> str:
        """The same beside what is shown, which is dimmed and told apart where something else would be asked for now."""
        if self.busy or self.shown is None or self.shown == self._wished():
            return self.status
        return (self.fault or message("changed", "changed")) + LATE

    def set_to(self, wish: Callable[[], Any]) -> str | None:
        """Something was set, perhaps as it was: the line, once what was refused is looked at again. None when a job is on:
        it tells the page itself, in the order of its screens."""
        self.wish = wish
        if self.fault:
            self.fault = ""
            try:
                wish()
            except Exception as error:
                self.fault = told(error)
        return None if self.busy else self.line

    def _wished(self) -> Any:
        try:
            return self.wish() if self.wish else self.shown
        except Exception:
            return None

    def say(self, status: str) -> None:
        """Something has happened, or goes on. What was refused before is of the past."""
        self.fault, self._waits = "", status
        if not self.busy:
            self._ended = status

    def begin(self, job: Any, status: str, click: Any = None) -> bool:
        """A job waits for its turn, and what runs is ended. False when its click counts no more: nothing is changed."""
        with self._lock:
            number = self._ask(click)
            if number is None:
                return False
            self._waiting, self._waits, self.fault = Turn(number, job), status, ""
            return True

    def refuse(self, status: str, click: Any = None) -> None:
        """What was asked for cannot be done. It is the last word on what is on: that is not what is wanted any more."""
        with self._lock:
            if self._ask(click) is not None:
                self._waiting, self.fault = None, status

    def take(self) -> Turn | None:
        """What waits runs from now on."""
        with self._lock:
            turn, self._waiting = self._waiting, None
            if turn is not None:
                self._stop()
                self._running = turn
            return turn

    def over(self, turn: Turn, status: str) -> str:
        """It has ended. status: what there is to say of it, unless something newer was asked for; gives what to say."""
        with self._lock:
            turn.cancel.set()
            self._running = None if self._running is turn else self._running
            if turn.number >= self._last:
                self._ended, self._last = status, turn.number
            return self.status

    def cancel(self, status: str, click: Any = None) -> bool:
        """End what was clicked up to this number; what waits does not begin. status: to be said of that.

        True when nothing runs that tells the page of it.
        """
        with self._lock:
            ahead = self._clicks.newest < self._clicks.cancel(click)
            dropped = self._waiting is not None and self._waiting.number <= self._clicks.cancelled
            if dropped:
                self._waiting = None
            if dropped or (ahead and self._running is None):
                self._ended = self._waits = status
                self.fault = ""
            if self._running is not None and self._running.number <= self._clicks.cancelled:
                self._stop()
            return self._running is None

    def stop(self) -> None:
        """The page was closed: nothing of it goes on, and nothing begins."""
        with self._lock:
            self._waiting = None
            self._stop()

    def drop(self, status: str) -> bool:
        """What waits gets no turn. Whether there was any; then status is to be said of it."""
        with self._lock:
            dropped, self._waiting = self._waiting is not None, None
            self.fault = status if dropped else self.fault
            return dropped

    def _ask(self, click: Any) -> int | None:
        number = self._clicks.ask(click)
        if number is not None:
            self._stop()
        return number

    def _stop(self) -> None:
        if self._running is not None:
            self._running.cancel.set()


def _number(click: Any) -> int | None:
    """A page's number of a click; None for anything else."""
    whole = isinstance(click, int) and not isinstance(click, bool)
    return click if whole and 0 <= click < 2**53 else None
