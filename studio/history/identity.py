"""Whether a picture is in a history already, whichever studio has put it there."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from ..recipe import VERSION, Recipe, RecipeError
from .words_of import caption


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
        elif f'"version": {VERSION}' not in written:  # of an older studio: it has to be read
            try:
                found.add(identity(Recipe.parse(json.loads(written), budget=None)))
            except (RecipeError, ValueError):
                continue
    return found
