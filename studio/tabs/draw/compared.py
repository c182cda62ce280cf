"""Two columns of the Draw tab as A and B of the Compare tab. The page sends its pictures; their recipes are in them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from ...recipe import Recipe, RecipeError
from ...recipe.specs import plain
from ...recipe.values import short
from ...words import WORDS
from ..compare import Taken
from .handlers import file_of
from .layers import REFERENCE, Layer

MOST = 64  # pictures of a column


def pair(a: Any, b: Any) -> dict[str, Taken]:
    """A and B of columns, each a list of PNGs as data URLs. Without pictures A is B's recipe without conditions.

    Raises:
        RecipeError: what is no such list, or a picture that holds no recipe.
    """
    drawn = _column("b", b)
    if isinstance(a, Sequence) and not a:
        return {"a": Taken(_plain(drawn.recipe), {}, WORDS["column_none"]), "b": drawn}
    return {"a": _column("a", a), "b": drawn}


def _column(name: str, urls: Any) -> Taken:
    from PIL import Image

    if not isinstance(urls, Sequence) or isinstance(urls, str) or not 0 < len(urls) <= MOST:
        raise RecipeError(name, short(urls), "picture_list", most=MOST)
    pictures, recipe = {}, None
    for content in map(file_of, urls):
        found = Recipe.from_png(content)
        recipe = recipe or found
        if found.but(seeds=(0,)) != recipe.but(seeds=(0,)):
            raise RecipeError(name, short(found.prompt), "one_column")
        try:
            with Image.open(io.BytesIO(content), formats=["PNG"]) as opened:
                pictures[found.seeds[0]] = opened.convert("RGB")
        except Exception as error:  # Pillow raises many kinds for damaged files
            raise RecipeError(name, type(error).__name__, "whole_pngs") from None
    return Taken(recipe.but(seeds=tuple(pictures)), pictures, _title(recipe))


def _plain(recipe: Recipe) -> Recipe:
    """Without conditions, and without the rule that is about them."""
    return recipe.but(conditions=(), rule=plain(recipe.w) if "conditions" in recipe.rule.needs else recipe.rule)


def _title(recipe: Recipe) -> tuple[str, str]:
    told = recipe.conditions
    if len(told) != 1:
        return WORDS["column_all" if told else "column_none"]
    return Layer(getattr(told[0], "kind", REFERENCE), "").title
