"""A recipe with one value a control: as the page holds it, as links and programs say it, and as it was written up to version 3.

A rule's strength is w, the first two pulls may be numbers, and what a sampler has of its own stands beside its name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

from pipelines import PULLS, SAMPLERS
from pipelines.declarations.options import choice, number, options_of, switch, text

from .conditions import conditions_of
from .faults import RecipeError, faults_of, together
from .revision import DIGITS
from .specs import FLAT, MAX_PULLS, PLAIN, pulls_of, rule_of, sampler_fields, sampler_of, sparse, too_many
from .values import checked, parse_seeds, short

# 1 had neither rules, further pulls nor options of samplers, 2 no conditions: at their defaults they draw the same. 4 has
# rules, pulls and sampler as wholes.
VERSION = 4


@dataclass(frozen=True)
class Flat:
    """What there is to say of a recipe, with the range, label and help of each value."""

    world: str = text("emoji", max_length=60, label="World", help="The trained model that draws.")
    prompt: str = text("", label="Prompt", help="What to draw, in English or Chinese. Empty: anything.")
    negative_prompt: str = text("", label="Negative prompt", help="What to move away from when w is above 0.")
    style: str = text("", max_length=60, label="Style", help="The hand that draws; empty: any.")
    category: str = text(
        "", max_length=60, label="Category", help="The class for classifier guidance; empty: by the prompt."
    )
    w: float = number(
        2.0,
        low=-1,
        high=20,
        step=0.1,
        label="w (s = 1 + w)",
        help="Strength of the rule. Classifier-free: -1 unconditional, 0 conditional, above 0 guided.",
    )
    gamma_classifier: float = number(
        0.0,
        low=-50,
        high=50,
        step=0.5,
        label="γ classifier",
        help="How hard the classifier pulls towards the category.",
    )
    gamma_clip: float = number(
        0.0, low=-500, high=500, step=5, label="γ CLIP", help="How hard the similarity of picture and prompt pulls."
    )
    sampler: str = choice(
        "DDIM", tuple(SAMPLERS), label="Sampler", help="How noise becomes a picture; DDIM is good in few steps."
    )
    eta: float = number(0.0, low=0, high=1, step=0.05, label="η", help="Noise in DDIM: 0 none, 1 as much as DDPM.")
    variance: str = choice("beta_tilde", ("beta_tilde", "beta"), label="DDPM variance", help="σ² of a DDPM step.")
    route: str = choice("score", ("score", "mean"), label="Route of γ", help="Where a DDPM step adds the gradient.")
    steps: int = number(25, low=1, high=250, step=1, label="Steps", help="More steps: slower, a little cleaner.")
    seeds: tuple[int, ...] = (0, 1, 2, 3)
    upsample: bool = switch(
        label="128 pixels", help="A second model draws the finished pictures again at twice the side."
    )
    rule: dict | None = None
    pulls: tuple[dict, ...] = ()
    sampler_options: dict | None = None
    conditions: tuple[dict, ...] = ()
    version: int = VERSION
    revision: str = ""


FIELDS = tuple(f.name for f in fields(Flat))
OPTIONS = {option.name: option for option in options_of(Flat)}
GAMMAS = {"gamma_classifier": PULLS["Classifier"], "gamma_clip": PULLS["Semantic"]}
BESIDE = tuple(name for names in FLAT.values() for name in names)  # eta, variance and route
AROUND = ("w", *GAMMAS, *BESIDE, "sampler_options")  # what entries hold


def gammas(pulls: Sequence) -> tuple[dict[str, float], tuple]:
    """The numbers of the pulls that come first and are no more than a number, and the others."""
    found, rest = dict.fromkeys(GAMMAS, 0.0), list(pulls)
    for name in GAMMAS:
        if rest and _plain(name, rest[0]):
            found[name] = rest.pop(0).gamma
    return found, tuple(rest)


def pulls_with(numbers: Mapping[str, float], others: Sequence) -> tuple:
    """The inverse of `gammas`. A number that is 0 is a pull too where the next one would be taken for it."""
    found = list(others)
    for name, kind in reversed(GAMMAS.items()):
        if numbers[name] or found and _plain(name, found[0]):
            found.insert(0, kind(numbers[name]))
    return tuple(found)


def _plain(name: str, pull: Any) -> bool:
    return type(pull) is GAMMAS[name] and abs(pull.gamma) <= OPTIONS[name].high and pull == GAMMAS[name](pull.gamma)


def flat(held: Mapping[str, Any]) -> dict[str, Any]:
    """The flat fields, as plain data, of what a recipe holds; `settled` takes them back."""
    numbers, further = gammas(held["pulls"])
    sampler, rule = sampler_fields(sparse(held["sampler"])), sparse(held["rule"], strength=False)
    base = held["rule"].base
    own = {
        "w": getattr(base, base.strength),
        **numbers,
        **{name: OPTIONS[name].default for name in BESIDE},
        "rule": None if rule == {"name": PLAIN} else rule,
        "pulls": [sparse(pull, strength=False) for pull in further],
        "sampler_options": {},
        "conditions": [sparse(each) for each in held["conditions"]],
        **sampler,
        "version": 3,
    }
    return {name: own[name] if name in own else held[name] for name in FIELDS}


def settled(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a recipe from flat ones, from entries, or from both; of an entry, what stands beside it is changed.

    Raises:
        RecipeError: naming each field that is wrong by itself, else the first that is wrong beside the others.
    """
    given = dict(given)
    if isinstance(given.get("sampler"), Mapping):
        said = sampler_fields(given.pop("sampler"))
        if twice := next((name for name in said if name in given), None):
            raise RecipeError(twice, short(given[twice]), "once_in_sampler")
        given |= said
    found, faults = {}, []
    for name, value in given.items():
        try:
            found[name] = CHECKS[name](value) if name in CHECKS else value
        except RecipeError as error:
            faults += faults_of(error)
    if faults:
        raise together(faults)
    said = {name: found.pop(name) for name in AROUND if name in found}
    if "rule" in found or "w" in said:
        found["rule"] = rule_of(found.get("rule"), said.get("w"))
    numbers = {name: said[name] for name in GAMMAS if name in said}
    if numbers or "pulls" in found:
        pulls = found.get("pulls", ())
        entries = not numbers and float(given.get("version") or 1) == VERSION
        entries |= all(map(_is_entry, given.get("pulls") or ()))
        held, others = gammas(pulls) if entries else (dict.fromkeys(GAMMAS, 0.0), pulls)
        if len(others) > MAX_PULLS:
            raise too_many("pulls", given["pulls"], PULLS, MAX_PULLS)
        found["pulls"] = pulls_with(held | numbers, others)
    own = {name: said[name] for name in BESIDE if name in said}
    if "sampler" in found or own or "sampler_options" in said:
        found["sampler"] = sampler_of(
            found.get("sampler", OPTIONS["sampler"].default), said.get("sampler_options"), **own
        )
        heard = FLAT.get(type(found["sampler"]).__name__, ())
        inactive = {name: value for name, value in own.items() if name not in heard and value != OPTIONS[name].default}
        found |= {"inactive": inactive} if inactive else {}
    return found


def _is_entry(pull: Any) -> bool:
    return type(pull) in PULLS.values()


def _sampler(value: Any) -> Any:
    return value if type(value) in SAMPLERS.values() else checked(OPTIONS["sampler"], value)


def _version(value: Any) -> int:
    known = {number for version in range(1, VERSION + 1) for number in (version, str(version))}
    if isinstance(value, bool) or not isinstance(value, (int, float, str)) or value not in known:
        raise RecipeError("version", short(value), "version", high=VERSION)
    return VERSION


def _revision(value: Any) -> str:
    if value in ("", None):
        return ""
    if not isinstance(value, str) or not re.fullmatch(rf"[0-9a-f]{{{DIGITS}}}", value):
        raise RecipeError("revision", short(value), "digits", count=DIGITS)
    return value


CHECKS = {name: partial(checked, option) for name, option in OPTIONS.items()} | {
    "sampler": _sampler,
    "seeds": parse_seeds,
    "pulls": pulls_of,
    "conditions": conditions_of,
    "version": _version,
    "revision": _revision,
}
