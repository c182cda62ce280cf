"""Whether a picture is in a history already, whichever studio has put it there."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from ..recipe import VERSION, Recipe, RecipeError
from .words_of import caption

NEWEST = f'"version": {VERSION}'  # stands in what this studio writes


def identity(recipe: Recipe) -> tuple[str, str]:
    """What determines a picture: the recipe, whichever version of it was written, and the revision of its world."""
    return recipe.hash, recipe.revision


def present(db: sqlite3.Connection, recipes: Sequence[Recipe]) -> set[tuple[str, str]]:
    """The identities of pictures that are here, among them all of these recipes that are."""
    wanted, captions = {each.to_json(): identity(each) for each in recipes}, list({caption(each) for each in recipes})
    ask = f"SELECT recipe FROM pictures WHERE deleted IS NULL AND caption IN ({', '.join('?' * len(captions))})"
    found = set()
    for (written,) in db.execute(ask, captions):
        if written in wanted:
            found.add(wanted[written])
        elif NEWEST not in written and (older := _identity(written)):
            found.add(older)
    return found


def superseded(db: sqlite3.Connection, recipe: Recipe, webp: bytes) -> list[tuple[int, bool]]:
    """Ids and stars of the same picture, with this thumbnail, as an older studio wrote its recipe."""
    ask = (
        "SELECT id, starred, recipe FROM pictures JOIN thumbnails USING (id) "
        "WHERE deleted IS NULL AND caption = ? AND webp = ? AND instr(recipe, ?) = 0"
    )
    rows = db.execute(ask, (caption(recipe), webp, NEWEST)).fetchall()
    return [(number, bool(starred)) for number, starred, written in rows if _identity(written) == identity(recipe)]


def _identity(written: str) -> tuple[str, str] | None:
    """Of a recipe that an older studio wrote, which has to be read; None where it cannot be."""
    try:
        return identity(Recipe.parse(json.loads(written), budget=None))
    except (RecipeError, ValueError):
        return None
