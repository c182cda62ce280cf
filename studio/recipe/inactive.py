"""Controls that a recipe sets and nothing in it listens to: known before it is drawn. No torch, but for drawings."""

from __future__ import annotations

from collections.abc import Iterator

from .availability import learned
from .conditions import left_out, told, word_of
from .recipe import Recipe
from .specs import FLAT, PLAIN, sparse


def idle(recipe: Recipe) -> tuple[str, ...]:
    """Keys of the words of the controls that are not at their defaults and cannot change the pictures."""
    found = (*_of_sampler(recipe), *_of_rule(recipe), *_of_pulls(recipe), *_of_conditions(recipe))
    return tuple(dict.fromkeys(found))


def _of_sampler(recipe: Recipe) -> Iterator[str]:
    """One step is a jump to x̂0 for all but those that ask twice in it, or that pull at the mean."""
    sampler, name = recipe.sampler, type(recipe.sampler).__name__
    yield from sorted(recipe.unheard)
    said = set(sparse(sampler)) - {"name"}
    changed = said & set(FLAT.get(name, ()))
    given = {f"option {name}_{option}" for option in said - changed}
    if name == "DDPM":
        by_mean = sampler.route == "mean" and any(_pulling(recipe))
        if not by_mean:
            yield from {"route", "option DDPM_at"} & ({"route"} & changed | given)
        if recipe.steps == 1 and not by_mean:
            yield from {"variance"} & changed
        if recipe.steps == 1 and by_mean and sampler.variance == "beta_tilde":  # σ² is 0 in the last step
            yield from _pulling(recipe)
    elif name == "AMED":
        if learned(recipe.world) and "option AMED_coefficients" not in given:
            yield from sorted(given)
    elif recipe.steps == 1:
        yield from sorted({"eta"} & changed if name == "DDIM" else given)


def _of_rule(recipe: Recipe) -> Iterator[str]:
    for each in recipe.rule.around:
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
    yield from (type(pull).__name__ for pull in recipe.further if pull.gamma)


def _of_pulls(recipe: Recipe) -> Iterator[str]:
    for pull in recipe.further:
        weights = getattr(pull, "weights", ())
        if not pull.gamma or weights and not any(weights):
            yield type(pull).__name__
            continue
        if getattr(pull, "tempering", "") == "normalised" and pull.gamma == 1:
            yield "option Classifier_tempering"


def _of_conditions(recipe: Recipe) -> Iterator[str]:
    """What cannot be told at all is said by the reading, and what no step lies in with it."""
    for condition in recipe.conditions:
        unheard = condition.branches == "conditional" and recipe.rule_name == PLAIN and recipe.rule.strengths == {-1.0}
        if left_out(condition) is None and (not condition.strength or unheard):
            yield word_of(condition)
    if recipe.rule_name == "TwoScales" and not told(recipe.conditions):
        yield "option TwoScales_w_condition"
