"""The recipe beside a picture, as the page holds it in JSON, in other words."""

from __future__ import annotations

from typing import Any

from ...recipe import Recipe, RecipeError
from ...recipe.described import brief, html
from ...recipe.snippet import snippet


def python(content: Any) -> str:
    """As a Python program; "" for what is no recipe."""
    try:
        return snippet(Recipe.from_json(content, budget=None))
    except RecipeError:
        return ""


def facts(content: Any) -> list[list[str]]:
    """Label and value, both as HTML in both languages; [] for what is no recipe."""
    try:
        return [[html(fact.label), html(fact.value)] for fact in brief(Recipe.from_json(content, budget=None))]
    except RecipeError:
        return []
