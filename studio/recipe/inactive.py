"""Controls that a recipe sets and nothing in it listens to: known before it is drawn. No torch, but for drawings."""

from __future__ import annotations

import json
from collections.abc import Iterator

from .availability import learned
from .conditions import condition_of, left_out, told, word_of
from .recipe import OPTIONS, Recipe
from .specs import FLAT, PLAIN, pull_of, rule_of


def idle(recipe: Recipe) -> tuple[str, ...]:
    """Keys of the words of the controls that are not at their defaults and cannot change the pictures."""
    found = (*_of_sampler(recipe), *_of_rule(recipe), *_of_pulls(recipe), *_of_conditions(recipe))
    return tuple(dict.fromkeys(found))


def _of_sampler(recipe: Recipe) -> Iterator[str]:
    """One step is a jump to x̂0 for all but those that ask twice in it, or that pull at the mean."""
    given = {f"option {recipe.sampler}_{name}" for name in json.loads(recipe.sampler_options or "{}")}
    pulled = any(_pulling(recipe))
    changed = {name for name in ("eta", "variance", "route") if getattr(recipe, name) != OPTIONS[name].default}
    yield from sorted(changed - set(FLAT.get(recipe.sampler, ())))
    if recipe.sampler == "DDPM":
        by_mean = recipe.route == "mean" and pulled
        if not by_mean:
            yield from {"route", "option DDPM_at"} & ({"route"} & changed | given)
        if recipe.steps == 1 and not by_mean:
            yield from {"variance"} & changed
        if recipe.steps == 1 and by_mean and recipe.variance == "beta_tilde":  # σ² is 0 in the last step
            yield from _pulling(recipe)
    elif recipe.sampler == "AMED":
        if learned(recipe.world) and "option AMED_coefficients" not in given:
            yield from sorted(given)
    elif recipe.steps == 1:
        yield from sorted({"eta"} & changed if recipe.sampler == "DDIM" else given)


def _of_rule(recipe: Recipe) -> Iterator[str]:
    for each in rule_of(recipe.rule).around:
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


def _pulling(recipe: Recipe) -> Iterator[str]:
    """The pulls with a strength."""
    yield from (name for name in ("gamma_classifier", "gamma_clip") if getattr(recipe, name))
    yield from (type(pull).__name__ for pull in map(pull_of, recipe.pulls) if pull.gamma)


def _of_pulls(recipe: Recipe) -> Iterator[str]:
    for pull in map(pull_of, recipe.pulls):
        weights = getattr(pull, "weights", ())
        if not pull.gamma or weights and not any(weights):
            yield type(pull).__name__
            continue
        if getattr(pull, "tempering", "") == "normalised" and pull.gamma == 1:
            yield "option Classifier_tempering"


def _of_conditions(recipe: Recipe) -> Iterator[str]:
    """What cannot be told at all is said by the reading, and what no step lies in with it."""
    for text in recipe.conditions:
        condition = condition_of(text)
        unheard = condition.branches == "conditional" and recipe.rule_name == PLAIN and recipe.strengths == {-1.0}
        if left_out(text) is None and (not condition.strength or unheard):
            yield word_of(text)
    if recipe.rule_name == "TwoScales" and not told(recipe):
        yield "option TwoScales_w_condition"
