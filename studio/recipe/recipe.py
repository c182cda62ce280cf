"""The recipe: everything that determines a row of pictures, and the one validator of all that comes in.

Page, URL, API and PNG import go through `Recipe.parse` and its siblings. Neither torch nor gradio is imported here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from functools import cached_property
from typing import Any, ClassVar

from pipelines.conditions import Conditioning
from pipelines.declarations.phrases import Phrase
from pipelines.guidance import Pull, Rule
from pipelines.samplers import Sampler

from .availability import why_not
from .conditions import calls
from .faults import RecipeError, salvaged, together, whole
from .flat import CHECKS, FIELDS, OPTIONS, VERSION, flat, settled
from .revision import revision
from .saved import Saved
from .schema import Described
from .setting import Guided
from .specs import base_strength, load, plain, said_strength, sampler_of, sparse
from .values import BUDGET, MAX_SEED, MAX_SEEDS, parse_seeds, short
from .vocabulary import has_upsampler, known, worlds

__all__ = [
    "Recipe",
    "RecipeError",
    "check_budget",
    "parse_seeds",
    "BUDGET",
    "CHECKS",
    "FIELDS",
    "OPTIONS",
    "MAX_SEED",
    "MAX_SEEDS",
    "MAX_COLUMNS",
    "UPSAMPLER_STEPS",
    "VERSION",
]

MAX_COLUMNS = 8
UPSAMPLER_STEPS = 2  # of the upsampler, each at about the cost of a step of the base model
NOTES = "notes"  # beside the fields of a recipe that an endpoint has answered


@dataclass(frozen=True, init=False)
class Recipe(Guided, Saved, Described):
    """Everything that determines a row of pictures. However it is built, it is always valid.

    Rule, pulls, conditions and sampler are the entries themselves. What a control holds, such as w or η, may be given
    beside them or in their place; see `flat`.

    Raises:
        RecipeError: naming the field, the value and what is allowed.
    """

    world: str = OPTIONS["world"].default
    prompt: str = ""
    negative_prompt: str = ""
    style: str = ""
    category: str = ""
    rule: Rule = plain(OPTIONS["w"].default)
    pulls: tuple[Pull, ...] = ()
    conditions: tuple[Conditioning, ...] = ()  # what is drawn or shown
    sampler: Sampler = sampler_of(OPTIONS["sampler"].default)
    steps: int = OPTIONS["steps"].default
    seeds: tuple[int, ...] = (0, 1, 2, 3)
    upsample: bool = False
    version: int = VERSION
    revision: str = field(default="", compare=False)  # of the world that drew it; "" before it is drawn
    inactive: ClassVar[Mapping[str, Any]] = {}  # what was given of another sampler: it is told of, and is no part of it

    def __init__(self, **given: Any):
        if unknown := [name for name in given if name not in FIELDS]:
            raise TypeError(f"{unknown[0]}: no field of a recipe")
        for name, value in settled(given).items():
            object.__setattr__(self, name, value)
        self._check(given)

    def _check(self, given: Mapping[str, Any]) -> None:
        """What the world allows. given: as the fields were."""
        if self.world not in worlds():
            raise RecipeError("world", self.world, "one_of", names=", ".join(map(repr, worlds())))
        if self.upsample and not has_upsampler(self.world):
            raise RecipeError("upsample", True, "no_upsampler", world=self.world)
        for name in ("style", "category"):
            object.__setattr__(self, name, known(self.world, name, getattr(self, name)))
        base, further, pulls = self.rule.base, self.further, load("pulls", given.get("pulls"))
        wanted = [("rule", base, self.rule.needed)]
        # The numbers among the pulls are only told of: what a world does without, a control may still say.
        first = (1 if isinstance(pulls, Mapping) else len(pulls or ())) - len(further)
        wanted += [(f"pulls[{first + i}]", pull, pull.needed) for i, pull in enumerate(further)]
        wanted += [(f"conditions[{i}]", each, each.needed) for i, each in enumerate(self.conditions)]
        faults = []
        for name, entry, needs in wanted:
            if reason := why_not(needs, self.world):
                allowed = Phrase("works_in", world=self.world, reason=reason)
                faults.append(RecipeError(name, type(entry).__name__, allowed))
        if faults:
            raise together(faults)

    @classmethod
    def parse(cls, raw: Mapping[str, Any], *, budget: int | None = BUDGET) -> Recipe:
        """A recipe from untrusted values; what is missing is taken from the defaults. Raises RecipeError with all faults.

        budget: largest `cost` that is allowed; None for no limit.
        """
        return whole(cls.salvage(raw, budget=budget))

    @classmethod
    def salvage(cls, raw: Mapping[str, Any], *, budget: int | None = None) -> tuple[Recipe, tuple[RecipeError, ...]]:
        """A recipe of what is right in untrusted values, at the defaults elsewhere; and each fault of the others.

        What an answer said of a recipe, its `NOTES`, is no part of it and skipped.
        """
        if not isinstance(raw, Mapping):
            return cls(), (RecipeError("recipe", short(raw), "mapping"),)
        raw = {name: value for name, value in raw.items() if name != NOTES}

        def build(fields: Mapping) -> Recipe:
            if unknown := [_unknown(name, value) for name, value in fields.items() if name not in FIELDS]:
                raise together(unknown)
            rule = load("rule", fields.get("rule"))
            if "w" in raw and "w" not in fields and said_strength(rule) is None:
                fields = {**fields, "w": base_strength(rule).default}  # it was wrong: the rule's own, not that of all
            return cls(**fields)

        recipe, faults = salvaged(raw, build)
        try:
            if budget is not None and not faults:
                check_budget([recipe], budget)
        except RecipeError as error:
            faults = (error,)
        return recipe, faults

    @property
    def calls_per_step(self) -> float:
        """Evaluations of a network on one picture in one step, at most.

        Those of the rule, one more for each pull and what it asks the network, and a share of one for each network that
        is told of conditions, as often as the sampler asks.
        """
        pulls = sum(1 + pull.evaluations for pull in self.pulls if pull.gamma)
        return self.sampler.calls * (self.rule.evaluations + pulls + calls(self.rule, self.conditions))

    @property
    def cost(self) -> int:
        """(steps × calls per step, and the upsampler's steps) × seeds."""
        return round((self.steps * self.calls_per_step + UPSAMPLER_STEPS * self.upsample) * len(self.seeds))

    def but(self, **changes) -> Recipe:
        """The same recipe with some fields changed. Another rule keeps the strength, unless it says its own."""
        if changes.keys() <= {"seeds", "revision"}:  # no other field depends on them
            return self._copy(**settled(changes))
        named = "rule" in changes and not isinstance(changes["rule"], Rule)
        if named and "w" not in changes and said_strength(load("rule", changes["rule"])) is None:
            changes["w"] = self.w
        made = Recipe(**self._held() | changes)
        return made._copy(inactive=self.inactive) if self.inactive and "sampler" not in changes else made

    def _copy(self, **changes) -> Recipe:
        """With other fields that were checked, and as valid as it is."""
        made = object.__new__(Recipe)
        made.__dict__.update(self._held() | {"inactive": self.inactive} | changes)
        return made

    def _held(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def like(self, other: Recipe, *names: str) -> Recipe:
        """The same with some fields of another recipe of the same world."""
        return self._copy(**{name: getattr(other, name) for name in names})

    @cached_property
    def singles(self) -> tuple[Recipe, ...]:
        """Its pictures: the same recipe with each of the seeds alone."""
        return tuple(self._copy(seeds=(seed,)) for seed in self.seeds)

    def stamped(self) -> Recipe:
        """The same recipe with the revision of the world that is here, unless it names one already."""
        return self if self.revision else self._copy(revision=revision(self.world))

    @property
    def elsewhere(self) -> str:
        """The revision of the world that is here, where the recipe names another; else ""."""
        here = revision(self.world) if self.revision else ""
        return here if here != self.revision else ""

    def as_dict(self) -> dict[str, Any]:
        """Every field as plain data; `parse` takes it back."""
        return self._held() | {
            "rule": sparse(self.rule),
            "pulls": [sparse(pull) for pull in self.pulls],
            "conditions": [sparse(each) for each in self.conditions],
            "sampler": sparse(self.sampler),
        }

    def flat(self) -> dict[str, Any]:
        """The same with one value a control, as version 3 had it, and what is `inactive`; `parse` takes it back."""
        return flat(self._held()) | self.inactive

    @property
    def hash(self) -> str:
        """16 hexadecimal digits, the same for equal recipes and in every version: what was drawn is kept under it."""
        written = {name: value for name, value in flat(self._held()).items() if name != "revision"}
        if not self.conditions:  # as before there were any
            written["version"] = 2
            del written["conditions"]
        return hashlib.sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()[:16]


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


def _unknown(name: Any, value: Any) -> RecipeError:
    near = get_close_matches(str(name)[:80], FIELDS, n=1)
    allowed = Phrase("fields", names=", ".join(FIELDS))
    if near:
        allowed = Phrase("near", near=repr(near[0]), allowed=allowed)
    return RecipeError(str(name)[:80], short(value), allowed)
