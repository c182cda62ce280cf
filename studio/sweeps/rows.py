"""What every setting of a sweep was, said so that its row of a table can stand alone: the rule, and all that moves."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..recipe import Recipe
from ..recipe.described import Fact, facts
from .grid import Sweep, said

WORDED = ("rule", "sampler", "pulls", "conditions")  # told in words; they may hold pictures
OTHERWISE = ("world", "prompt", "rule")  # have a place of their own


class Row(NamedTuple):
    """One cell. curve: its name, "" for the only one. rule: in English, with what is around it. options: name -> value of
    every option that is not the same in all cells and of every axis by its path, "" where the cell has no such one.
    prompts: one a recipe."""

    curve: str
    world: str
    rule: str
    options: dict[str, Any]
    prompts: tuple[str, ...]


def rows(sweep: Sweep, names: list[str] | tuple[str, ...] = ()) -> list[Row]:
    """A row a cell. names: of the curves, in place of their own."""
    told = [{fact.key: fact for fact in facts(cell.recipes[0])} for cell in sweep.cells]
    moved = [
        key
        for key in dict.fromkeys(key for own in told for key in own)
        if key not in OTHERWISE and len({own[key].raw if key in own else None for own in told}) > 1
    ]
    paths = list(dict.fromkeys(path for cell in sweep.cells for path, _ in cell.values if path not in OTHERWISE))
    curves = [names[c] if names else curve.name for c, curve in enumerate(sweep.curves) for _ in curve.cells]
    found = []
    for curve, cell, own in zip(curves, sweep.cells, told, strict=True):
        options: dict[str, Any] = {key: _plain(cell.recipes[0], own[key]) if key in own else "" for key in moved}
        values = dict(cell.values)
        for path in paths:
            if path not in options or path in values:
                options[path] = _short(values[path]) if path in values else ""
        found.append(
            Row(
                curve,
                cell.recipes[0].world,
                own["rule"].value[0],
                options,
                tuple(recipe.prompt for recipe in cell.recipes),
            )
        )
    return found


def _plain(recipe: Recipe, fact: Fact) -> Any:
    return fact.value[0] if fact.key in WORDED else recipe.flat()[fact.key]


def _short(value: Any) -> Any:
    return value if isinstance(value, (bool, int, float, str)) else said(value)
