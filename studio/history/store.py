"""The history: every picture that was drawn, with its recipe and scores, to search, star, delete and export.

A row of the database and a PNG a picture. The PNG holds the recipe too, so that a damaged database costs stars and
scores, and no picture.
"""

from __future__ import annotations

import io
import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from ..engine.seen import Scores
from ..recipe import Recipe, RecipeError
from ..recipe.notes import Note
from . import files
from .database import Database
from .entry import PAGE, Entry, Page, Query, scores_of
from .errors import HistoryError, told
from .rows import SELECT, identity, insert, present, renew

if TYPE_CHECKING:
    from PIL.Image import Image

LIMIT = 10_000  # pictures
LIMIT_BYTES = 2_000_000_000  # of their files
UNDO = 3600.0  # seconds for which a deleted picture can come back
RECOVERED = 1000  # pictures that are read again after the database was damaged


class History(Database):
    """The history in a folder, which is made at the first picture. May be used from any thread, by several studios.

    Every method raises HistoryError and nothing else.
    """

    def __init__(self, folder: Path | str, limit: int = LIMIT, limit_bytes: int = LIMIT_BYTES):
        super().__init__(folder)
        self.limit, self.limit_bytes = limit, limit_bytes

    def add(self, recipe: Recipe, pictures: Sequence[Image], scores: Scores | None = None) -> list[int]:
        """Keep the finished pictures of a recipe, one a seed; gives their ids. Then the oldest give way to the limit.

        A picture that is there already, to the bit, is only moved to the front; one with a recipe that an older studio
        wrote gives way to it, and passes on its star.
        """
        return self._add(_singles([(recipe, pictures, scores)]))

    def add_new(self, columns: Iterable[tuple[Recipe, Sequence[Image], Scores | None]]) -> list[int]:
        """The same for many pictures at once, such as those of a sweep, but for those of a recipe that is here already:
        they stay where they are, with the scores that they have. Gives the ids of the new ones."""
        singles = {identity(each[0]): each for each in _singles(columns)}
        here = self._read(lambda db: present(db, [each[0] for each in singles.values()]))
        fresh = [each for identity, each in singles.items() if identity not in here]
        return self._add(fresh) if fresh else []

    def _add(self, singles: Sequence[tuple[Recipe, Image, Scores | None]]) -> list[int]:
        made, rows = time.time(), []
        try:
            for one, image, scores in singles:
                content, written = one.to_png(image), json.dumps(asdict(scores)) if scores else None
                file = (*files.save(self.folder, content), len(content))
                rows.append((one, made, *file, files.thumbnail(image), written))
        except OSError as error:
            self._forget_files(rows)
            raise told(error) from error
        try:
            ids = self._write(lambda db: [renew(db, one, made, name, *rest) for one, made, name, _, *rest in rows])
        except HistoryError:
            self._forget_files(rows)
            raise
        self.clean()
        return ids

    def get(self, number: int) -> Entry:
        """One picture by its id."""
        found = self._read(lambda db: db.execute(f"{SELECT} WHERE pictures.id = ?", (int(number),)).fetchone())
        if found is None:
            raise HistoryError("history_unknown", number)
        return self._entry(found)

    def page(self, query: Query = Query(), offset: int = 0, count: int = PAGE) -> Page:
        """The pictures that are looked for, the newest first."""
        where, values = query.where()

        def read(db: sqlite3.Connection) -> tuple[int, int, list]:
            total = db.execute(f"SELECT count(*) FROM pictures WHERE {where}", values).fetchone()[0]
            start = max(0, min(int(offset), (total - 1) // count * count))
            order = "ORDER BY made DESC, pictures.id DESC LIMIT ? OFFSET ?"
            return total, start, db.execute(f"{SELECT} WHERE {where} {order}", [*values, count, start]).fetchall()

        total, start, rows = self._read(read)
        return Page(tuple(map(self._entry, rows)), start, total)

    def all(self, query: Query = Query()) -> Iterator[Entry]:
        """Every picture that is looked for, the newest first."""
        offset = 0
        while offset < (page := self.page(query, offset, 500)).total:
            yield from page.entries
            offset += 500

    def kinds(self) -> tuple[list[str], list[str]]:
        """The worlds and the rules that occur."""
        ask = "SELECT DISTINCT {0} FROM pictures WHERE deleted IS NULL ORDER BY {0}"
        return self._read(lambda db: tuple([row[0] for row in db.execute(ask.format(n))] for n in ("world", "rule")))

    def star(self, number: int, starred: bool = True) -> None:
        """Mark a picture, or take the mark away. Marked ones are never cleaned away."""
        self._write(lambda db: db.execute("UPDATE pictures SET starred = ? WHERE id = ?", (bool(starred), int(number))))

    def delete(self, numbers: Sequence[int]) -> None:
        """Take pictures out; `restore` brings them back within an hour."""
        gone = [(time.time(), int(number)) for number in numbers]
        self._write(lambda db: db.executemany("UPDATE pictures SET deleted = ? WHERE id = ?", gone))

    def restore(self, numbers: Sequence[int]) -> None:
        """Undo `delete`."""
        back = [(int(number),) for number in numbers]
        self._write(lambda db: db.executemany("UPDATE pictures SET deleted = NULL WHERE id = ?", back))

    def clean(self) -> int:
        """Remove what was deleted an hour ago, and the oldest beyond the limits but no starred ones; gives how many."""

        def remove(db: sqlite3.Connection) -> list[str]:
            gone = db.execute("SELECT id, file FROM pictures WHERE deleted < ?", (time.time() - UNDO,)).fetchall()
            count, size = db.execute(
                "SELECT count(*), coalesce(sum(bytes), 0) FROM pictures WHERE deleted IS NULL"
            ).fetchone()
            if count > self.limit or size > self.limit_bytes:
                ask = "SELECT id, file, bytes FROM pictures WHERE deleted IS NULL AND NOT starred ORDER BY made, id"
                for number, file, length in db.execute(ask):
                    if count <= self.limit and size <= self.limit_bytes:
                        break
                    gone.append((number, file))
                    count, size = count - 1, size - length
            db.executemany("DELETE FROM pictures WHERE id = ?", [(number,) for number, _ in gone])
            return [file for _, file in gone]

        names = self._write(remove)
        for name in names:
            files.remove(self.folder, name)
        return len(names)

    def _forget_files(self, rows: Sequence[tuple]) -> None:
        for _, _, name, new, *_ in rows:
            if new:
                files.remove(self.folder, name)

    def _entry(self, row: tuple) -> Entry:
        number, made, recipe, file, scores, starred, rule, words, webp = row
        return Entry(
            number,
            made,
            json.loads(recipe),
            files.path_of(self.folder, file),
            scores_of(scores),
            bool(starred),
            rule,
            words,
            webp or b"",
        )

    def _recover(self, database: sqlite3.Connection) -> None:
        from PIL import Image as pillow

        database.execute("BEGIN IMMEDIATE")
        for made, content in files.newest(self.folder, RECOVERED):
            try:
                recipe = Recipe.from_png(content, budget=None)
                with pillow.open(io.BytesIO(content), formats=["PNG"]) as image:
                    webp = files.thumbnail(image)
            except (RecipeError, OSError, SyntaxError, ValueError):
                continue
            name, _ = files.save(self.folder, content)
            insert(database, recipe, made, name, len(content), webp, None)
        database.execute("COMMIT")


def _singles(columns: Iterable[tuple[Recipe, Sequence[Image], Scores | None]]) -> list[tuple]:
    """Recipe of one seed, picture and scores of every picture."""
    return [
        (single, image, scores)
        for recipe, pictures, scores in columns
        for single, image in zip(recipe.stamped().singles, pictures, strict=True)
    ]


def entering(history: History, change: Callable[[History], object]) -> tuple[Note, ...]:
    """Notes on why finished pictures could not be kept, or what happened to the database: no error of the run that goes on."""
    try:
        change(history)
    except HistoryError as error:
        return (Note(error.key, {"reason": error.reason}),)
    notice, history.notice = history.notice, ""
    return (Note(notice, {"reason": str(history.folder)}),) if notice else ()
