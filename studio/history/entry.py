"""What a history gives: pictures, what was looked for, and a page of what was found."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..engine.seen import Scores
from ..recipe import Recipe
from .errors import HistoryError
from .rows import searched

if TYPE_CHECKING:
    from PIL.Image import Image

PAGE = 48


class Entry(NamedTuple):
    """One picture. fields: its recipe as it was written. picture: the PNG, which may have been deleted by hand.

    scores: of the column it was drawn in. made: seconds since 1970. thumbnail: WebP.
    """

    id: int
    made: float
    fields: dict[str, Any]
    picture: Path
    scores: Scores | None
    starred: bool
    rule: str
    caption: str
    thumbnail: bytes = b""

    @property
    def recipe(self) -> Recipe:
        """Raises RecipeError when it cannot be drawn here, such as for want of its world."""
        return Recipe.parse(self.fields, budget=None)

    def image(self) -> Image:
        """The picture. Raises HistoryError when its file is gone or damaged."""
        from PIL import Image as pillow

        try:
            with pillow.open(io.BytesIO(self.picture.read_bytes()), formats=["PNG"]) as image:
                return image.convert("RGB")
        except Exception as error:  # Pillow raises many kinds; all mean the same here
            raise HistoryError("history_gone", f"{self.picture.name} ({type(error).__name__})") from error


@dataclass(frozen=True)
class Query:
    """What to look for: words that must all occur, and a world, a rule, stars; empty is any."""

    text: str = ""
    world: str = ""
    rule: str = ""
    starred: bool = False

    def where(self) -> tuple[str, list[Any]]:
        """The condition in SQL, and its values."""
        parts, values = ["deleted IS NULL"], []
        for word in searched(self.text):
            parts.append("search LIKE ? ESCAPE '\\'")
            values.append(f"%{word}%")
        for name in ("world", "rule"):
            if getattr(self, name):
                parts.append(f"{name} = ?")
                values.append(getattr(self, name))
        if self.starred:
            parts.append("starred")
        return " AND ".join(parts), values


class Page(NamedTuple):
    """Entries with thumbnails, the newest first, from `offset`; how many there are in all."""

    entries: tuple[Entry, ...]
    offset: int
    total: int


def scores_of(written: str | None) -> Scores | None:
    """Scores as they were written, also by a studio that had more or fewer of them."""
    if not written:
        return None
    known = {field.name for field in fields(Scores)}
    try:
        return Scores(**{name: value for name, value in json.loads(written).items() if name in known})
    except (ValueError, TypeError, AttributeError):
        return None
