"""Controls that a recipe sets and nothing in it listens to: known before it is drawn. No torch, but for drawings."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pipelines.catalogue import parts_of
from pipelines.window import steps_inside

from .abilities import learned
from .conditions import condition_of, left_out, told, word_of
from .recipe import OPTIONS, Recipe
from .specs import PLAIN, pull_of, rule_of


def idle(recipe: Recipe) -> tuple[str, ...]:
    """Keys of the words of the controls that are not at their defaults and cannot change the pictures."""
    found = (*_of_sampler(recipe), *_of_rule(recipe), *_of_pulls(recipe), *_of_conditions(recipe))
    return tuple(dict.fromkeys(found))


def _of_sampler(recipe: Recipe) -> Iterator[str]:
    """One step is a jump to x̂0 for all but those that ask twice in it, or that pull at the mean."""
    given = {f"option {recipe.sampler}_{name}" for name in json.loads(recipe.sampler_options or "{}")}
    pulled = bool(recipe.gamma_classifier or recipe.gamma_clip or any(pull_of(each).gamma for each in recipe.pulls))
    changed = {name for name in ("eta", "variance", "route") if getattr(recipe, name) != OPTIONS[name].default}
    if recipe.sampler == "DDPM":
        by_mean = recipe.route == "mean" and pulled
        if not by_mean:
            yield from {"route", "option DDPM_at"} & ({"route"} & changed | given)
        if recipe.steps == 1 and not by_mean:
            yield from {"variance"} & changed
    elif recipe.sampler == "AMED":
        if learned(recipe.world) and "option AMED_coefficients" not in given:
            yield from sorted(given)
    elif recipe.steps == 1:
        yield from sorted({"eta"} & changed if recipe.sampler == "DDIM" else given)


def _of_rule(recipe: Recipe) -> Iterator[str]:
    for each in parts_of(rule_of(recipe.rule))[1]:
        if type(each).__name__ != "Scheduled":
            continue
        if each.shape == "points":
            unheard = {"start", "end"}
        elif each.shape == "constant":
            unheard = {"start", "end", "points"}
        else:
            unheard = {"points"}
        defaults = type(each)()
        yield from (f"option Scheduled_{n}" for n in sorted(unheard) if getattr(each, n) != getattr(defaults, n))


def _of_pulls(recipe: Recipe) -> Iterator[str]:
    for pull in map(pull_of, recipe.pulls):
        if getattr(pull, "tempering", "") == "normalised" and pull.gamma == 1:
            yield "option Classifier_tempering"


def _of_conditions(recipe: Recipe) -> Iterator[str]:
    """What cannot be told at all is said by the reading."""
    for text in recipe.conditions:
        condition = condition_of(text)
        unheard = condition.branches == "conditional" and recipe.rule_name == PLAIN and recipe.strengths == {-1.0}
        if left_out(text) is None and (not condition.strength or unheard or _between_steps(recipe, condition)):
            yield word_of(text)
    if recipe.rule_name == "TwoScales" and not told(recipe):
        yield "option TwoScales_w_condition"


def _between_steps(recipe: Recipe, condition) -> bool:
    """Whether no step lies in its window."""
    return not steps_inside(condition.start, condition.end, recipe.steps)
