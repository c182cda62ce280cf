"""A picture as rows of the database: the words by which it is found and called, and whether it is there already, whichever
studio has put it there.
"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Sequence

from ..recipe import VERSION, Recipe, RecipeError
from ..recipe.conditions import word_of
from ..recipe.vocabulary import VocabularyError, vocabulary
from ..words import WORDS

NEWEST = f'"version": {VERSION}'  # stands in what this studio writes
MAX_WORDS = 12
SELECT = (
    "SELECT pictures.id, made, recipe, file, scores, starred, rule, caption, webp "
    "FROM pictures LEFT JOIN thumbnails ON thumbnails.id = pictures.id"
)
INSERT = """
    INSERT INTO pictures (made, file, bytes, recipe, world, rule, caption, search, scores)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (file) DO UPDATE SET made = excluded.made, scores = excluded.scores, deleted = NULL
    RETURNING id"""


def insert(
    db: sqlite3.Connection, recipe: Recipe, made: float, name: str, size: int, webp: bytes, scores: str | None
) -> int:
    """Put a picture in, or move it to the front, and give its id. name, size: of its file."""
    rule = recipe.title
    words = (recipe.to_json(), recipe.world, rule, caption(recipe), search_text(recipe, rule), scores)
    number = db.execute(INSERT, (made, name, size, *words)).fetchone()[0]
    db.execute("INSERT OR REPLACE INTO thumbnails (id, webp) VALUES (?, ?)", (number, webp))
    return number


def renew(db: sqlite3.Connection, recipe: Recipe, made: float, name: str, size: int, webp: bytes, *scores) -> int:
    """`insert`, in place of the same picture with a recipe of an older version."""
    old = superseded(db, recipe, webp)
    number = insert(db, recipe, made, name, size, webp, *scores)
    for other, starred in old:
        if other != number:
            db.execute("UPDATE pictures SET starred = starred OR ? WHERE id = ?", (starred, number))
            db.execute("UPDATE pictures SET deleted = ? WHERE id = ?", (made, other))
    return number


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


def plain(text: str) -> str:
    """Without differences of case and width."""
    return unicodedata.normalize("NFKC", text).casefold()


def searched(text: str) -> list[str]:
    """The words of a search, made safe for LIKE with the escape character '\\'."""
    words = plain(str(text)[:200]).split()[:MAX_WORDS]
    return [word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for word in words]


def caption(recipe: Recipe) -> str:
    """What the picture is of, in few words."""
    return " · ".join(each for each in (recipe.prompt or recipe.category, recipe.style) if each)


def search_text(recipe: Recipe, rule: str) -> str:
    """Everything by which somebody may look for it, in both languages where there are two. rule: a key of the words."""
    entries = (recipe.rule.base, *recipe.rule.around, *recipe.further, *recipe.conditions)
    names = [type(each).__name__ for each in entries]
    keys = [rule, *(f"rule {name}" for name in names), *map(word_of, recipe.conditions)]
    said = [word for key in keys for word in WORDS.get(key, ())]
    texts = [
        recipe.prompt,
        recipe.negative_prompt,
        recipe.style,
        recipe.category,
        recipe.world,
        type(recipe.sampler).__name__,
    ]
    return plain(" ".join([*texts, *_translated(recipe), *names, *said, f"seed {recipe.seeds[0]}"]))


def _translated(recipe: Recipe) -> list[str]:
    try:
        words = vocabulary(recipe.world)
    except VocabularyError:
        return []
    return [words.categories.get(recipe.category, ""), *words.styles.get(recipe.style, ())]
