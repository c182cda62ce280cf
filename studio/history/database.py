"""The history's database: its schema, how older ones become today's, and what happens to a damaged one."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from . import files
from .errors import HistoryError, damaged, told

NAME = "history.sqlite3"
T = TypeVar("T")
WAIT = 3.0  # seconds for another studio to finish writing

# One entry a version of the schema; PRAGMA user_version counts those that were applied. Never change an entry.
MIGRATIONS = (
    """
    CREATE TABLE pictures (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        made REAL NOT NULL,            -- seconds since 1970, when it was drawn last
        file TEXT NOT NULL UNIQUE,     -- sha256 of the PNG, which holds the recipe too
        bytes INTEGER NOT NULL,        -- of the PNG
        recipe TEXT NOT NULL,          -- JSON, of this one seed
        world TEXT NOT NULL,
        rule TEXT NOT NULL,            -- key of the words for how it was guided
        caption TEXT NOT NULL,         -- prompt, or what stands for it
        search TEXT NOT NULL,          -- all words of the recipe, case-folded
        scores TEXT,                   -- JSON, of the whole column that it was drawn in
        starred INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE thumbnails (
        id INTEGER PRIMARY KEY REFERENCES pictures (id) ON DELETE CASCADE,
        webp BLOB NOT NULL
    );
    CREATE INDEX pictures_made ON pictures (made DESC, id DESC);
    """,
    # Deleting can be undone for a while.
    """
    ALTER TABLE pictures ADD COLUMN deleted REAL;
    CREATE INDEX pictures_deleted ON pictures (deleted) WHERE deleted IS NOT NULL;
    """,
)


def connect(folder: Path) -> sqlite3.Connection:
    """An open database of today's schema; made when there is none.

    Raises:
        sqlite3.Error, OSError: it cannot be opened, or is damaged.
        HistoryError: a newer studio has written it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(folder / NAME, timeout=WAIT, isolation_level=None, check_same_thread=False)
    try:
        database.execute("PRAGMA foreign_keys = ON")
        _write_ahead(database)
        database.execute("PRAGMA synchronous = NORMAL")
        if _version(database) < len(MIGRATIONS):
            _migrate(database)
        check(database)
        database.execute("SELECT id FROM pictures LIMIT 1").fetchone()
    except BaseException:
        database.close()
        raise
    return database


def _write_ahead(database: sqlite3.Connection) -> None:
    """Writers and readers do not wait for each other. SQLite's own timeout does not hold for this change: it is tried again."""
    last = time.monotonic() + WAIT
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > last:
                raise
            time.sleep(0.005)


def empty() -> sqlite3.Connection:
    """A database of today's schema that is nowhere and holds nothing: for looking where nothing was drawn yet."""
    database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    _migrate(database)
    return database


def check(database: sqlite3.Connection) -> None:
    """Raises HistoryError when a newer studio has changed the schema, at opening or since."""
    if _version(database) > len(MIGRATIONS):
        raise HistoryError("history_newer", NAME)


def _version(database: sqlite3.Connection) -> int:
    return database.execute("PRAGMA user_version").fetchone()[0]


def _migrate(database: sqlite3.Connection) -> None:
    """Apply what is missing, all of it or nothing; another studio may have done so in the meantime."""
    database.execute("BEGIN IMMEDIATE")
    try:
        for number in range(_version(database), len(MIGRATIONS)):
            for statement in _statements(MIGRATIONS[number]):
                database.execute(statement)
            database.execute(f"PRAGMA user_version = {number + 1}")
        database.execute("COMMIT")
    except BaseException:
        database.execute("ROLLBACK")
        raise


def _statements(script: str) -> list[str]:
    """`executescript` would commit first, so one at a time."""
    bare = "\n".join(line.split("--")[0] for line in script.splitlines())
    return [each for each in bare.split(";") if each.strip()]


def set_aside(folder: Path) -> Path | None:
    """Give a damaged database another name, so that nothing of it is lost; None when it is gone already."""
    aside = folder / f"damaged-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{NAME}"
    for suffix in ("", "-wal", "-shm"):
        try:
            os.replace(folder / f"{NAME}{suffix}", folder / f"{aside.name}{suffix}")
        except FileNotFoundError:
            if not suffix:
                return None
    return aside


class Database:
    """The database of a folder, made at the first change. May be used from any thread, by several studios.

    notice: key of the words for what happened to it, such as that a damaged one was set aside; "" for nothing.
    """

    def __init__(self, folder: Path | str):
        self.folder, self.notice = Path(folder), ""
        self._database: sqlite3.Connection | None = None
        self._inode: int | None = None
        self._lock = threading.RLock()

    def _recover(self, database: sqlite3.Connection) -> None:
        """Put into a new database what the damaged one may have held."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the database; the next call opens it again."""
        with self._lock:
            if self._database is not None:
                self._database.close()
            self._database = None

    def _read(self, ask: Callable[[sqlite3.Connection], T]) -> T:
        """What is found; where nothing was kept yet, nothing, and no folder is made."""
        with self._lock:
            if self._database is None and self._new():
                with closing(empty()) as database:
                    return ask(database)
        return self._do(ask)

    def _new(self) -> bool:
        """Whether nothing was kept yet, and could be."""
        if any(os.path.lexists(self.folder / name) for name in (NAME, files.FOLDER)):
            return False
        above = next(each for each in (self.folder, *self.folder.absolute().parents) if os.path.lexists(each))
        return above.is_dir() and os.access(above, os.W_OK | os.X_OK)

    def _do(self, ask: Callable[[sqlite3.Connection], T]) -> T:
        def checked(database: sqlite3.Connection) -> T:
            check(database)
            return ask(database)

        with self._lock:
            try:
                return checked(self._open())
            except sqlite3.DatabaseError as error:
                if not damaged(error):
                    raise told(error) from error
            except OSError as error:
                raise told(error) from error
            try:
                return checked(self._begin_anew())
            except (sqlite3.Error, OSError) as error:
                raise told(error) from error

    def _write(self, change: Callable[[sqlite3.Connection], T]) -> T:
        """All of a change or nothing."""

        def inside(db: sqlite3.Connection) -> T:
            db.execute("BEGIN IMMEDIATE")
            try:
                check(db)  # nobody changes it from here on
                found = change(db)
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
            return found

        return self._do(inside)

    def _open(self) -> sqlite3.Connection:
        """The database; opened again when its file has been replaced or deleted by somebody."""
        try:
            inode = os.stat(self.folder / NAME).st_ino
        except FileNotFoundError:
            inode = None
        if self._database is None or inode != self._inode:
            self.close()
            self._database = connect(self.folder)
            self._inode = os.stat(self.folder / NAME).st_ino
        return self._database

    def _begin_anew(self) -> sqlite3.Connection:
        """Set the damaged database aside, and begin a new one."""
        self.close()
        if set_aside(self.folder) is not None:
            self.notice = "history_damaged"
        database = self._open()
        self._recover(database)
        return database
