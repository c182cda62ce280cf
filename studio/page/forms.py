"""Between what the page holds and recipes: fields, examples and the address. Plain values only."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from ..recipe import FIELDS, OPTIONS, Recipe, RecipeError
from ..recipe.faults import faults_of
from ..recipe.flat import GAMMAS
from ..recipe.notes import Note
from ..recipe.saved import read_query as read_pairs
from ..recipe.setting import Setting, setting_of
from ..recipe.specs import MAX_SPEC, load
from ..recipe.values import parse_number, short
from .examples import PROMPTS, Example
from .options import RULE_CONTROLS, pulls_spec, pulls_values, rule_spec, rule_values, sampler_spec
from .table import DEFAULT, MAX_COLUMNS, Column, Table, pictures

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
    "sampler_options",
)

NUMBERS = ("w", *GAMMAS)
FURTHER = ("rule", "pulls", "conditions")  # written as JSON in an address
SETTING = (*NUMBERS, *FURTHER)
ADDED = ("utm_", "fbclid", "gclid", "msclkid", "igshid")  # what other sites add to a link that is passed on
MAX_LINK = 16_000  # characters of an address with conditions: servers in between refuse longer ones


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
    said = recipe.flat()
    return {name: said[name] for name in SHARED} | {"seeds": ", ".join(map(str, recipe.seeds))}


def write_query(recipes: Sequence[Recipe]) -> str:
    """Columns with the same shared fields as a URL query; without their conditions where it would be too long."""
    query = _written(recipes)
    return query if len(query) <= MAX_LINK else _written([recipe.but(conditions=()) for recipe in recipes])


def left_out(recipes: Sequence[Recipe]) -> list[Note]:
    """What to say of an address that cannot hold the conditions."""
    drawn = any(recipe.conditions for recipe in recipes)
    return [Note("link_without")] if drawn and len(_written(recipes)) > MAX_LINK else []


def _written(recipes: Sequence[Recipe]) -> str:
    shared = recipes[0].but(**Setting.of(OPTIONS["w"].default)._asdict()).to_query()
    settings = tuple(setting_of(recipe) for recipe in recipes)
    if settings == DEFAULT:
        return shared
    columns = {"_columns": ";".join(",".join(f"{value:g}" for value in setting.numbers) for setting in settings)}
    said = [recipe.flat() for recipe in recipes]
    for name in FURTHER:
        if any(each[name] for each in said):
            dicts = [each[name] for each in said]
            # Pictures are long: what an earlier column has already is its number.
            written = [i if (i := dicts.index(each)) < j and each else each for j, each in enumerate(dicts)]
            columns["_" + name] = json.dumps(written, ensure_ascii=False, separators=(",", ":"))
    return "&".join(part for part in (shared, urlencode(columns, safe=",;")) if part)


def holds_settings(query: str) -> bool:
    """Whether an address names a field of a recipe or of the columns; others put names of their own there."""
    return not read_pairs(query)[0].keys().isdisjoint({*FIELDS, "_columns", *(f"_{name}" for name in FURTHER)})


def read_query(query: str) -> tuple[Recipe, tuple[Setting, ...], tuple[RecipeError, ...]]:
    """The inverse of `write_query`: what is right in an address, and all that is wrong with it.

    An address of one recipe is that of the last column.
    """
    said, wrong = read_pairs(query)
    own = {name: value for name, value in said.items() if not name.startswith(("_", *ADDED))}
    recipe, faults = Recipe.salvage_query(own)
    settings, more = _settings(said, recipe)
    return recipe, settings or (*DEFAULT[:-1], setting_of(recipe)), (*wrong, *faults, *more)


def _settings(said: Mapping[str, str], recipe: Recipe) -> tuple[tuple[Setting, ...], list[RecipeError]]:
    """The columns of an address, none where it has no list of them, and what is wrong with them."""
    lost = [name for name in (f"_{name}" for name in FURTHER) if name in said]
    if "_columns" not in said:
        return (), [RecipeError(name, short(said[name]), "beside", name="_columns") for name in lost]
    parts = said["_columns"].split(";")[: MAX_COLUMNS + 1]
    rows = [part.split(",") for part in parts]
    if len(parts) > MAX_COLUMNS or any(len(row) != len(NUMBERS) for row in rows):
        return (), [RecipeError("_columns", short(said["_columns"]), "column_list", most=MAX_COLUMNS)]
    faults: list[RecipeError] = []
    further = {name: [None] * len(parts) for name in FURTHER}
    for name in FURTHER:
        try:
            further[name] = _further(said, name, len(parts))
        except RecipeError as error:
            faults += faults_of(error)
    settings = []
    for i, row in enumerate(rows):
        raw = {"world": recipe.world} | {name: parse_number(value) for name, value in zip(NUMBERS, row, strict=True)}
        found, wrong = Recipe.salvage(raw | {name: each[i] for name, each in further.items()})
        settings.append(setting_of(found))
        faults += [RecipeError(f"_columns[{i}].{each.field}", each.value, each.allowed) for each in wrong]
    return tuple(settings), faults


def _further(said: Mapping[str, str], name: str, count: int) -> list:
    """What each column has of a field that is written as one JSON list, None where there is none."""
    most = MAX_COLUMNS * MAX_SPEC if name != "conditions" else MAX_LINK
    found = load(f"_{name}", said[f"_{name}"], most) if f"_{name}" in said else [None] * count
    if not isinstance(found, list) or len(found) != count:
        raise RecipeError(f"_{name}", short(said[f"_{name}"]), "one_a_column", count=count)
    for j, each in enumerate(found):
        if isinstance(each, int) and not isinstance(each, bool):  # the same as an earlier column's
            if not 0 <= each < j:
                raise RecipeError(f"_{name}[{j}]", each, "earlier_column", number=j)
            found[j] = found[each]
    return found


def gathered(values: Sequence[Any]) -> dict[str, Any]:
    """The shared fields, of what the controls of the page hold: `SHARED` but the last, then the sampler's options.

    They are as unchecked as before, but there always is a world, for what else there is to choose from depends on it.
    """
    count = len(SHARED) - 1
    form = dict(zip(SHARED[:-1], values[:count], strict=True))
    form["world"] = form["world"] if isinstance(form["world"], str) else OPTIONS["world"].default
    return form | {"sampler_options": sampler_spec(form["sampler"], values[count:])}


def gathered_setting(values: Sequence[Any]) -> tuple:
    """w, both γ, rule and pulls, of what the controls hold: three numbers, the base rule, its options, the pulls'."""
    numbers, base, held = values[:3], values[3], values[4:]
    options, pulls = held[: len(RULE_CONTROLS)], held[len(RULE_CONTROLS) :]
    return (*numbers, rule_spec(base, options) if base else "", pulls_spec(pulls))


def spread_setting(setting: Setting) -> list[Any]:
    """The inverse of `gathered_setting`. Conditions have no controls."""
    base, options = rule_values(setting.rule)
    return [*setting.numbers, base, *options, *pulls_values(setting.further)]
