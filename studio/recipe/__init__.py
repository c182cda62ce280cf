"""The recipe: everything that determines a row of pictures, what is allowed in it, and what it means."""

from .recipe import (
    BUDGET,
    CHECKS,
    FIELDS,
    MAX_COLUMNS,
    OPTIONS,
    UPSAMPLER_STEPS,
    VERSION,
    Recipe,
    RecipeError,
    check_budget,
    parse_seeds,
)

__all__ = [
    "BUDGET",
    "CHECKS",
    "FIELDS",
    "MAX_COLUMNS",
    "OPTIONS",
    "UPSAMPLER_STEPS",
    "VERSION",
    "Recipe",
    "RecipeError",
    "check_budget",
    "parse_seeds",
]
