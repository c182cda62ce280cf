"""A recipe as JSON, as a link, inside a PNG and in a file, and read from them again. What is checked is `Recipe.salvage`'s."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

from pipelines.declarations.phrases import Phrase

from .faults import RecipeError, whole
from .flat import OPTIONS
from .specs import dumped
from .values import BUDGET, MAX_PIXELS, parse_number, short

CHUNK = "recipe"
MAX_QUERY = 2_000_000  # characters: what browsers send; what is too long in it is told by its field
MAX_PARTS = 100  # of a query
MAX_JSON = 65_536 + 150_000  # with the pictures of the conditions
MAX_PNG = 20_000_000  # bytes
PNG = b"\x89PNG\r\n\x1a\n"


class Saved:
    """The ways in and out. Of the recipe it asks for `as_dict`, `flat`, `stamped`, `parse` and `salvage`."""

    def to_json(self) -> str:
        """One line of JSON with every field."""
        return self._json

    @cached_property
    def _json(self) -> str:
        return json.dumps(self.as_dict(), ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, content: str, *, budget: int | None = BUDGET) -> Self:
        """The inverse of `to_json`; fields may be missing."""
        return cls.parse(read_json(content), budget=budget)

    def to_query(self) -> str:
        """URL query with what differs from the defaults, flat, without '?'."""
        plain = _plain(type(self))
        changed = {name: value for name, value in self.flat().items() if name != "revision" and value != plain[name]}
        if "seeds" in changed:
            changed["seeds"] = ",".join(map(str, self.seeds))
        for name, value in changed.items():
            changed[name] = (
                int(value) if isinstance(value, bool) else dumped(value) if isinstance(value, (dict, list)) else value
            )
        return urlencode(changed, safe=",")

    @classmethod
    def from_query(cls, query: str | Mapping[str, str], *, budget: int | None = BUDGET) -> Self:
        """The inverse of `to_query`: every value is text."""
        return whole(cls.salvage_query(query, budget=budget))

    @classmethod
    def salvage_query(
        cls, query: str | Mapping[str, str], *, budget: int | None = None
    ) -> tuple[Self, tuple[RecipeError, ...]]:
        """The same as `salvage`. Names that begin with '_' belong to others and are skipped."""
        pairs, wrong = read_query(query)
        own = {name: value for name, value in pairs.items() if not str(name).startswith("_")}
        numbers = {option.name for option in OPTIONS.values() if option.kind == "number"}
        recipe, faults = cls.salvage({k: parse_number(v) if k in numbers else v for k, v in own.items()}, budget=budget)
        return recipe, (*wrong, *faults)

    def to_png(self, image) -> bytes:
        """A PIL picture as PNG, with the recipe in a text chunk, and the world's revision in the recipe."""
        return _png(self.stamped().to_json(), _Held(image))

    @classmethod
    def from_png(cls, content: bytes, *, budget: int | None = BUDGET) -> Self:
        """The recipe inside a PNG. Its pixels are never decoded."""
        return cls.from_json(read_png(content, CHUNK), budget=budget)

    @classmethod
    def from_file(cls, content: bytes, *, budget: int | None = BUDGET) -> Self:
        """The recipe of a PNG or of a JSON file."""
        return cls.parse(read_file(content, CHUNK), budget=budget)

    @classmethod
    def salvage_file(cls, content: bytes) -> tuple[Self, tuple[RecipeError, ...]]:
        """The same as `salvage`. Raises RecipeError where nothing can be read."""
        return cls.salvage(read_file(content, CHUNK))


@cache
def _plain(kind: type) -> dict[str, Any]:
    """What a link does not say."""
    return kind().flat()


@dataclass(frozen=True, eq=False)
class _Held:
    """A picture that is the same as itself alone."""

    image: Any

    def __eq__(self, other):
        return self.image is other.image

    def __hash__(self):
        return id(self.image)


@lru_cache(maxsize=64)
def _png(text: str, held: _Held) -> bytes:
    """The page and the history want the same file: it is written once."""
    from PIL.PngImagePlugin import PngInfo

    chunk, file = PngInfo(), io.BytesIO()
    chunk.add_itxt(CHUNK, text)
    held.image.save(file, "PNG", pnginfo=chunk)
    return file.getvalue()


def read_query(query: str | Mapping[str, str]) -> tuple[dict[str, str], tuple[RecipeError, ...]]:
    """Names and texts of a URL query, each name once, and what is wrong with the query itself."""
    pairs, wrong = query, []
    if isinstance(query, str):
        if len(query) > MAX_QUERY:
            return {}, (
                RecipeError("query", Phrase("given_characters", count=len(query)), "characters", most=MAX_QUERY),
            )
        parts = query.removeprefix("?").split("&")
        if len(parts) > MAX_PARTS:
            wrong.append(RecipeError("query", Phrase("given_fields", count=len(parts)), "most_fields", most=MAX_PARTS))
        pairs = parse_qsl("&".join(parts[:MAX_PARTS]), keep_blank_values=True)
    found: dict[str, str] = {}
    for name, value in pairs.items() if isinstance(pairs, Mapping) else pairs:
        if name in found:
            wrong.append(RecipeError(name[:80], short(value), "once"))
        found.setdefault(name, value)
    return found, tuple(wrong)


def read_json(content: str) -> Any:
    """What a short JSON text says; no field may be given twice."""

    def once(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a field is given twice")
        return dict(pairs)

    if not isinstance(content, str) or len(content) > MAX_JSON:
        raise RecipeError("recipe", short(content), "short_json", most=MAX_JSON)
    try:
        return json.loads(content, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise RecipeError("recipe", short(content), "json", reason=str(error)) from error


def read_png(content: bytes, chunk: str) -> str:
    """The text chunk of that name inside a PNG. Its pixels are never decoded."""
    from PIL import Image

    allowed = Phrase("saved_png", megabytes=MAX_PNG / 1e6, megapixels=MAX_PIXELS / 1e6)
    if not isinstance(content, (bytes, bytearray)):
        raise RecipeError("png", short(content), allowed)
    if len(content) > MAX_PNG:
        raise RecipeError("png", Phrase("given_bytes", count=len(content)), allowed)
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
            width, height = image.size
            found = image.info.get(chunk)
    except Exception as error:  # Pillow raises many kinds for damaged files; all mean the same here
        raise RecipeError(
            "png", Phrase("given_damaged", count=len(content), reason=type(error).__name__), allowed
        ) from error
    if width * height > MAX_PIXELS or not isinstance(found, str):
        kind = "given_with_recipe" if found else "given_without_recipe"
        raise RecipeError("png", Phrase(kind, width=width, height=height), allowed)
    return found


def read_file(content: bytes, chunk: str) -> Any:
    """What a PNG with that text chunk or a JSON file says. Raises RecipeError where nothing can be read."""
    if bytes(content[:8]) == PNG:
        return read_json(read_png(content, chunk))
    try:
        text = bytes(content).decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    if not text.lstrip().startswith("{"):
        raise RecipeError("file", Phrase("given_bytes", count=len(content)), "saved_file")
    return read_json(text)
