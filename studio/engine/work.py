"""One thread that does all the heavy work, and the mailbox through which a run sends its frames."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any


class Worker:
    """Does what it is given, in order, in one daemon thread that starts with the first job."""

    def __init__(self, name: str, before: Callable[[], None] = lambda: None):
        self._jobs: queue.SimpleQueue = queue.SimpleQueue()
        self._before = before
        self._thread = threading.Thread(target=self._loop, name=name, daemon=True)
        self._start = threading.Lock()

    def submit(self, job: Callable, *arguments) -> Future:
        """A future of job(*arguments)."""
        future: Future = Future()
        self._jobs.put((future, job, arguments))
        with self._start:
            if self._thread.ident is None:
                self._thread.start()
        return future

    @property
    def here(self) -> bool:
        """Whether this is its thread, which must not wait for itself."""
        return threading.current_thread() is self._thread

    def _loop(self) -> None:
        self._before()
        while True:
            future, job, arguments = self._jobs.get()
            try:
                future.set_result(job(*arguments))
            except BaseException as error:
                future.set_exception(error)
            del future, job, arguments  # nothing of a finished job is kept alive while waiting for the next


class Mailbox:
    """From the worker to one reader. A slow reader skips previews and never holds up the work.

    silent: the reader gets None whenever nothing came for so many seconds; None: it waits for as long as it takes.
    """

    def __init__(self, silent: float | None = None):
        self._silent = silent
        self._items: deque[tuple[Any, bool]] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._error: BaseException | None = None

    def put(self, item: Any, keep: bool) -> None:
        """Add an item; one that was put before without `keep` and is still unread gives way to it."""
        with self._changed:
            if self._items and not self._items[-1][1]:
                self._items.pop()
            self._items.append((item, keep))
            self._changed.notify()

    def close(self, error: BaseException | None = None) -> None:
        """No more items; the reader gets what is left and then the error, if any."""
        with self._changed:
            self._closed, self._error = True, error
            self._changed.notify()

    def __iter__(self) -> Iterator[Any]:
        while True:
            with self._changed:
                while not self._items and not self._closed:
                    if not self._changed.wait(self._silent or 1.0) and self._silent:
                        break
                if self._closed and not self._items:
                    break
                item = self._items.popleft()[0] if self._items else None
            yield item
        if self._error is not None:
            raise self._error
