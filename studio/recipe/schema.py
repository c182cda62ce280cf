"""The recipe for pydantic: a frozen dataclass of it whose errors are our own, and its JSON schema.

The schema says of each field what its declared option says: there is no second place with ranges.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import wraps
from typing import Any

from pydantic import ConfigDict, ValidationError
from pydantic.dataclasses import dataclass

from pipelines import CONDITIONS, PULLS, RULES, SAMPLERS, WRAPPERS
from pipelines.declarations.options import Option, OptionError, options_of

from .conditions import MAX_CONDITIONS
from .faults import faults_of, together
from .specs import MAX_PULLS, further
from .values import MAX_SEED, MAX_SEEDS
from .vocabulary import worlds

# What the fields are that no option declares, and how they may be given.
SAID = {
    "seeds": 'One picture each; a list, or text such as "4 from 100".',
    "rule": 'What w is the strength of: a name, or with options {"name": "Projected", "eta": 0.2}, also inside another, '
    '{"name": "Interval", "low": 0.2, "high": 0.8, "rule": {"name": "Projected"}}; empty: classifier-free.',
    "pulls": 'Further gradients, as [{"name": "Colour", "gamma": 1, "colour": "#e02020"}].',
    "sampler_options": 'Those of the sampler beyond eta, variance and route, as {"variable": "angle"} of Heun.',
    "conditions": 'What is drawn or shown, as [{"name": "ControlNet", "kind": "mask", "drawn": true, "images": '
    '["data:image/png;base64,..."]}], with "strength", "start" and "end": PNG, JPEG or WebP of any size, of which a small '
    'square goes into the recipe. "GlobalPrompt" is a picture to be like.',
    "version": "Of the form of the recipe; older ones are read.",
    "revision": "Of the world that drew it; empty before it is drawn.",
}
SEEDS = {
    "type": "array",
    "items": {"type": "integer", "minimum": 0, "maximum": MAX_SEED},
    "minItems": 1,
    "maxItems": MAX_SEEDS,
    "uniqueItems": True,
}


def model(cls: type) -> type:
    """A frozen pydantic dataclass. Built directly, it raises what its fields raise, all of them at once.

    Inside of another pydantic model or a `TypeAdapter`, the error is pydantic's ValidationError with the same message.
    """
    made = dataclass(cls, frozen=True, config=ConfigDict(extra="forbid"))
    validate = made.__init__

    @wraps(validate)
    def __init__(self, *values, **named):
        try:
            validate(self, *values, **named)
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)
            ours = [told for each in found if isinstance(told := each.get("ctx", {}).get("error"), OptionError)]
            if len(ours) == len(found):
                raise together([fault for each in ours for fault in faults_of(each)]) from None
            first = found[0]
            raise first.get("ctx", {}).get("error") or TypeError(f"{first['loc'][-1]}: {first['msg']}") from None

    made.__init__ = __init__
    return made


def described(schema: dict[str, Any], options: Iterable[Option]) -> dict[str, Any]:
    """pydantic's schema of a recipe, with what its declared options say, and what is allowed in the other fields."""
    fields, schema["description"] = schema["properties"], "Everything that determines a row of pictures."
    for option in options:
        fields[option.name] = of_option(option)
    fields["world"]["enum"] = list(worlds())
    fields["seeds"] |= SEEDS
    fields["rule"] |= _rule() | {"default": None}
    fields["pulls"] |= {
        "type": "array",
        "items": {"oneOf": [_entry(kind) for kind in PULLS.values()]},
        "maxItems": MAX_PULLS,
    }
    fields["sampler_options"] |= {
        "anyOf": [_options(SAMPLERS[name], further(name)) | {"title": name} for name in SAMPLERS],
        "default": {},
    }
    fields["conditions"] |= {
        "type": "array",
        "items": {"oneOf": [_entry(kind) for kind in CONDITIONS.values()]},
        "maxItems": MAX_CONDITIONS,
    }
    fields["version"] |= {"type": "integer", "minimum": 1, "maximum": fields["version"]["default"]}
    fields["revision"] |= {"type": "string"}
    for name, said in SAID.items():
        fields[name]["description"] = said
    return schema


def of_option(option: Option) -> dict[str, Any]:
    """JSON schema of a declared option: its type, range or choices, default, label and help."""
    word = {"type": "string"}
    if option.max_length is not None:
        word["maxLength"] = option.max_length
    number = {"type": "integer" if option.whole else "number", "minimum": option.low, "maximum": option.high}
    several = {"type": "array", "maxItems": option.max_count}
    kinds = {
        "number": number,
        "numbers": several | {"items": number},
        "choice": word | {"enum": list(option.choices)},
        "switch": {"type": "boolean"},
        "text": word,
        "texts": {"anyOf": [word, several | {"items": word}]},
        "colour": word | {"pattern": "^#[0-9a-fA-F]{6}$"},
        "pictures": several | {"items": word | {"description": "a data: address"}},
    }
    said = {"title": option.label or option.name, "description": option.help}
    default = list(option.default) if isinstance(option.default, tuple) else option.default
    return kinds[option.kind] | {"default": default} | {name: text for name, text in said.items() if text}


def _rule() -> dict[str, Any]:
    """A rule's dictionary, its name, or null. Of one inside another only the name is said: it may have all options."""
    inner = {
        "type": "object",
        "properties": {"name": {"enum": list(RULES)}},
        "required": ["name"],
        "description": "Another rule, with the options that are said of it at its name.",
    }
    held = {name: {"rule": inner} for name in WRAPPERS}
    return {
        "anyOf": [
            {"type": "null"},
            {"enum": ["", *RULES]},
            *(_entry(kind, held.get(name, {})) for name, kind in RULES.items()),
        ]
    }


def _entry(kind: type, held: dict[str, Any] | None = None) -> dict[str, Any]:
    """The dictionary of a rule or pull. held: what it holds beside its options."""
    found = _options(kind, [option.name for option in options_of(kind)])
    found["properties"] = {"name": {"const": kind.__name__}} | found["properties"] | (held or {})
    return found | {"required": ["name"], "title": kind.__name__, "description": kind.summary}


def _options(kind: type, names: Iterable[str]) -> dict[str, Any]:
    names = set(names)
    properties = {option.name: of_option(option) for option in options_of(kind) if option.name in names}
    return {"type": "object", "properties": properties, "additionalProperties": False}
