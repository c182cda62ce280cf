"""Recipes that the columns of a table are to be drawn with, and whether what they show is of other settings."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from ...page.forms import left_out, recipe_of
from ...page.table import Setting, Table
from ...recipe import Recipe, RecipeError, check_budget
from ...recipe.beforehand import all_notes
from ...recipe.notes import Note, once
from ...recipe.values import parse_seeds

DICE = 1000  # seeds below it: short beside a row


class Job(NamedTuple):
    """A recipe for each column, and what there is to say of them and of their link before they are drawn."""

    recipes: tuple[Recipe, ...]
    notes: tuple[Note, ...]


def asked(table: Table, form: Mapping) -> tuple[Recipe, ...]:
    """A recipe for each column. Raises RecipeError."""
    recipes = tuple(recipe_of(form, column.setting) for column in table.columns)
    check_budget(recipes)
    return recipes


def job_of(table: Table, form: Mapping) -> Job:
    """The same as a job. Raises RecipeError."""
    recipes = asked(table, form)
    return Job(recipes, once((*(note for recipe in recipes for note in all_notes(recipe)), *left_out(recipes))))


def late(form: Mapping, table: Table) -> tuple[bool, ...]:
    """Of each column, whether its pictures are of other settings than it has now. form: {} where it is not known."""
    return tuple(bool(form) and each.is_late(_wanted(form, each.setting)) for each in table.columns)


def same(form: Mapping, other: Mapping) -> bool:
    """Whether two states of the shared fields mean the same: the page writes a number or an empty field in its own way."""
    one, two = _wanted(form, Setting()), _wanted(other, Setting())
    return one == two if one or two else dict(form) == dict(other)


def changed(form: Mapping, table: Table) -> list[bool]:
    """Of each column, whether it is not what it was last asked to be, or stands empty beside others that were drawn."""
    before = [each.asked or each.shown for each in table.columns]
    drawn = any(old and each.state != "preview" for old, each in zip(before, table.columns, strict=True))
    wishes = [_wanted(form, each.setting) for each in table.columns]
    return [old != wish if old else drawn for old, wish in zip(before, wishes, strict=True)]


def _wanted(form: Mapping, setting: Setting) -> Recipe | None:
    """What a column would be drawn with now; None while something is wrong with it."""
    try:
        return _made(json.dumps(form, sort_keys=True), setting)
    except Exception:
        return None


@lru_cache(maxsize=512)
def _made(form: str, setting: Setting) -> Recipe:
    """Every frame of a run asks for all columns."""
    return recipe_of(json.loads(form), setting)


def other_seeds(text: Any) -> str:
    """As many seeds as these, at random, none of them among these."""
    try:
        seeds = parse_seeds(text)
    except RecipeError:
        seeds = Recipe().seeds
    return ", ".join(map(str, sorted(random.sample([n for n in range(DICE) if n not in seeds], len(seeds)))))
