"""How far a piece of work is, and how long it still takes: by the time that its parts take, and not by one of them.

A part is some amount of one kind of work: "load emoji", "draw emoji" by evaluations of the network, "measure emoji" by
pictures. What a unit of each takes is learned on this machine from what was done before, and corrected while it is done.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

# Seconds a unit before anything of that kind was done here: two cores, the worlds that are shipped.
FIRST = {
    "load": 4.0,  # a world
    "draw": 0.005,  # an evaluation of the network on one picture
    "watch": 0.012,  # the same, with all that is measured of every step
    "judge": 0.02,  # a picture's scores
    "judges": 2.0,  # the first of them, with the loading of what judges
    "measure": 0.05,  # a picture of a point, with its share of what the intervals take
    "measures": 6.0,  # the first point, with the loading of the data and of what judges
    "clip": 20.0,  # a real CLIP
    "show": 0.5,  # what the page is to see at the end
}
SURE = 1.0  # seconds of work that what is believed beforehand counts for
TELLING = 0.5  # seconds of work from which on something is known of an unknown machine
ALMOST = 0.99  # the greatest share of what is not over


class Paces:
    """Seconds that a unit of each kind of work takes on this machine. May be used from any thread."""

    def __init__(self):
        self._found: dict[str, float] = {}
        self._lock = threading.Lock()

    def __getitem__(self, kind: str) -> float:
        return self._found.get(kind) or FIRST[kind.split(" ")[0]]

    def __contains__(self, kind: str) -> bool:
        """Whether it was done here before."""
        return kind in self._found

    def learn(self, kind: str, amount: float, seconds: float) -> None:
        """So much was done in so many seconds."""
        with self._lock:
            if amount > 0:
                known = kind in self._found
                self._found[kind] = max(_pace(self[kind], amount, seconds) if known else seconds / amount, 1e-9)


class Course:
    """One piece of work, of parts that are announced by `expect` and told by `reach`, from one thread at a time.

    paces: what the machine is known to take; learns when the work `ends`. clock: in seconds.
    """

    def __init__(self, paces: Paces, clock: Callable[[], float] = time.perf_counter):
        self._paces, self._clock = paces, clock
        self._began = self._last = clock()
        self._wanted: dict[str, float] = {}
        self._done: dict[str, float] = {}
        self._spent: dict[str, float] = {}
        self._share = 0.0

    @property
    def seconds(self) -> float:
        """Since it began."""
        return self._clock() - self._began

    def expect(self, kind: str, amount: float = 1.0) -> None:
        """So much more of a kind is to be done."""
        if amount > 0:
            self._wanted[kind] = self._wanted.get(kind, 0.0) + amount

    def done(self, kind: str) -> float:
        """How much of a kind is done."""
        return self._done.get(kind, 0.0)

    def reach(self, kind: str, amount: float | None = None) -> None:
        """So much of a kind is done in all, None: the whole of it; the time since the last word went into it."""
        now = self._clock()
        self._spent[kind] = self._spent.get(kind, 0.0) + now - self._last
        self._last = now
        self._done[kind] = self._wanted.get(kind, 0.0) if amount is None else amount

    def skip(self) -> None:
        """The time since the last word was no work, such as that of a reader who was slow."""
        self._last = self._clock()

    @property
    def left(self) -> float | None:
        """Seconds that are left; None while nothing tells how fast this machine is."""
        rest = {kind: amount - self.done(kind) for kind, amount in self._wanted.items()}
        rest = {kind: amount for kind, amount in rest.items() if amount > 0}
        if sum(self._spent.values()) < TELLING and any(kind not in self._paces for kind in rest):
            return None
        return self._left(rest)

    @property
    def share(self) -> float:
        """Of the time that it takes, from 0 to 1; it never falls."""
        rest = {kind: amount - self.done(kind) for kind, amount in self._wanted.items()}
        left, spent = self._left({kind: amount for kind, amount in rest.items() if amount > 0}), self.seconds
        share = spent / (spent + left) if left else ALMOST
        self._share = max(self._share, min(share, ALMOST))
        return self._share

    def ends(self) -> None:
        """It is over, or was cancelled: what was done teaches how long it takes."""
        for kind, seconds in self._spent.items():
            self._paces.learn(kind, self.done(kind), seconds)
        self._spent = {}

    def _left(self, rest: dict[str, float]) -> float:
        """By what was believed beforehand, made slower or faster by what was seen since, the more of it the more."""
        believed = sum(self._paces[kind] * self.done(kind) for kind in self._spent)
        slower = (SURE + sum(self._spent.values())) / (SURE + believed)
        return sum(
            amount * _pace(slower * self._paces[kind], self.done(kind), self._spent.get(kind, 0.0))
            for kind, amount in rest.items()
        )


def _pace(believed: float, amount: float, seconds: float) -> float:
    """Seconds a unit, of which as much as takes SURE seconds was believed, and so much was seen."""
    return (SURE + seconds) / (SURE / believed + amount)
