"""What can go wrong with a history, as sentences of the page: the key of the words, and the reason."""

from __future__ import annotations

import errno
import sqlite3

FULL = {errno.ENOSPC, errno.EDQUOT}
CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST}
PRIMARY = 0xFF  # sqlite's extended error codes hold the primary one in their lowest byte
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
KEYS = {
    sqlite3.SQLITE_BUSY: "history_locked",
    sqlite3.SQLITE_LOCKED: "history_locked",
    sqlite3.SQLITE_FULL: "history_full",
    sqlite3.SQLITE_READONLY: "history_closed",
    sqlite3.SQLITE_CANTOPEN: "history_closed",
}


class HistoryError(RuntimeError):
    """The history could not do it. `key` names the sentence in the words of the page, `reason` is its value."""

    def __init__(self, key: str, reason: object = ""):
        super().__init__(f"{key}: {reason}")
        self.key, self.reason = key, str(reason)[:300]


def told(error: Exception) -> HistoryError:
    """An error of the disk or of the database as one of the history."""
    if isinstance(error, HistoryError):
        return error
    if isinstance(error, sqlite3.Error):
        return HistoryError(KEYS.get(code(error), "history_failed"), error)
    number = getattr(error, "errno", None)
    key = "history_full" if number in FULL else "history_closed" if number in CLOSED else "history_failed"
    return HistoryError(key, error)


def code(error: sqlite3.Error) -> int:
    """The primary error code of sqlite; 0 when it has none."""
    return (getattr(error, "sqlite_errorcode", 0) or 0) & PRIMARY


def damaged(error: sqlite3.Error) -> bool:
    """Whether the file is no whole database."""
    return code(error) in DAMAGED
