"""The recipe: everything that determines a row of pictures, and the one validator of all that comes in.

Page, URL, API and PNG import go through `Recipe.parse` and its siblings. Neither torch nor gradio is imported here.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, field, fields, replace
from difflib import get_close_matches
from functools import partial
from typing import Any
from urllib.parse import urlencode

from pydantic import TypeAdapter, field_validator

from pipelines import SAMPLERS
from pipelines.declarations.options import choice, number, options_of, switch, text

from . import conditions as told_of
from .availability import why_not
from .cost import BUDGET, MAX_COLUMNS, UPSAMPLER_STEPS, check_budget
from .faults import RecipeError, salvaged, together
from .revision import DIGITS, revision
from .schema import described, model
from .specs import (
    base_strength,
    load,
    pull_of,
    pulls_text,
    rule_of,
    rule_text,
    said_strength,
    sampler_fields,
    sampler_options_text,
)
from .values import (
    MAX_SEED,
    MAX_SEEDS,
    checked,
    parse_number,
    parse_seeds,
    read_file,
    read_json,
    read_png,
    read_query,
    short,
)
from .vocabulary import has_upsampler, known, worlds

__all__ = [
    "Recipe",
    "RecipeError",
    "check_budget",
    "parse_seeds",
    "BUDGET",
    "FIELDS",
    "OPTIONS",
    "MAX_SEED",
    "MAX_SEEDS",
    "MAX_COLUMNS",
    "UPSAMPLER_STEPS",
]

CHUNK = "recipe"
NOTES = "notes"  # beside the fields of a recipe that an endpoint has answered
# 1 had neither rules, further pulls nor options of samplers, 2 no conditions: at their defaults they draw the same.
VERSION = 3


@model
class Recipe:
    """Everything that determines a row of pictures: a pydantic dataclass. However it is built, it is always valid.

    Raises:
        RecipeError: naming the field, the value and what is allowed.
    """

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
        0.0,
        low=-500,
        high=500,
        step=5,
        label="γ CLIP",
        help="How hard the similarity of picture and prompt pulls.",
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
    rule: str = ""  # see `studio.recipe.specs`; "" is classifier-free guidance
    pulls: tuple[str, ...] = ()  # beyond the two γ
    sampler_options: str = ""  # those of the sampler that are no fields here
    conditions: tuple[str, ...] = ()  # what is drawn or shown, see `studio.recipe.conditions`
    version: int = VERSION
    revision: str = field(default="", compare=False)  # of the world that drew it; "" before it is drawn

    @field_validator("*", mode="plain")
    @classmethod
    def _alone(cls, value: Any, told) -> Any:
        """What a field may be, whatever the others are."""
        check = CHECKS.get(told.field_name)
        return check(value) if check else value

    def __post_init__(self):
        """What the fields may be together."""
        object.__setattr__(self, "rule", rule_text(self.rule, self.w))
        object.__setattr__(self, "sampler_options", sampler_options_text(self.sampler, self.sampler_options))
        if self.world not in worlds():
            raise RecipeError("world", self.world, "one of " + ", ".join(map(repr, worlds())))
        if self.upsample and not has_upsampler(self.world):
            raise RecipeError("upsample", True, f"false, since the world {self.world!r} has no upsampler")
        for name in ("style", "category"):
            object.__setattr__(self, name, known(self.world, name, getattr(self, name)))
        if self.rule or self.pulls or self.conditions:
            self._check_parts()

    def _check_parts(self) -> None:
        """Whether the world has what the rule, the pulls and the conditions need."""
        base = rule_of(self.rule).base
        wanted = [] if self.strengths == {0.0} else [("rule", base, base.needs)]
        for i, pull in enumerate(map(pull_of, self.pulls)):
            clean = "clean_" if getattr(pull, "encoder", "") == "clean" else ""
            wanted.append((f"pulls[{i}]", pull, [clean + need for need in pull.needs] if pull.gamma else ()))
        for i, each in enumerate(map(told_of.condition_of, self.conditions)):
            wanted.append((f"conditions[{i}]", each, each.needs if each.strength else ()))
        faults = []
        for place, entry, needs in wanted:
            if reason := why_not(needs, self.world):
                allowed = f"what can work in the world {self.world!r}. {reason.rstrip('.')}"
                faults.append(RecipeError(place, type(entry).__name__, allowed))
        if faults:
            raise together(faults)

    @classmethod
    def parse(cls, raw: Mapping[str, Any], *, budget: int | None = BUDGET) -> Recipe:
        """A recipe from untrusted values; what is missing is taken from the defaults. Raises RecipeError with all faults.

        budget: largest `cost` that is allowed; None for no limit.
        """
        return _whole(cls.salvage(raw, budget=budget))

    @classmethod
    def salvage(cls, raw: Mapping[str, Any], *, budget: int | None = None) -> tuple[Recipe, tuple[RecipeError, ...]]:
        """A recipe of what is right in untrusted values, at the defaults elsewhere; and each fault of the others.

        What an answer said of a recipe, its `NOTES`, is no part of it and skipped.
        """
        if not isinstance(raw, Mapping):
            return cls(), (RecipeError("recipe", short(raw), "a mapping of field names to values"),)
        raw = {name: value for name, value in raw.items() if name != NOTES}

        def build(fields: Mapping) -> Recipe:
            if "w" in raw and "w" not in fields:  # it was wrong: the rule's own default, which need not be that of all
                fields = {**fields, "w": base_strength(load("rule", fields.get("rule"))).default}
            return cls(**_read(fields))

        recipe, faults = salvaged(raw, build)
        try:
            if budget is not None and not faults:
                check_budget([recipe], budget)
        except RecipeError as error:
            faults = (error,)
        return recipe, faults

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """The JSON schema of `as_dict`: of each field its type, range or choices, default, label and help."""
        return TypeAdapter(cls).json_schema()

    @classmethod
    def __get_pydantic_json_schema__(cls, core, handler) -> dict[str, Any]:
        return described(handler.resolve_ref_schema(handler(core)), OPTIONS.values())

    @property
    def calls_per_step(self) -> float:
        """Evaluations of a network on one picture in one step, at most.

        Those of the rule, one more for each pull and what it asks the network, and a share of one for each network that
        is told of conditions, as often as the sampler asks.
        """
        pulls = sum(1 + pull.evaluations for pull in map(pull_of, self.pulls) if pull.gamma)
        pulls += (self.gamma_classifier != 0) + (self.gamma_clip != 0)
        return SAMPLERS[self.sampler].calls * (self.rule_calls + pulls + told_of.calls(self))

    @property
    def rule_calls(self) -> int:
        """Network calls a picture of one evaluation of the rule, at most; 1 when it does not guide."""
        return rule_of(self.rule).with_strength(self.w).evaluations

    @property
    def compares(self) -> bool:
        """Whether the rule compares the prompt with none, or with the negative prompt."""
        return "null" in rule_of(self.rule).base.needs

    @property
    def rule_name(self) -> str:
        """Name of the base rule, without what is around it."""
        return type(rule_of(self.rule).base).__name__

    @property
    def unguided(self) -> bool:
        """Whether the rule is at the strength at which it does nothing."""
        return self.strengths == {0.0} and rule_of(self.rule).base.neutral is not None

    @property
    def strengths(self) -> set[float]:
        """The strengths of the rule in this run: w, or the ends or points of a schedule that moves."""
        return rule_of(self.rule).with_strength(self.w).strengths

    @property
    def cost(self) -> int:
        """(steps × calls per step, and the upsampler's steps) × seeds."""
        return round((self.steps * self.calls_per_step + UPSAMPLER_STEPS * self.upsample) * len(self.seeds))

    def but(self, **changes) -> Recipe:
        """The same recipe with some fields changed; another sampler has its own options, at their defaults."""
        if changes.get("sampler", self.sampler) != self.sampler:
            changes = {"sampler_options": ""} | changes
        return replace(self, **changes)

    def stamped(self) -> Recipe:
        """The same recipe with the revision of the world that is here, unless it names one already."""
        return self if self.revision else self.but(revision=revision(self.world))

    @property
    def elsewhere(self) -> str:
        """The revision of the world that is here, where the recipe names another; else ""."""
        here = revision(self.world) if self.revision else ""
        return here if here != self.revision else ""

    def as_dict(self) -> dict[str, Any]:
        """Every field as plain data, specs as dictionaries; `parse` takes it back."""
        return asdict(self) | {
            "rule": json.loads(self.rule) if self.rule else None,
            "pulls": [json.loads(pull) for pull in self.pulls],
            "sampler_options": json.loads(self.sampler_options or "{}"),
            "conditions": [json.loads(condition) for condition in self.conditions],
        }

    def to_json(self) -> str:
        """One line of JSON with every field."""
        return json.dumps(self.as_dict(), ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, content: str, *, budget: int | None = BUDGET) -> Recipe:
        """The inverse of `to_json`; fields may be missing."""
        return cls.parse(read_json(content), budget=budget)

    def to_query(self) -> str:
        """URL query with what differs from the defaults, without '?'."""
        own = [f for f in fields(self) if f.compare]
        changed = {f.name: getattr(self, f.name) for f in own if getattr(self, f.name) != f.default}
        if "seeds" in changed:
            changed["seeds"] = ",".join(map(str, self.seeds))
        for name in ("pulls", "conditions"):
            if name in changed:
                changed[name] = f"[{','.join(changed[name])}]"
        changed = {name: int(value) if isinstance(value, bool) else value for name, value in changed.items()}
        return urlencode(changed, safe=",")

    @classmethod
    def from_query(cls, query: str | Mapping[str, str], *, budget: int | None = BUDGET) -> Recipe:
        """The inverse of `to_query`: every value is text."""
        return _whole(cls.salvage_query(query, budget=budget))

    @classmethod
    def salvage_query(
        cls, query: str | Mapping[str, str], *, budget: int | None = None
    ) -> tuple[Recipe, tuple[RecipeError, ...]]:
        """The same as `salvage`. Names that begin with '_' belong to others and are skipped."""
        pairs, wrong = read_query(query)
        own = {name: value for name, value in pairs.items() if not str(name).startswith("_")}
        numbers = {option.name for option in OPTIONS.values() if option.kind == "number"}
        recipe, faults = cls.salvage({k: parse_number(v) if k in numbers else v for k, v in own.items()}, budget=budget)
        return recipe, (*wrong, *faults)

    def to_png(self, image) -> bytes:
        """A PIL picture as PNG, with the recipe in a text chunk, and the world's revision in the recipe."""
        from PIL.PngImagePlugin import PngInfo

        chunk, file = PngInfo(), io.BytesIO()
        chunk.add_itxt(CHUNK, self.stamped().to_json())
        image.save(file, "PNG", pnginfo=chunk)
        return file.getvalue()

    @classmethod
    def from_png(cls, content: bytes, *, budget: int | None = BUDGET) -> Recipe:
        """The recipe inside a PNG. Its pixels are never decoded."""
        return cls.from_json(read_png(content, CHUNK), budget=budget)

    @classmethod
    def from_file(cls, content: bytes, *, budget: int | None = BUDGET) -> Recipe:
        """The recipe of a PNG or of a JSON file."""
        return cls.parse(read_file(content, CHUNK), budget=budget)

    @classmethod
    def salvage_file(cls, content: bytes) -> tuple[Recipe, tuple[RecipeError, ...]]:
        """The same as `salvage`. Raises RecipeError where nothing can be read."""
        return cls.salvage(read_file(content, CHUNK))

    @property
    def hash(self) -> str:
        """16 hexadecimal digits, the same for equal recipes."""
        written = {name: value for name, value in self.as_dict().items() if name != "revision"}
        if not self.conditions:  # the same as before there were any, since what was drawn is kept under it
            written["version"] = 2
            del written["conditions"]
        return hashlib.sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()[:16]


FIELDS = tuple(f.name for f in fields(Recipe))
OPTIONS = {option.name: option for option in options_of(Recipe)}


def _read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a recipe: a sampler given as one spec taken apart, and a rule's own strength taken as w."""
    if unknown := [_unknown(name, value) for name, value in raw.items() if name not in FIELDS]:
        raise together(unknown)
    fields = dict(raw)
    fields["version"] = _version(fields.get("version", 1))
    if isinstance(fields.get("sampler"), Mapping):
        given = sampler_fields(fields.pop("sampler"))
        if twice := next((name for name in given if name in fields), None):
            raise RecipeError(twice, short(fields[twice]), "given once only, in the sampler or beside it")
        fields |= given
    said = said_strength(load("rule", fields.get("rule")))
    if said is not None and "w" not in fields:
        fields["w"] = said[1]
    return fields


def _unknown(name: Any, value: Any) -> RecipeError:
    near = get_close_matches(str(name)[:80], FIELDS, n=1)
    allowed = (f"did you mean {near[0]!r}? " if near else "") + "the fields are " + ", ".join(FIELDS)
    return RecipeError(str(name)[:80], short(value), allowed)


def _whole(salvaged: tuple[Recipe, tuple[RecipeError, ...]]) -> Recipe:
    """The recipe when nothing was wrong."""
    recipe, faults = salvaged
    if faults:
        raise together(faults)
    return recipe


def _version(value: Any) -> int:
    known = {number for version in range(1, VERSION + 1) for number in (version, str(version))}
    if isinstance(value, bool) or not isinstance(value, (int, float, str)) or value not in known:
        raise RecipeError("version", short(value), f"whole numbers from 1 to {VERSION}: a newer studio wrote this")
    return VERSION


def _revision(value: Any) -> str:
    if value in ("", None):
        return ""
    if not isinstance(value, str) or not re.fullmatch(rf"[0-9a-f]{{{DIGITS}}}", value):
        raise RecipeError("revision", short(value), f"{DIGITS} hexadecimal digits, or nothing")
    return value


CHECKS = {name: partial(checked, option) for name, option in OPTIONS.items()} | {
    "seeds": parse_seeds,
    "pulls": pulls_text,
    "conditions": told_of.conditions_text,
    "version": _version,
    "revision": _revision,
}
