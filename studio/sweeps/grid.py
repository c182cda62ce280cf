"""A sweep: curves of cells, each cell a setting with its pictures; which of them are the same, and which go
together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from math import prod
from typing import Any

from pipelines.declarations.phrases import Phrase

from ..recipe import CHECKS, Recipe, RecipeError
from ..recipe.flat import gammas, pulls_with
from ..recipe.lists import texts
from ..recipe.specs import PLAIN, plain
from ..recipe.values import short
from .axis import EXAMPLE, Axis

MAX_CELLS = 64
MAX_PROMPTS = 32
MAX_PICTURES = 2048
BUDGET = 60_000  # evaluations of a network on one picture, at about 5 ms each on two cores: five minutes


@dataclass(frozen=True)
class Cell:
    """One setting. values: (path, value) of each axis; recipes: one a prompt, each with all seeds."""

    values: tuple[tuple[str, Any], ...]
    recipes: tuple[Recipe, ...]

    @property
    def pictures(self) -> tuple[Recipe, ...]:
        """A recipe of one seed for each picture, prompt after prompt."""
        return tuple(single for recipe in self.recipes for single in recipe.singles)

    @property
    def groups(self) -> tuple[int, ...]:
        """For each picture the number of its prompt."""
        return tuple(i for i, recipe in enumerate(self.recipes) for _ in recipe.seeds)

    @property
    def n(self) -> int:
        return sum(len(recipe.seeds) for recipe in self.recipes)


@dataclass(frozen=True)
class Curve:
    """Cells along one axis. kind: a key of the theme's palette; name: what sets it apart, "" when it is the only
    one."""

    name: str
    kind: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Sweep:
    """Curves with the same seeds and prompts."""

    curves: tuple[Curve, ...]

    @classmethod
    def grid(
        cls,
        base: Mapping[str, Any] | Recipe,
        axes: Sequence[Axis | Mapping],
        prompts: Sequence[str] = (),
        budget: int | None = BUDGET,
    ) -> Sweep:
        """Every value of one axis, or of one with every value of a second, which gives a curve a value.

        base: fields of a recipe; its seeds are drawn in every cell. prompts: drawn one after another in every cell in
        place of the recipe's own.

        Raises:
            RecipeError: an axis or a cell that is not allowed, too many cells, or more than the budget, before anything
                is drawn.
        """
        axes = _axes(axes)
        if prompts and any(axis.path == "prompt" for axis in axes):
            raise RecipeError("prompts", short(prompts), "no_prompts")
        _check_cells([len(axis.values) for axis in axes])
        along, *across = axes
        fields = _fields(base)
        curves = []
        for value in across[0].values if across else (None,):
            told = across[0].within(fields, value) if across else fields
            cells = tuple(
                _cell(
                    along.within(told, each),
                    ((along.path, each), *(((across[0].path, value),) if across else ())),
                    prompts,
                )
                for each in along.values
            )
            name = f"{across[0].path} = {said(value)}" if across else ""
            curves.append(Curve(name, kind_of(cells[-1].recipes[0]), cells))
        return cls(tuple(curves)).checked(budget)

    @classmethod
    def of_curves(
        cls,
        base: Mapping[str, Any] | Recipe,
        curves: Iterable[tuple[str, str, Mapping, Axis]],
        prompts: Sequence[str] = (),
        budget: int | None = BUDGET,
    ) -> Sweep:
        """Curves that differ in more than one option. curves: name, kind, fields that differ, and the axis of each."""
        fields, found = _fields(base), []
        for name, kind, changes, axis in curves:
            axis = Axis.parse(axis)
            own = fields | dict(changes)
            found.append(
                Curve(
                    name,
                    kind,
                    tuple(_cell(axis.within(own, each), ((axis.path, each),), prompts) for each in axis.values),
                )
            )
        return cls(tuple(found)).checked(budget)

    def checked(self, budget: int | None = BUDGET) -> Sweep:
        """Itself; RecipeError when it is too large."""
        cells = len(self.cells)
        if not 1 <= cells <= MAX_CELLS:
            raise RecipeError("cells", cells, "cells", most=MAX_CELLS)
        pictures = sum(cell.n for cell in self.cells)
        if pictures > MAX_PICTURES:
            raise RecipeError("pictures", pictures, "pictures_in_all", most=MAX_PICTURES)
        if budget is not None and self.cost > budget:
            raise RecipeError(Phrase("sweep_cost"), self.cost, "sweep_budget", most=budget)
        return self

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(cell for curve in self.curves for cell in curve.cells)

    @cached_property
    def drawn(self) -> tuple[tuple[Recipe, ...], ...]:
        """For each cell its pictures, prompt after prompt, as `drawn_as` gives them."""
        simple = [[drawn_as(recipe) for recipe in cell.recipes] for cell in self.cells]
        return tuple(tuple(single for each in own for single in each.singles) for own in simple)

    @cached_property
    def work(self) -> tuple[Recipe, ...]:
        """The different pictures of all cells, in order."""
        return tuple(dict.fromkeys(chain.from_iterable(self.drawn)))

    @cached_property
    def cost(self) -> int:
        """Network evaluations on one picture when nothing is there yet."""
        return sum(recipe.cost for recipe in self.work)


def drawn_as(recipe: Recipe) -> Recipe:
    """The simplest recipe of the same pixels: what has no effect is at its default. Equal ones are drawn once."""
    numbers, others = gammas(recipe.pulls)
    rule = plain(0.0) if recipe.rule.inert else recipe.rule
    pulls = pulls_with(numbers, [pull for pull in others if pull.gamma])
    conditions = tuple(each for each in recipe.conditions if each.strength)
    return recipe.but(rule=rule, pulls=pulls, conditions=conditions, revision="")


def batches(work: Sequence[Recipe], most: int = 64, cost: int = 4000) -> Iterator[list[Recipe]]:
    """Pictures that can be drawn together, in runs: recipes of several seeds, a list a batch.

    work: recipes of one seed. most: pictures of a batch; cost: its network evaluations, as what is lost when the power
    goes. A batch has at least one picture.
    """
    kin: dict[tuple, list[Recipe]] = {}
    for picture in work:
        kin.setdefault(_kin(picture), []).append(picture)
    for pictures in kin.values():
        batch: list[Recipe] = []
        for picture in pictures:
            if batch and (len(batch) >= most or sum(each.cost for each in batch) + picture.cost > cost):
                yield _runs(batch)
                batch = []
            batch.append(picture)
        yield _runs(batch)


def _kin(recipe: Recipe) -> tuple:
    """What pictures must have in common to be drawn together."""
    # The noise of some rules goes another way than their picture, unless one branch is all that they ask.
    split = recipe.rule.base.splits and recipe.rule.only is None
    rule = recipe.rule.with_strength(0.0) if split else None
    return recipe.world, recipe.sampler, recipe.steps, recipe.upsample, rule


def _runs(pictures: Sequence[Recipe]) -> list[Recipe]:
    """Recipes of one seed that differ in nothing else become one."""
    found: dict[tuple[Recipe, str], list[int]] = {}
    for picture in pictures:
        found.setdefault((picture.but(seeds=(0,)), picture.revision), []).extend(picture.seeds)
    runs = []
    for (recipe, _), seeds in found.items():
        for start in range(0, len(seeds), 16):
            runs.append(recipe.but(seeds=tuple(seeds[start : start + 16])))
    return runs


def kind_of(recipe: Recipe) -> str:
    """The colour of a setting, a key of the theme's palette."""
    if recipe.gamma_classifier and not recipe.gamma_clip:
        return "classifier"
    if recipe.gamma_clip and not recipe.gamma_classifier:
        return "clip"
    if recipe.pulls:
        return "mixed"
    return "classifier_free" if recipe.rule_name == PLAIN else "other"


