"""A recipe in words, English and Chinese: its facts, one by one, and what differs between two recipes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pipelines import CONDITIONS, PULLS, RULES, SAMPLERS
from pipelines.declarations.options import options_of
from pipelines.declarations.spec import inner_names

from ..words import WORDS, spans
from .recipe import Recipe
from .specs import FLAT, PLAIN, rule_of, strength_of
from .vocabulary import VocabularyError, vocabulary

Pair = tuple[str, str]  # English, Chinese
LONG = 60  # characters of one value


class Fact(NamedTuple):
    """One thing that a recipe says. raw: equal where nothing differs."""

    key: str
    label: Pair
    value: Pair
    raw: Any


class Difference(NamedTuple):
    """One thing that two recipes say differently."""

    label: Pair
    a: Pair
    b: Pair


def facts(recipe: Recipe) -> list[Fact]:
    """What determines the pictures beside the seeds; without what has no part in it, such as η of another sampler."""
    return [
        _fact("world", recipe.world, WORDS.get(f"world {recipe.world}")),
        _fact("prompt", recipe.prompt),
        _fact("negative_prompt", recipe.negative_prompt),
        _fact("style", recipe.style, _known(recipe, "style")),
        _fact("category", recipe.category, _known(recipe, "category")),
        _fact("rule", recipe.rule, _rule(recipe)),
        Fact("w", _strength(recipe), _same(_number(recipe.w)), (recipe.w, recipe.rule_name == "CFGPlusPlus")),
        _fact("gamma_classifier", recipe.gamma_classifier),
        _fact("gamma_clip", recipe.gamma_clip),
        Fact("pulls", WORDS["further_pulls"], _entries(recipe.pulls, PULLS), recipe.pulls),
        Fact("conditions", WORDS["conditions"], _entries(recipe.conditions, CONDITIONS), recipe.conditions),
        _fact("sampler", (recipe.sampler, recipe.sampler_options), _sampler(recipe)),
        *(_fact(name, getattr(recipe, name)) for name in FLAT.get(recipe.sampler, ())),
        _fact("steps", recipe.steps),
        _fact("upsample", recipe.upsample),
    ]


def brief(recipe: Recipe) -> list[Fact]:
    """Its facts without those that say nothing."""
    return [fact for fact in facts(recipe) if fact.raw not in ("", (), 0.0, False)]


def differences(a: Recipe, b: Recipe) -> list[Difference]:
    """What b says otherwise than a, seeds aside."""
    left, right = ({fact.key: fact for fact in facts(each)} for each in (a, b))
    found = []
    for key in dict.fromkeys([*left, *right]):
        one, other = left.get(key), right.get(key)
        if one is None or other is None:  # an option of only one of the samplers
            there = one or other
            missing = ("–", "–")
            found.append(Difference(there.label, one.value if one else missing, other.value if other else missing))
        elif one.raw != other.raw:
            pairs = zip(one.label, other.label, strict=True)
            label = one.label if one.label == other.label else tuple(" / ".join(pair) for pair in pairs)
            found.append(Difference(label, one.value, other.value))
    return found


def html(pair: Pair) -> str:
    """Both, escaped, of which the page shows one; one alone where they are the same."""
    return spans(*pair)


def _fact(key: str, raw: Any, value: Pair | None = None) -> Fact:
    if value is None:
        if isinstance(raw, bool):
            value = WORDS["yes" if raw else "no"]
        elif raw == "":
            value = WORDS["none"]
        else:
            value = _same(_number(raw) if isinstance(raw, (int, float)) else _short(raw))
    return Fact(key, WORDS[key], value, raw)


def _known(recipe: Recipe, name: str) -> Pair | None:
    value = getattr(recipe, name)
    if not value:
        return WORDS["any" if name == "style" else "by_prompt"]
    try:
        words = vocabulary(recipe.world)
    except VocabularyError:
        return None
    return words.styles.get(value) if name == "style" else (value, words.categories.get(value, value))


def _strength(recipe: Recipe) -> Pair:
    label = strength_of(rule_of(recipe.rule)).label
    return WORDS["w"] if label in ("w", WORDS["w"][0]) else _same(label)


def _rule(recipe: Recipe) -> Pair:
    """The base rule and what is around it."""
    return _entry(json.loads(recipe.rule) if recipe.rule else {"name": PLAIN}, RULES)


def _sampler(recipe: Recipe) -> Pair:
    options = json.loads(recipe.sampler_options or "{}")
    return _entry({"name": recipe.sampler, **options}, SAMPLERS)


def _entries(texts: Sequence[str], registry: Mapping[str, type]) -> Pair:
    if not texts:
        return WORDS["none"]
    pairs = [_entry(json.loads(text), registry) for text in texts]
    return "; ".join(pair[0] for pair in pairs), "；".join(pair[1] for pair in pairs)


def _entry(spec: Mapping[str, Any], registry: Mapping[str, type]) -> Pair:
    """ "Interval (from 0.2, to 0.8) › Projected (η 0.2)"; options at their defaults are left out."""
    name, labels = spec["name"], {option.name: option.label for option in options_of(registry[spec["name"]])}
    title, said, inner = WORDS.get(f"rule {name}", (name, name)), ([], []), None
    for key, value in spec.items():
        if isinstance(value, Mapping):
            inner = value
        elif key != "name":
            names = WORDS.get(f"option {name}_{key}", _same(labels.get(key) or key))
            values = _choice(value) if name in CONDITIONS else _same(_short(value))
            for side, label, shown in zip(said, names, values, strict=True):
                side.append(f"{label} {shown}".rstrip())
    pair = tuple(f"{each} ({', '.join(s)})" if s else each for each, s in zip(title, said, strict=True))
    if inner is None and "rule" in inner_names(registry[name]):
        inner = {"name": PLAIN}
    return pair if inner is None else tuple(" › ".join(p) for p in zip(pair, _entry(inner, registry), strict=True))


def _choice(value: Any) -> Pair:
    """A value as the page calls it; of what is simply on nothing but its name is said."""
    return ("", "") if value is True else WORDS.get(f"choice {value}", _same(_short(value)))


def _short(value: Any) -> str:
    """A value in few characters; pictures by a few digits of their content."""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_short, value))
    if isinstance(value, float):
        return _number(value)
    text = str(value)
    if text.startswith("data:") or len(text) > 4 * LONG:
        return f"#{hashlib.sha256(text.encode()).hexdigest()[:6]}"
    return text if len(text) <= LONG else text[: LONG - 1] + "…"


def _number(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _same(text: str) -> Pair:
    return text, text
