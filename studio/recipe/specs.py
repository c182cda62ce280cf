"""Rules, pulls and samplers as a recipe holds them: short JSON texts, checked against the declarations. No torch.

A text leaves out what is at its default. A rule's text also leaves out its strength, which is the recipe's w.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from pipelines import PULLS, RULES, SAMPLERS
from pipelines.declarations.options import Option, OptionError, options_of
from pipelines.declarations.spec import from_spec, inner_names, to_spec

from .values import RecipeError, short

MAX_PULLS = 4
MAX_SPEC = 16_000  # characters of one field; pictures inside pulls count too
PLAIN = "ClassifierFree"  # the rule of a recipe that names none
FLAT = {"DDIM": ("eta",), "DDPM": ("variance", "route")}  # options of samplers that are fields of the recipe


def load(field: str, value: Any, most: int = MAX_SPEC) -> Any:
    """What a JSON text of at most so many characters says; anything else as it is. Raises RecipeError."""
    if not isinstance(value, str):
        return value
    if len(value) > most:
        raise RecipeError(field, f"a text of {len(value)} characters", f"at most {most} characters of JSON")
    if value.strip()[:1] not in ("{", "["):
        return value.strip()

    def once(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError("an option is given twice")
        return dict(pairs)

    try:
        return json.loads(value, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise RecipeError(field, value[:60], f"JSON text ({error})") from error


def rule_text(value: Any, w: float) -> str:
    """A rule as its text. value: a spec, its JSON, or a name; "" and None are classifier-free guidance.

    Raises:
        RecipeError: naming the option, also for a strength other than w.
    """
    spec = load("rule", value)
    if spec in ("", None):
        spec = PLAIN
    if isinstance(spec, str):
        spec = {"name": spec}
    rule = _entry("rule", spec, RULES)
    said = said_strength(spec)
    if said is not None and said[1] != w:
        raise RecipeError(f"rule.{said[0]}", short(said[1]), f"{w:g}, the field w: the strength of every rule")
    strength = strength_of(rule)
    try:
        strength.check(w)
    except OptionError:
        raise RecipeError("w", w, f"{strength.allowed} with the rule {type(rule.base).__name__}") from None
    written = _written(to_spec(rule), RULES)
    return "" if written == {"name": PLAIN} else _dump("rule", written)


def said_strength(spec: Any) -> tuple[str, Any] | None:
    """The strength that a spec names for its base rule: the option's name and the value; None when it does not."""
    for _ in range(10):
        if not isinstance(spec, Mapping) or "rule" not in spec:
            break
        spec = spec["rule"]
    if not isinstance(spec, Mapping) or not isinstance(spec.get("name"), str) or spec["name"] not in RULES:
        return None
    name = RULES[spec["name"]].strength
    return (name, spec[name]) if name and name in spec else None


@lru_cache(maxsize=256)
def rule_of(text: str):
    """The rule of a text, its strength is left at the default."""
    return from_spec(json.loads(text) if text else {"name": PLAIN}, RULES, "rule")


def strength_of(rule) -> Option:
    """The declared strength of the base rule."""
    base = rule.base
    return next(o for o in options_of(type(base)) if o.name == base.strength)


def base_strength(spec: Any) -> Option:
    """The declared strength of the base rule of a spec, of classifier-free guidance where it names none."""
    for _ in range(10):
        if not isinstance(spec, Mapping) or "rule" not in spec:
            break
        spec = spec["rule"]
    name = spec.get("name") if isinstance(spec, Mapping) else spec
    return strength_of(RULES[name if isinstance(name, str) and name in RULES else PLAIN]())


def pulls_text(value: Any) -> tuple[str, ...]:
    """Pulls as their texts. value: a list of specs or of their JSON, or the JSON of such a list. Raises RecipeError."""
    return entries_text("pulls", value, PULLS, MAX_PULLS, MAX_SPEC)


