"""Rules, pulls, conditions and samplers of a recipe: read from what comes from outside, and written. No torch."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pipelines import PULLS, RULES, SAMPLERS
from pipelines.declarations.options import Option, OptionError, options_of
from pipelines.declarations.phrases import Phrase
from pipelines.declarations.spec import from_spec, inner_names, to_spec

from .values import RecipeError, short

MAX_PULLS = 4  # beyond the two γ
MAX_SPEC = 16_000  # characters of one field; pictures inside pulls count too
PLAIN = next(iter(RULES))  # the rule of a recipe that names none
FLAT = {"DDIM": ("eta",), "DDPM": ("variance", "route")}  # options of samplers that stand beside the sampler


def load(field: str, value: Any, most: int = MAX_SPEC) -> Any:
    """What a JSON text of at most so many characters says; anything else as it is. Raises RecipeError."""
    if not isinstance(value, str):
        return value
    if len(value) > most:
        raise RecipeError(field, Phrase("given_text", count=len(value)), "json_characters", most=most)
    if value.strip()[:1] not in ("{", "["):
        return value.strip()

    def once(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError("an option is given twice")
        return dict(pairs)

    try:
        return json.loads(value, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise RecipeError(field, value[:60], "json", reason=str(error)) from error


def entry_of(field: str, value: Any, registry: Mapping[str, type]) -> Any:
    """An entry of a registry, from itself, its dictionary or its name.

    Raises:
        RecipeError: naming the option.
    """
    if type(value) in registry.values():
        return value
    try:
        return from_spec({"name": value} if isinstance(value, str) else value, registry, field)
    except OptionError as error:
        raise RecipeError(error.field[:80], error.value, error.allowed) from None


def entries_of(
    field: str,
    value: Any,
    registry: Mapping[str, type],
    most: int,
    most_characters: int,
    prepare: Callable[[str, Any], Any] = lambda name, spec: spec,
    spare: int = 0,
) -> tuple:
    """At most so many entries of a registry, written together in at most `most_characters`.

    value: a list of what `entry_of` takes or of its JSON, or the JSON of such a list. prepare: changes what stands at a name
    before it is checked. spare: how many more may be there, of which the caller knows.

    Raises:
        RecipeError: naming the option.
    """
    found = load(field, value, most_characters)
    if found in ("", None):
        found = ()
    if isinstance(found, Mapping):
        found = (found,)
    if isinstance(found, str) or not isinstance(found, Sequence) or len(found) > most + spare:
        raise too_many(field, found, registry, most)
    entries = []
    for number, each in enumerate(found):
        name = f"{field}[{number}]"
        entries.append(entry_of(name, prepare(name, load(name, each, most_characters)), registry))
    length = sum(len(written(field, each)) for each in entries)
    if length > most_characters:
        raise RecipeError(field, Phrase("given_characters", count=length), "smaller_pictures", most=most_characters)
    return tuple(entries)


def too_many(field: str, found: Any, registry: Mapping[str, type], most: int) -> RecipeError:
    """The error of what is no list of at most so many."""
    example = min(registry, key=lambda name: len(registry[name].needs))  # one that works everywhere
    return RecipeError(field, short(found), "list_such", most=most, example=f'[{{"name": "{example}"}}]')


def plain(w: float) -> Any:
    """The rule of a recipe that names none, at a strength."""
    return RULES[PLAIN](w)


def rule_of(value: Any, w: float | None = None) -> Any:
    """A rule. value: an entry, its dictionary, the JSON of it or a name; "" and None are classifier-free guidance.

    w: its strength, which a dictionary may say too; else that of `OPTIONS["w"]`, whatever the rule.

    Raises:
        RecipeError: naming the option, also for a strength other than w.
    """
    spec = load("rule", value)
    spec = {"name": PLAIN} if spec in ("", None) else {"name": spec} if isinstance(spec, str) else spec
    rule = entry_of("rule", spec, RULES)
    said = said_strength(spec)
    if rule is spec and w is None:
        return rule
    if said is not None and w is not None and said[1] != w:
        raise RecipeError(f"rule.{said[0]}", short(said[1]), "strength_is_w", w=w)
    if said is not None:
        return rule
    strength = rule.strength_option
    w = 2.0 if w is None else w
    try:
        strength.check(w)
    except OptionError:
        name = type(rule.base).__name__
        raise RecipeError("w", w, "with_rule", allowed=strength.allowed, rule=name) from None
    return rule.with_strength(w)


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


def base_strength(spec: Any) -> Option:
    """The declared strength of the base rule of a rule or a spec, of classifier-free guidance where it names none."""
    if hasattr(spec, "base"):
        return spec.strength_option
    for _ in range(10):
        if not isinstance(spec, Mapping) or "rule" not in spec:
            break
        spec = spec["rule"]
    name = spec.get("name") if isinstance(spec, Mapping) else spec
    return RULES[name if isinstance(name, str) and name in RULES else PLAIN]().strength_option


def pulls_of(value: Any) -> tuple:
    """Pulls; see `entries_of`."""
    return entries_of("pulls", value, PULLS, MAX_PULLS, MAX_SPEC, spare=2)


def sampler_of(sampler: Any, options: Any = None, **flat: Any) -> Any:
    """A sampler. sampler: an entry, or a name; options: further ones, as a dictionary or its JSON; flat: values of `FLAT`.

    Of an entry, what is given beside it takes the place of what it says. Flat values of other samplers are passed over.

    Raises:
        RecipeError: naming the option.
    """
    name = sampler if isinstance(sampler, str) else type(sampler).__name__
    own = FLAT.get(name, ())
    held = (
        {}
        if isinstance(sampler, str)
        else {option.name: getattr(sampler, option.name) for option in options_of(type(sampler))}
    )
    spec = load("sampler_options", options)
    if spec in ("", None):
        spec = {}
    if not isinstance(spec, Mapping):
        raise RecipeError("sampler_options", short(spec), "dictionary", example='{"variable": "noise"}')
    if wrong := next((each for each in spec if each in (*own, "name")), None):
        raise RecipeError(f"sampler_options.{wrong}", short(spec[wrong]), "only_of", names=further(name), name=name)
    if options is not None:
        held = {each: held[each] for each in own if each in held}
    held |= {each: value for each, value in flat.items() if each in own}
    return entry_of("sampler_options", {"name": name, **held, **spec}, SAMPLERS)


def further(sampler: str) -> list[str]:
    """Names of the sampler's options that are not `FLAT`."""
    return [o.name for o in options_of(SAMPLERS[sampler]) if o.name not in FLAT.get(sampler, ())]


