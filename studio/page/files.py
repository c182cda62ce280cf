"""Temporary files that somebody may still ask for: the newest of them, and no more than there is room for."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ..history.visitors import CLIENT, oldest_of_the_most

COUNT = 1000
SIZE = 500_000_000  # bytes


class Files(set):
    """Paths of files that are deleted one day, as gradio keeps them; here some go at once when there are too many: the
    oldest of the client that has most.

    folder: gives where new ones are written, each in a folder of its own. count, size: of files and their bytes; the
    newest stays, however large it is.
    """

    def __init__(self, folder: Callable[[], str], count: int = COUNT, size: int = SIZE):
        super().__init__()
        self._folder, self._count, self._size = folder, count, size
        self._sizes: dict[str, int] = {}  # path -> bytes, in the order in which they came
        self._client: dict[str, str] = {}  # path -> who had it last
        self._given: dict[str, str] = {}  # by visitor
        self._lock = threading.RLock()

    def put(self, name: str, content: bytes) -> str:
        """Write a file, and give its path. Equal ones are one. Raises OSError, and then nothing of it stays."""
        path = Path(self._folder(), hashlib.sha256(content).hexdigest(), name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError:
            _remove(path)
            raise
        self.add(str(path))
        return str(path)

    def give(self, key: str, path: str) -> None:
        """Add the one file that a visitor has asked for; the one before it goes, unless it is the same."""
        with self._lock:
            before = self._given.get(key)
            self._given[key] = path
            self.add(path)
            if before not in (None, *self._given.values()):
                self.drop(before)

    def leave(self, key: str) -> None:
        """A visitor has gone, and what they asked for goes."""
        with self._lock:
            path = self._given.pop(key, None)
            if path is not None and path not in self._given.values():
                self.drop(path)

    def add(self, path: str) -> None:
        """One more; it is the newest now."""
        with self._lock:
            self._sizes.pop(path, None)
            self._sizes[path] = _size(path)
            self._client[path] = CLIENT.get()
            super().add(path)
            while len(self._sizes) > 1 and (len(self) > self._count or sum(self._sizes.values()) > self._size):
                self.drop(oldest_of_the_most(list(self._shares())[:-1]))

    def _shares(self) -> Iterator[tuple[str, str, float]]:
        """Each path, who had it last, and how much of what all may have it takes."""
        for path, size in self._sizes.items():
            yield path, self._client[path], 1 / self._count + size / self._size

    def update(self, *paths: Iterable[str]) -> None:
        """Several more."""
        for path in (path for some in paths for path in some):
            self.add(path)

    def drop(self, path: str) -> None:
        """Delete a file: nobody can ask for it any more."""
        self.discard(path)
        _remove(Path(path))

    def discard(self, path: str) -> None:
        """Forget a file, which stays where it is."""
        with self._lock:
            self._sizes.pop(path, None)
            self._client.pop(path, None)
            super().discard(path)

    def __isub__(self, paths: Iterable[str]) -> Files:
        for path in list(paths):
            self.discard(path)
        return self

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            return iter(list(self._sizes))


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0


def _remove(path: Path) -> None:
    """The file, and its folder where nothing else is in it."""
    try:
        path.unlink(missing_ok=True)
        path.parent.rmdir()
    except OSError:
        pass
