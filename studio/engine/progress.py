"""How far a piece of work is, and how long it still takes: by the time that its parts take, and not by one of them.

A part is some amount of one kind of work: "load emoji", "draw emoji" by evaluations of the network, "measure emoji"
by pictures. What a unit of each takes is learned on this machine from what was done before, and corrected while it is done.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

# Seconds a unit before anything of that kind was done here: two cores, the worlds that are shipped.
FIRST = {
    "load": 6.0,  # a world
    "find": 0.001,  # a picture that was kept before
    "draw": 0.005,  # an evaluation of the network on one picture
    "enlarge": 0.02,  # one of the upsampler
    "watch": 0.012,  # the same, with all that is measured of every step
    "judge": 0.02,  # a picture's scores
    "judges": 1.0,  # the first of them, with the loading of what judges
    "measure": 0.01,  # a picture of a point, with its share of what the intervals take
    "measures": 1.0,  # the first point, with the loading of the data and of what judges
    "clip": 20.0,  # a real CLIP
    "liken": 0.02,  # a picture held to the reference
    "show": 0.01,  # a step of a film that is made ready for the page
}
READING = ("load", "clip")  # of files: how long it takes tells less of how fast the rest is
SURE = 0.5  # seconds of work that what is believed beforehand counts for
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
    """One piece of work, of parts that are announced by `expect` and told by `reach`, from one thread at a time; any
    may ask for `share` and `left`, also while nothing is told.

    paces: what the machine is known to take; learns when the work `ends`. clock: in seconds.
    """

    def __init__(self, paces: Paces, clock: Callable[[], float] = time.perf_counter):
        self._paces, self._clock = paces, clock
        self._wanted: dict[str, float] = {}
        self._done: dict[str, float] = {}
        self._spent: dict[str, float] = {}
        self._share = 0.0
        self.begin()

    def begin(self) -> None:
        """The work begins now, and not when it was asked for: it may have waited for its turn."""
        self._began = self._last = self._clock()

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

    @property
    def left(self) -> float | None:
        """Seconds that are left; None while nothing tells how fast this machine is."""
        if not self._done and any(kind not in self._paces for kind in self._rest()):
            return None
        return self._left()

    @property
    def share(self) -> float:
        """Of the time that it takes, from 0 to 1; it never falls."""
        spent, left = self.seconds, self._left()
        share = spent / (spent + left) if left else ALMOST
        self._share = max(self._share, min(share, ALMOST))
        return self._share

    def ends(self) -> None:
        """It is over, or was cancelled: what was done teaches how long it takes."""
        for kind, seconds in self._spent.items():
            self._paces.learn(kind, self.done(kind), seconds)
        self._spent = {}

    def _rest(self) -> dict[str, float]:
        rest = {kind: amount - self.done(kind) for kind, amount in list(self._wanted.items())}
        return {kind: amount for kind, amount in rest.items() if amount > 0}

    def _left(self) -> float:
        """By what was believed beforehand, made slower or faster by what was seen since, the more of it the more.

        While nothing is told it goes down with the time, and never to nothing.
        """
        spent = dict(self._spent)
        seen = believed = SURE
        for kind, seconds in spent.items():
            expected = self._paces[kind] * self.done(kind)
            weight = min(1.0, 2 * SURE / expected) if expected and kind.startswith(READING) else 1.0
            seen, believed = seen + weight * seconds, believed + weight * expected
        slower = seen / believed
        left = sum(
            amount
            * _pace(
                self._paces[kind] * (1 if kind.startswith(READING) else slower), self.done(kind), spent.get(kind, 0.0)
            )
            for kind, amount in self._rest().items()
        )
        return left * math.exp(-(self._clock() - self._last) / left) if left else 0.0


def _pace(believed: float, amount: float, seconds: float) -> float:
    """Seconds a unit, of which as much as takes SURE seconds was believed, and so much was seen."""
    return (SURE + seconds) / (SURE / believed + amount)