def entries_text(
    field: str,
    value: Any,
    registry: Mapping[str, type],
    most: int,
    most_characters: int,
    prepare: Callable[[str, Any], Any] = lambda name, spec: spec,
) -> tuple[str, ...]:
    """At most so many entries of a registry as their texts, together of at most `most_characters`.

    prepare: changes the spec at a name before it is checked.

    Raises:
        RecipeError: naming the option.
    """
    found = load(field, value, most_characters)
    if found in ("", None):
        found = ()
    if isinstance(found, Mapping):
        found = (found,)
    if isinstance(found, str) or not isinstance(found, Sequence) or len(found) > most:
        example = "Colour" if "Colour" in registry else next(iter(registry))
        raise RecipeError(field, short(found), f'a list of at most {most} such as [{{"name": "{example}"}}]')
    texts = []
    for number, each in enumerate(found):
        name = f"{field}[{number}]"
        spec = load(name, each, most_characters)
        spec = {"name": spec} if isinstance(spec, str) else spec
        entry = _entry(name, prepare(name, spec), registry)
        texts.append(_dump(field, _written(to_spec(entry), registry)))
    length = sum(map(len, texts))
    if length > most_characters:
        raise RecipeError(field, f"{length} characters", f"at most {most_characters}; take smaller pictures")
    return tuple(texts)


@lru_cache(maxsize=256)
def pull_of(text: str):
    """The pull of a text."""
    return from_spec(json.loads(text), PULLS, "pulls")


def sampler_options_text(sampler: str, value: Any) -> str:
    """Options of a sampler beyond the recipe's own fields, as their text; "" when all are at their defaults.

    Raises:
        RecipeError: naming the option.
    """
    spec = load("sampler_options", value)
    if spec in ("", None):
        return ""
    if not isinstance(spec, Mapping):
        raise RecipeError("sampler_options", short(spec), 'a dictionary such as {"variable": "noise"}')
    flat = FLAT.get(sampler, ())
    if wrong := next((name for name in spec if name in (*flat, "name")), None):
        raise RecipeError(f"sampler_options.{wrong}", short(spec[wrong]), f"only {further(sampler)} of {sampler}")
    entry = _entry("sampler_options", {"name": sampler, **spec}, SAMPLERS)
    written = _written(to_spec(entry), SAMPLERS)
    kept = {name: each for name, each in written.items() if name not in ("name", *flat)}
    return _dump("sampler_options", kept) if kept else ""


def further(sampler: str) -> list[str]:
    """Names of the sampler's options that are no fields of the recipe."""
    return [o.name for o in options_of(SAMPLERS[sampler]) if o.name not in FLAT.get(sampler, ())]


def sampler_fields(value: Any) -> dict[str, Any]:
    """The recipe's fields of a sampler that is given as one spec, {"name": "DDIM", "eta": 0.5}."""
    if not isinstance(value, Mapping):
        return {"sampler": value}
    name = value.get("name")
    flat = FLAT.get(name, ()) if isinstance(name, str) else ()
    rest = {k: v for k, v in value.items() if k not in ("name", *flat)}
    fields = {"sampler": name} | {k: value[k] for k in flat if k in value}
    return fields | ({"sampler_options": rest} if rest else {})


def real(text_or_spec, registry: Mapping[str, type], field: str, **values):
    """The entry itself, of the pipelines' registry, with further values. Raises RecipeError."""
    spec = json.loads(text_or_spec) if isinstance(text_or_spec, str) else text_or_spec
    return _entry(field, {**spec, **values}, registry)


def _entry(field: str, spec: Any, registry: Mapping[str, type]):
    try:
        return from_spec(spec, registry, field)
    except OptionError as error:
        name = error.field if error.field.startswith(field) else f"{field}.{error.field}"
        raise RecipeError(name[:80], error.value, error.allowed) from None


def _written(spec: dict, registry: Mapping[str, type]) -> dict:
    """A whole spec without what is at its default, and without the strength of a rule."""
    kind = registry[spec["name"]]
    inner = inner_names(kind)
    options = {o.name: o for o in options_of(kind) if o.name != getattr(kind, "strength", "")}
    kept = {"name": spec["name"]}
    for name, option in options.items():
        default = list(option.default) if isinstance(option.default, tuple) else option.default
        if spec[name] != default:
            kept[name] = spec[name]
    for name in inner:
        if (held := _written(spec[name], registry)) != {"name": PLAIN}:
            kept[name] = held
    return kept


def _dump(field: str, spec: dict) -> str:
    text = json.dumps(spec, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise RecipeError(field, ascii(text)[:60], "text without broken characters") from None
    return text
