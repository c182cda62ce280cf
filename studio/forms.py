"""Between what the page holds and recipes: fields, examples and the address. Plain values only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from .examples import PROMPTS, Example
from .recipe import OPTIONS, Recipe, RecipeError
from .table import DEFAULT, MAX_COLUMNS, Column, Setting, Table, pictures

SHARED = (
    "world",
    "prompt",
    "negative_prompt",
    "style",
    "category",
    "sampler",
    "eta",
    "variance",
    "route",
    "steps",
    "seeds",
    "upsample",
)


def table_of(example: Example) -> Table:
    """An example as a table."""
    columns = [
        Column(
            setting_of(each.recipe),
            "example",
            pictures(each.pictures, each.recipe, final=True),
            each.recipe,
            each.scores,
            each.scores.seconds,
            each.scores.calls,
        )
        for each in example.columns
    ]
    return Table(columns, len(columns) - 1, example.columns[0].recipe.seeds)


def prompts_of(world: str, examples: Sequence[Example]) -> list[dict[str, str]]:
    """Prompt, style and category of each example prompt of a world; examples: those of it that were drawn before."""
    if examples:
        recipes = [each.columns[0].recipe for each in examples]
        return [{"prompt": each.prompt, "style": each.style, "category": each.category} for each in recipes]
    return [{"prompt": "", "style": "", "category": ""} | words for words in PROMPTS.get(world, ())]


def recipe_of(form: Mapping, setting: Setting) -> Recipe:
    """A column's recipe from the shared fields and its setting. Raises RecipeError."""
    return Recipe.parse({**form, **setting._asdict()}, budget=None)


def shared_of(recipe: Recipe) -> dict[str, Any]:
    """The shared fields of a recipe as the page holds them."""
    return {name: getattr(recipe, name) for name in SHARED} | {"seeds": ", ".join(map(str, recipe.seeds))}


def write_query(recipes: Sequence[Recipe]) -> str:
    """Columns with the same shared fields as a URL query."""
    shared = recipes[0].but(**Setting(w=OPTIONS["w"].default)._asdict()).to_query()
    settings = tuple(setting_of(recipe) for recipe in recipes)
    if settings == DEFAULT:
        return shared
    columns = ";".join(",".join(f"{value:g}" for value in setting) for setting in settings)
    return "&".join(part for part in (shared, urlencode({"_columns": columns}, safe=",;")) if part)


def read_query(query: str) -> tuple[Recipe, tuple[Setting, ...]]:
    """The inverse of `write_query`. Raises RecipeError."""
    recipe = Recipe.from_query(
        "&".join(p for p in query.removeprefix("?").split("&") if not p.startswith("_")), budget=None
    )
    found = dict(parse_qsl(query.removeprefix("?"))).get("_columns")
    if found is None:
        return recipe, DEFAULT
    settings = []
    for part in found.split(";")[: MAX_COLUMNS + 1]:
        values = part.split(",")
        if len(values) != len(Setting._fields) or len(settings) == MAX_COLUMNS:
            raise RecipeError(
                "_columns", found, f"1 to {MAX_COLUMNS} of 'w,gamma_classifier,gamma_clip' between semicolons"
            )
        settings.append(
            setting_of(Recipe.from_query(dict(zip(Setting._fields, values, strict=True)), budget=None))
        )
    return recipe, tuple(settings)


def setting_of(recipe: Recipe) -> Setting:
    """How a recipe guides."""
    return Setting(*(getattr(recipe, name) for name in Setting._fields))