def said(value: Any) -> str:
    """A value of an axis in few characters."""
    if isinstance(value, Mapping):
        return " ".join([str(value.get("name", ""))] + [f"{k} = {said(v)}" for k, v in value.items() if k != "name"])[
            :60
        ]
    return f"{value:g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)[:60]


def _axes(axes: Any) -> list[Axis]:
    if isinstance(axes, (str, Mapping)) or not isinstance(axes, Sequence) or not 1 <= len(axes) <= 2:
        raise RecipeError("axes", short(axes), "one_or_two", example=f"[{EXAMPLE}]")
    # The lengths come first: a million values are refused before they are looked at.
    sizes = [
        len(axis["values"])
        for axis in axes
        if isinstance(axis, Mapping) and isinstance(axis.get("values"), (list, tuple, range))
    ]
    if len(sizes) == 2:
        _check_cells(sizes)
    found = [Axis.parse(axis) for axis in axes]
    if len({axis.path for axis in found}) < len(found):
        raise RecipeError("axes", found[0].path, "two_options")
    return found


def _check_cells(sizes: Sequence[int]) -> None:
    """sizes: the number of values of each axis."""
    if (count := prod(sizes)) > MAX_CELLS:
        given = Phrase("given_cells", product=" × ".join(map(str, sizes)), count=count)
        raise RecipeError("axes", given, "most_cells", most=MAX_CELLS)


def _fields(base: Mapping[str, Any] | Recipe) -> dict[str, Any]:
    recipe = base if isinstance(base, Recipe) else Recipe.parse(base, budget=None)
    return recipe.flat() | {"revision": ""}


def _cell(fields: Mapping[str, Any], values: tuple, prompts: Sequence[str]) -> Cell:
    prompts = texts("prompts", prompts) if isinstance(prompts, str) else prompts
    if not isinstance(prompts, Sequence) or len(prompts) > MAX_PROMPTS:
        raise RecipeError("prompts", short(prompts), "most_texts", most=MAX_PROMPTS)
    checked = [_prompt(f"prompts[{i}]", each) for i, each in enumerate(prompts)]
    told = [{**fields, "prompt": prompt} for prompt in checked] or [fields]
    return Cell(values, tuple(Recipe.parse(each, budget=None) for each in told))


def _prompt(field: str, value: Any) -> str:
    try:
        return CHECKS["prompt"](value)
    except RecipeError as error:
        raise RecipeError(field, error.value, error.allowed) from None
