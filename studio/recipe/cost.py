"""The joint budget: how much drawing one request may ask for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipelines.declarations.phrases import Phrase

from .values import RecipeError

if TYPE_CHECKING:
    from .recipe import Recipe

MAX_COLUMNS = 8
BUDGET = 8000  # evaluations of a network on one picture, at about 5 ms each on two cores: under a minute
UPSAMPLER_STEPS = 2  # of the upsampler, each at about the cost of a step of the base model


def check_budget(recipes: Iterable[Recipe], budget: int = BUDGET) -> None:
    """Whether recipes that run one after another stay within the joint budget.

    Raises RecipeError naming the fields.
    """
    recipes = list(recipes)
    if not 1 <= len(recipes) <= MAX_COLUMNS:
        raise RecipeError("columns", len(recipes), "columns", most=MAX_COLUMNS)
    total = sum(recipe.cost for recipe in recipes)
    if total > budget:
        parts = " + ".join(
            f"{r.steps}×{len(r.seeds)}×{r.calls_per_step:g}"
            + (f" + {UPSAMPLER_STEPS}×{len(r.seeds)}" if r.upsample else "")
            for r in recipes
        )
        raise RecipeError(Phrase("cost"), f"{parts} = {total}", "budget", most=budget)
