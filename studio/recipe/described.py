"""A recipe in words, English and Chinese: its facts, one by one, and what differs between two recipes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from pipelines import CONDITIONS
from pipelines.declarations.options import options_of
from pipelines.declarations.spec import inner_names
from pipelines.guidance import Rule

from ..words import WORDS, spans
from .recipe import Recipe
from .specs import FLAT, PLAIN, dumped, sparse
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
    own = FLAT.get(type(recipe.sampler).__name__, ())
    rule, sampler = sparse(recipe.rule, strength=False), sparse(recipe.sampler)
    sampler = {name: value for name, value in sampler.items() if name not in own}
    return [
        _fact("world", recipe.world, WORDS.get(f"world {recipe.world}")),
        _fact("prompt", recipe.prompt),
        _fact("negative_prompt", recipe.negative_prompt),
        _fact("style", recipe.style, _known(recipe, "style")),
        _fact("category", recipe.category, _known(recipe, "category")),
        Fact("rule", WORDS["rule"], _entry(recipe.rule), "" if rule == {"name": PLAIN} else rule),
        Fact("w", _strength(recipe), _same(_number(recipe.w)), (recipe.w, recipe.rule.base.strength)),
        _fact("gamma_classifier", recipe.gamma_classifier),
        _fact("gamma_clip", recipe.gamma_clip),
        Fact("pulls", WORDS["further_pulls"], _entries(recipe.further), recipe.further),
        Fact("conditions", WORDS["conditions"], _entries(recipe.conditions), recipe.conditions),
        Fact("sampler", WORDS["sampler"], _entry(recipe.sampler, own), dumped(sampler)),
        *(_fact(name, getattr(recipe.sampler, name)) for name in own),
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
    label = recipe.rule.strength_option.label
    return WORDS["w"] if label in ("w", WORDS["w"][0]) else _same(label)


def _entries(entries: Sequence) -> Pair:
    pairs = [_entry(each) for each in entries]
    return ("; ".join(pair[0] for pair in pairs), "；".join(pair[1] for pair in pairs)) if pairs else WORDS["none"]


def _entry(entry: Any, apart: Sequence[str] = ()) -> Pair:
    """ "Interval (from 0.2, to 0.8) › Projected (η 0.2)"; options at their defaults are left out, and so is a rule's strength
    and what is told apart."""
    name, said = type(entry).__name__, ([], [])
    apart = (*apart, entry.strength) if isinstance(entry, Rule) else apart
    for option in options_of(type(entry)):
        value = getattr(entry, option.name)
        if value == option.default or option.name in apart:
            continue
        names = WORDS.get(f"option {name}_{option.name}", _same(option.label or option.name))
        values = _choice(value) if name in CONDITIONS else _same(_short(value))
        for side, label, shown in zip(said, names, values, strict=True):
            side.append(f"{label} {shown}".rstrip())
    title = WORDS.get(f"rule {name}", (name, name))
    pairs = [tuple(f"{each} ({', '.join(s)})" if s else each for each, s in zip(title, said, strict=True))]
    pairs += [_entry(getattr(entry, inner)) for inner in inner_names(type(entry))]
    return tuple(" › ".join(each) for each in zip(*pairs, strict=True))


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
