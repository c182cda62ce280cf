"""What is kept of each visitor, and whose history it is: one in the user's data folder, or, where strangers come, one a
visitor that goes with them."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Generic, TypeVar

from .store import History

Kept = TypeVar("Kept")
VARIABLE = "STUDIO_HISTORY"  # a folder for the history
NAME = "guidance-studio"
VISITOR_LIMIT = 200  # pictures of one visitor
VISITORS = 64
CLIENT: ContextVar[str] = ContextVar("client", default="")  # for whom a server works now: an address


def oldest_of_the_most(held: Iterable[tuple[Any, str, float]]) -> Any:
    """What goes first: the oldest of the client that holds most, so that nobody pushes out what others have.

    held: what there is with its client and its size, the oldest first; at least one.
    """
    held, sizes = list(held), Counter()
    for _, client, size in held:
        sizes[client] += size
    most = max(sizes.values())
    return next(each for each, client, _ in held if sizes[client] == most)


class Visitors(Generic[Kept]):
    """What is kept of each visitor, by session, until they leave or did nothing for the longest time.

    first: makes what a new one has. stays: whether it may not go; of the others there are at most `limit`, and the client
    that has most of them loses one. ends: is called with what goes.
    """

    def __init__(
        self,
        first: Callable[[str], Kept],
        ends: Callable[[Kept], Any],
        stays: Callable[[str, Kept], bool],
        limit: int,
    ):
        self._first, self._ends, self._stays, self._limit = first, ends, stays, limit
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._client: dict[str, str] = {}
        self._lock = threading.Lock()

    def __getitem__(self, key: str | None) -> Kept:
        key = key or ""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = self._first(key)
                self._client[key] = CLIENT.get()
            self._kept.move_to_end(key)
            idle = [other for other, kept in self._kept.items() if other != key and not self._stays(other, kept)]
            while len(idle) >= self._limit:
                goes = oldest_of_the_most((other, self._client[other], 1) for other in idle)
                idle.remove(goes)
                self._end(goes)
            return self._kept[key]

    def __len__(self) -> int:
        return len(self._kept)

    def leave(self, key: str | None) -> None:
        """A page was closed: what belongs to it alone ends and is forgotten."""
        with self._lock:
            if (key or "") in self._kept:
                self._end(key or "")

    def _end(self, key: str) -> None:
        del self._client[key]
        self._ends(self._kept.pop(key))


def default_folder() -> Path:
    """The folder that the environment names, or the user's data folder."""
    from platformdirs import user_data_path

    named = os.environ.get(VARIABLE, "").strip()
    return Path(named).expanduser() if named else user_data_path(NAME, appauthor=False)


def histories(folder: str | None = None, others: bool = False) -> Histories:
    """Those of a program. folder: what its user asked for. others: whether anybody else can reach the page.

    Without a folder that was asked for, here or in the environment, visitors from elsewhere share nothing.
    """
    asked = folder or os.environ.get(VARIABLE, "").strip()
    private = "SPACE_ID" in os.environ or (others and not asked)
    return Histories(None if private else Path(folder).expanduser() if folder else default_folder())


class Histories:
    """Histories by session. folder: the one that everybody shares; None: each visitor has their own, on a temporary
    folder, which is removed when they leave or when the program ends.
    """

    def __init__(self, folder: Path | str | None = None):
        self._shared = History(folder) if folder is not None else None
        self._there: set[str] = set()  # visitors with an open page
        # Programs never say that they leave, so the oldest of those without a page go when there are too many.
        self._own = Visitors(self._begin, _forget, lambda key, _: key in self._there, VISITORS)
        self._root: tempfile.TemporaryDirectory | None = None

    @property
    def private(self) -> bool:
        """Whether each visitor has their own."""
        return self._shared is None

    def __getitem__(self, key: str | None) -> History:
        return self._own[key] if self._shared is None else self._shared

    def _begin(self, key: str) -> History:
        if self._root is None:
            self._root = tempfile.TemporaryDirectory(prefix="guidance-studio-", ignore_cleanup_errors=True)
        name = hashlib.sha256(key.encode()).hexdigest()[:24]
        return History(Path(self._root.name) / name, limit=VISITOR_LIMIT)

    def enter(self, key: str | None) -> None:
        """A page was opened: what it draws stays as long as it is there."""
        self._there.add(key or "")

    def leave(self, key: str | None) -> None:
        """A page was closed: forget what belongs to it alone."""
        self._there.discard(key or "")
        self._own.leave(key)


def _forget(history: History) -> None:
    history.close()
    shutil.rmtree(history.folder, ignore_errors=True)
