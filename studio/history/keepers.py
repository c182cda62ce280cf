"""Whose history it is: one in the user's data folder, or, where strangers come, one a visitor that goes with them."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import threading
from collections import OrderedDict
from pathlib import Path

from .store import History

VARIABLE = "STUDIO_HISTORY"  # a folder for the history
NAME = "guidance-studio"
VISITOR_LIMIT = 200  # pictures of one visitor
VISITORS = 64


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
        self._own: OrderedDict[str, History] = OrderedDict()
        self._there: set[str] = set()  # visitors with an open page
        self._root: tempfile.TemporaryDirectory | None = None
        self._lock = threading.Lock()

    @property
    def private(self) -> bool:
        """Whether each visitor has their own."""
        return self._shared is None

    def __getitem__(self, key: str | None) -> History:
        if self._shared is not None:
            return self._shared
        key = key or ""
        with self._lock:
            if key not in self._own:
                if self._root is None:
                    self._root = tempfile.TemporaryDirectory(prefix="guidance-studio-", ignore_cleanup_errors=True)
                name = hashlib.sha256(key.encode()).hexdigest()[:24]
                self._own[key] = History(Path(self._root.name) / name, limit=VISITOR_LIMIT)
            self._own.move_to_end(key)
            # Programs never say that they leave, so the oldest of those without a page go when there are too many.
            gone = [other for other in self._own if other not in self._there and other != key]
            for other in gone[: max(0, len(gone) + 1 - VISITORS)]:
                _forget(self._own.pop(other))
            return self._own[key]

    def enter(self, key: str | None) -> None:
        """A page was opened: what it draws stays as long as it is there."""
        with self._lock:
            self._there.add(key or "")

    def leave(self, key: str | None) -> None:
        """A page was closed: forget what belongs to it alone."""
        with self._lock:
            self._there.discard(key or "")
            history = self._own.pop(key or "", None)
        if history is not None:
            _forget(history)


def _forget(history: History) -> None:
    history.close()
    shutil.rmtree(history.folder, ignore_errors=True)