def sampler_fields(spec: Mapping) -> dict[str, Any]:
    """A sampler that is given as one spec, {"name": "DDIM", "eta": 0.5}, as flat fields."""
    name = spec.get("name")
    own = FLAT.get(name, ()) if isinstance(name, str) else ()
    rest = {k: v for k, v in spec.items() if k not in ("name", *own)}
    fields = {"sampler": name} | {k: spec[k] for k in own if k in spec}
    return fields | ({"sampler_options": rest} if rest else {})


def sparse(entry: Any, strength: bool = True) -> dict[str, Any]:
    """The dictionary of an entry without what is at its default. strength: that of a rule is said all the same, or never."""
    return _sparse(to_spec(entry), type(entry), strength)


def _sparse(spec: Mapping[str, Any], kind: type, strength: bool) -> dict[str, Any]:
    own = kind.strength if kind in RULES.values() else ""
    kept = {"name": spec["name"]}
    for option in options_of(kind):
        default = list(option.default) if isinstance(option.default, tuple) else option.default
        if strength and option.name == own or option.name != own and spec[option.name] != default:
            kept[option.name] = spec[option.name]
    for name in inner_names(kind):
        held = _sparse(spec[name], RULES[spec[name]["name"]], strength)
        if held != {"name": PLAIN}:
            kept[name] = held
    return kept


def dumped(value: Any) -> str:
    """Compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def written(field: str, entry: Any) -> str:
    """An entry as compact JSON, a rule without its strength. RecipeError where it holds broken characters."""
    text = dumped(sparse(entry, strength=False))
    try:
        text.encode()
    except UnicodeEncodeError:
        raise RecipeError(field, ascii(text)[:60], "unbroken") from None
    return text
