"""Controls that a recipe sets and nothing in it listens to: known before it is drawn. No torch, but for drawings."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Any

from pipelines.declarations.declared import Run
from pipelines.declarations.options import options_of

from .conditions import left_out, told, word_of
from .flat import GAMMAS
from .readers import Files
from .recipe import Recipe
from .specs import FLAT


def inactive(recipe: Recipe) -> tuple[str, ...]:
    """Keys of the words of the controls that are set to do something and cannot change the pictures."""
    pulling = [name for name in GAMMAS if getattr(recipe, name)]
    pulling += [type(pull).__name__ for pull in recipe.further if pull.gamma]
    run = Run(recipe.steps, bool(pulling), bool(told(recipe.conditions)))
    sampler = recipe.sampler.bound(Files(recipe.world))
    unused = sampler.inactive(run)
    found = [*sorted(recipe.inactive), *_set(sampler, unused), *(pulling if "pulls" in unused else ())]
    for rule in (*recipe.rule.around, recipe.rule.base):
        found += _set(rule, rule.inactive(run))
    for pull in recipe.further:
        unused = pull.inactive(run)
        found += [type(pull).__name__] if "gamma" in unused else _set(pull, unused)
    return tuple(dict.fromkeys([*found, *_of_conditions(recipe)]))


def _set(entry: Any, unused: Set[str]) -> Iterator[str]:
    """Those of the unused options that hold anything else than by default, or than what does nothing."""
    name = type(entry).__name__
    resting = {option.name: option.default for option in options_of(type(entry))} | (entry.neutral or {})
    for option in sorted(unused & resting.keys()):
        if getattr(entry, option) != resting[option]:
            yield option if option in FLAT.get(name, ()) else f"option {name}_{option}"


def _of_conditions(recipe: Recipe) -> Iterator[str]:
    """What cannot be told at all is said by the reading, and what no step lies in with it."""
    for condition in recipe.conditions:
        unused = condition.branches == "conditional" and recipe.rule.only == "null"
        if left_out(condition) is None and (not condition.strength or unused):
            yield word_of(condition)
