"""Every rule, pull and sampler as controls: read from their own declarations, so that a new one appears by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch

from pipelines.declarations.options import options_of
from pipelines.declarations.spec import inner_names, to_spec
from pipelines.guidance import PULLS, RULES
from pipelines.samplers import SAMPLERS

from ...recipe.specs import FLAT
from ...words import WORDS
from .plane import Plane
from .presets import PRESETS
from .run import run
from .setting import Setting

PICTURES = ("It works on pictures, and these are points.", "它处理图片，而这里是点。")
CHINESE = {
    "clip": "平面上没有 CLIP。",
    "clean_clip": "平面上没有 CLIP。",
    "attention": "精确模型没有可扰动的自注意力。",
    "weak": "没有可比较的弱模型。",
    "classifier": "没有分类器。",
    "null": "没有空条件。",
}
KINDS = ("number", "choice")  # options that the Lab has controls for; texts and pictures keep their defaults


def catalogue() -> dict[str, list[dict]]:
    """{"rule": [...], "pull": [...], "sampler": [...]}; see `entry`."""
    return {
        name: [entry(name, kind) for kind in registry.values()]
        for name, registry in (("rule", RULES), ("pull", PULLS), ("sampler", SAMPLERS))
    }


def entry(group: str, kind: type) -> dict:
    """name, options; called, summary, reason: in English and Chinese; inner: the entry it holds, or None.

    reason: why it cannot be used here, or None.
    """
    name = kind.__name__
    return {
        "name": name,
        "called": words(f"rule {name}", name),
        "summary": words(f"about {name}", kind.summary),
        "options": [_option(name, option) for option in options_of(kind) if option.kind in KINDS],
        "inner": _inner(kind),
        "reason": unusable(group, kind),
    }


def words(key: str, english: str) -> tuple[str, str]:
    """The words of a key, or the English ones twice."""
    return WORDS.get(key, (english, english))


def _option(entry_name: str, option) -> dict:
    key = option.name if option.name in FLAT.get(entry_name, ()) else f"option {entry_name}_{option.name}"
    help_key = f"{key}_help" if key == option.name else f"{key} help"
    return {
        "name": option.name,
        "kind": option.kind,
        "default": option.default,
        "low": option.low,
        "high": option.high,
        "step": option.step or (1 if option.whole else 0.05),
        "choices": [(each, *words(f"choice {each}", each)) for each in option.choices],
        "label": words(key, option.label or option.name),
        "help": words(help_key, option.help),
    }


def _inner(kind: type) -> dict | None:
    names = inner_names(kind)
    if not names:
        return None
    default = type(kind.__dataclass_fields__[names[0]].default)
    return {
        "field": names[0],
        "name": default.__name__,
        "called": words(f"rule {default.__name__}", default.__name__),
        "options": [_option(default.__name__, o) for o in options_of(default) if o.kind in KINDS],
    }


def unusable(group: str, kind: type) -> tuple[str, str] | None:
    """Why an entry cannot work on points of a plane, in English and Chinese: it is tried on a few."""
    plane = Plane(tuple(PRESETS["two"]))
    why = kind.unavailable(plane) if hasattr(kind, "unavailable") else None
    if why:
        return why, next((text for need, text in CHINESE.items() if need in kind.needs), PICTURES[1])
    if any(option.kind == "pictures" for option in options_of(kind)):
        return PICTURES
    try:
        spec: dict[str, Any] = to_spec(kind())
        tried = Setting.parse({"components": PRESETS["two"], "steps": 2, "points": 10, group: spec})
        states = run.__wrapped__(replace(tried, at=0.5)).states
        return None if torch.isfinite(states).all() else PICTURES
    except Exception:  # whatever it is, it is no use here
        return PICTURES
