"""Pictures that can be taken onto the sheet: those of the Play tab and of the history. No torch, no component."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...history.errors import HistoryError
from ...history.store import Query
from ...page.forms import recipe_of
from ...page.status import problem
from ...page.table import data_uri
from ...recipe import Recipe, RecipeError
from .taken import taken

if TYPE_CHECKING:
    from ..play.handlers import Play

MOST = 16  # of the Play tab, and as many of the history
LONGEST = 4_000_000  # characters of a picture that the page sends


class Shelf:
    """What was drawn before, for the session of a page."""

    def __init__(self, play: Play):
        self.play = play

    def pictures(self, key: str | None) -> list[dict[str, str]]:
        """Each: src, to look at; picture, a data URL to take; caption. Those of the Play tab come first."""
        return [*self._table(key), *self._history(key)]

    def facts(self, url: Any) -> list[list[str]]:
        """What the recipe in a PNG says, as `handlers.Play.facts` has it; [] when there is none."""
        try:
            return self.play.facts(Recipe.from_file(file_of(url)).to_json())
        except RecipeError:
            return []

    def sketch(self, key: str | None, form: Mapping[str, Any]) -> tuple[dict[str, Any] | None, str]:
        """The chosen column of the Play tab as this tab asks for it, see `taken`; None and why not, for a wrong form."""
        try:
            return taken(recipe_of(form, self.play.sessions[key].seen().setting)), ""
        except RecipeError as error:
            return None, problem(error)

    def _table(self, key: str | None) -> list[dict[str, str]]:
        table = self.play.sessions[key].seen()
        return [
            {"src": picture.src, "picture": picture.png, "caption": f"{column.shown.prompt}, seed {seed}"}
            for column in table.columns
            if column.shown is not None
            for seed, picture in zip(column.shown.seeds, column.pictures, strict=False)
            if picture.png
        ][:MOST]

    def _history(self, key: str | None) -> list[dict[str, str]]:
        found = []
        try:
            for entry in self.play.histories[key].page(Query(), 0).entries[:MOST]:
                found.append(
                    {
                        "src": data_uri("webp", entry.thumbnail),
                        "picture": data_uri("png", entry.picture.read_bytes()),
                        "caption": f"{entry.caption}, seed {entry.fields.get('seeds', ['?'])[0]}",
                    }
                )
        except (HistoryError, OSError):  # a history that cannot be read is told of on its own tab
            pass
        return found


def file_of(url: Any) -> bytes:
    """The bytes of a data URL; none for what is not one."""
    if not isinstance(url, str) or len(url) > LONGEST or not url.startswith("data:"):
        return b""
    try:
        return base64.b64decode(url.partition(",")[2], validate=True)
    except (binascii.Error, ValueError):
        return b""
