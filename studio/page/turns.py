"""From a click to the end of what it asked for: one job at a time for an open page, in the order of its clicks.

A click begins a job in two requests: one that checks it and says so at once, and one that waits for its turn and runs.
A cancel is a third. They may reach the server in any order, so the page numbers its clicks, and a cancel names the last
click that it means: it holds for that click and those before it, also where it comes first. A click that is refused
changes nothing else: what is on goes on, and the refusal stands beside it until it is right.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .status import error_html, message

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
    """A job that was asked for. going: what is said while it waits or runs, as HTML; ended: what is said when it is over,
    None: what was said before. cancel: set to end it within a step. preview: nobody clicked for it."""

    number: int
    job: Any
    going: str = ""
    ended: str | None = None
    preview: bool = False
    cancel: threading.Event = field(default_factory=threading.Event)


class Fault(NamedTuple):
    """What was refused, as HTML, until it is right. again: raises what is wrong by now; None: it stays."""

    told: str
    again: Callable[[], Any] | None = None


class OpenPage:
    """One page on one tab: at most one of its jobs waits, and one runs.

    first: the line beside what the tab shows before anything was asked for, as HTML. shown: what its pictures were asked
    with, None before there are any; wish: gives what would be asked for now, or raises what is wrong with it.
    """

    shown: Any = None

    def __init__(self, first: str = ""):
        self.fault: Fault | None = None
        self.wish: Callable[[], Any] = lambda: self.shown
        self.ended = first  # what was said last of something that is over
        self._last = 0  # the number of the job that was said last how it ended
        self.lock = threading.RLock()
        self._clicks = Clicks()
        self._waiting: Turn | None = None
        self._running: Turn | None = None

    @property
    def turn(self) -> Turn | None:
        """What waits, or else what runs."""
        return self._waiting or self._running

    @property
    def running(self) -> bool:
        """Whether something that was clicked waits or runs."""
        turn = self.turn
        return turn is not None and not turn.preview

    @property
    def line(self) -> str:
        """What is said beside what the tab shows: it is dimmed where something else would be asked for now."""
        turn, fault = self.turn, self.fault.told if self.fault else ""
        if turn is not None:
            return turn.going + fault
        if self.shown is None or self.shown == self._wished():
            return fault or self.ended
        return (fault or message("changed", "changed")) + LATE

    def _wished(self) -> Any:
        try:
            return self.wish()
        except Exception:
            return None

    def set_to(self, wish: Callable[[], Any]) -> str | None:
        """Something was set, perhaps as it was: the line, once what was refused is looked at again. None when a job is on:
        it tells the page itself, in the order of its screens."""
        self.wish = wish
        self.look_again()
        return None if self.turn else self.line

    def look_again(self) -> None:
        """Whether what was refused is still wrong."""
        fault = self.fault
        if fault is None or fault.again is None:
            return
        try:
            fault.again()
            found = None
        except Exception as error:
            found = fault._replace(told=error_html(error))
        if self.fault is fault:
            self.fault = found

    def say(self, ended: str) -> None:
        """Something has happened: what was refused before is of the past."""
        self.ended, self.fault, turn = ended, None, self.turn
        if turn is not None and turn.preview:
            turn.going = ended

    def begin(self, job: Any, going: str = "", click: Any = None) -> bool:
        """A job waits for its turn, and what runs is ended. False when its click counts no more: nothing is changed."""
        with self.lock:
            number = self._clicks.ask(click)
            if number is None:
                return False
            self._end()
            self._waiting, self.fault = Turn(number, job, going), None
            return True

    def refuse(self, told: str, click: Any = None) -> None:
        """What was asked for cannot be done."""
        with self.lock:
            if self._clicks.ask(click) is not None:
                self.fault = Fault(told, self._wish)

    def take(self) -> Turn | None:
        """What waits runs from now on."""
        with self.lock:
            turn, self._waiting = self._waiting, None
            if turn is not None:
                self._end()
                self._running = turn
            return turn

    def take_preview(self) -> Turn | None:
        """A preview runs from now on, in place of another one; None while there is something that was clicked."""
        with self.lock:
            if self.running:
                return None
            self._end()
            self._running = Turn(self._clicks.newest, None, self.ended, preview=True)
            return self._running

    def end_preview(self) -> None:
        """It is of something that is not set any more."""
        with self.lock:
            if not self.running:
                self._stop()

    def holds(self, turn: Turn) -> bool:
        """Whether the page is still this job's: nothing was begun since."""
        return self._running is turn

    def over(self, turn: Turn) -> None:
        """It has ended."""
        with self.lock:
            turn.cancel.set()
            self._running = None if self._running is turn else self._running
            if turn.ended is not None and turn.number >= self._last:
                self.ended, self._last = turn.ended, turn.number

    def cancel(self, click: Any = None) -> bool:
        """End what was clicked up to this number; what waits does not begin. Whether nothing runs that tells the page."""
        with self.lock:
            ahead = self._clicks.newest < self._clicks.cancel(click)
            dropped = self._waiting is not None and self._waiting.number <= self._clicks.cancelled
            if dropped:
                self._drop()
            if dropped or (ahead and self._running is None):
                self.say(message("not_begun"))
            if self._running is not None and self._running.number <= self._clicks.cancelled:
                self._stop()
            return self._running is None

    def full(self) -> None:
        """The queue had no place for what waits."""
        with self.lock:
            if self._waiting is not None:
                self._drop()
                self.fault = Fault(message("queue_full", "error"), self._wish)

    def stop(self) -> None:
        """The page was closed: nothing of it goes on, and nothing begins."""
        with self.lock:
            self._waiting = None
            self._stop()

    def _wish(self) -> Any:
        return self.wish()

    def _drop(self) -> None:
        """What waits gets no turn."""
        self._waiting = None

    def _end(self) -> None:
        """What runs is ended, and of no more interest."""
        self._stop()
        self._running = None

    def _stop(self) -> None:
        if self._running is not None:
            self._running.cancel.set()


def _number(click: Any) -> int | None:
    """A page's number of a click; None for anything else."""
    whole = isinstance(click, int) and not isinstance(click, bool)
    return click if whole and 0 <= click < 2**53 else None
