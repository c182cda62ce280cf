"""The recipe for pydantic, and its JSON schema, which says of each field what its declared option says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError, core_schema

from pipelines import CONDITIONS, PULLS, RULES, SAMPLERS, WRAPPERS
from pipelines.declarations.options import Option, OptionError, options_of

from .conditions import MAX_CONDITIONS
from .faults import faults_of
from .flat import FIELDS, OPTIONS, VERSION, Flat
from .specs import MAX_PULLS, further
from .values import MAX_SEED, MAX_SEEDS, short
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


class Described:
    """What pydantic asks of a type, for the recipe: inside of a model or a `TypeAdapter` its errors are pydantic's, each with
    our message and the path to the field."""

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """The JSON schema of `flat`: of each field its type, range or choices, default, label and help."""
        return schema()

    @classmethod
    def __get_pydantic_core_schema__(cls, source, handler):
        def read(value: Any) -> Any:
            if isinstance(value, cls):
                return value
            try:
                return cls.parse(value, budget=None)
            except OptionError as error:
                faults = [_error(each) for each in faults_of(error)]
                raise ValidationError.from_exception_data(cls.__name__, faults) from None

        written = core_schema.plain_serializer_function_ser_schema(cls.flat)
        return core_schema.no_info_plain_validator_function(read, serialization=written)

    @classmethod
    def __get_pydantic_json_schema__(cls, core, handler) -> dict[str, Any]:
        return schema()


def _error(fault: OptionError) -> InitErrorDetails:
    kind = PydanticCustomError("value_error", "{message}", {"message": str(fault)})
    return {"type": kind, "loc": tuple(re.findall(r"[^.\[\]]+", fault.field)), "input": short(fault.value)}


def schema() -> dict[str, Any]:
    """JSON schema of a recipe with one value a control."""
    own = {option.name: of_option(option) for option in OPTIONS.values()}
    own["world"]["enum"] = list(worlds())
    own["seeds"] = SEEDS | {"default": list(Flat.seeds)}
    own["rule"] = _rule() | {"default": None}
    own["pulls"] = {
        "type": "array",
        "items": {"oneOf": [_entry(kind) for kind in PULLS.values()]},
        "maxItems": MAX_PULLS,
        "default": [],
    }
    own["sampler_options"] = {
        "anyOf": [_options(SAMPLERS[name], further(name)) | {"title": name} for name in SAMPLERS],
        "default": {},
    }
    own["conditions"] = {
        "type": "array",
        "items": {"oneOf": [_entry(kind) for kind in CONDITIONS.values()]},
        "maxItems": MAX_CONDITIONS,
        "default": [],
    }
    own["version"] = {"type": "integer", "minimum": 1, "maximum": VERSION, "default": VERSION}
    own["revision"] = {"type": "string", "default": ""}
    for name, said in SAID.items():
        own[name]["description"] = said
    return {
        "title": "Recipe",
        "description": "Everything that determines a row of pictures.",
        "type": "object",
        "properties": {name: {"title": name.replace("_", " ").title()} | own[name] for name in FIELDS},
        "additionalProperties": False,
    }


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
