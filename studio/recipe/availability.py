"""Which parts a world has, read from its files: what cannot work in it is said before anything is loaded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pipelines import PULLS, RULES
from pipelines.declarations.declared import REASONS, SIDES

from . import vocabulary

PARTS = ("clip", "classifier", "weak", "clean_classifier", "clean_clip", *SIDES)  # that a world may do without
# Worlds without a folder.
MADE = {
    "memory": frozenset({"clip", "weak", "attention", "maps", "clean_classifier", "clean_clip", "conditions", *SIDES})
}


def lacking(world: str) -> frozenset[str]:
    """Names of the parts, keys of `REASONS`, that a world does not have; none when its files do not say."""
    if world in MADE:
        return MADE[world]
    index = _read(world, "model_index.json")
    if not index.get("unet"):
        return frozenset()
    absent = {part for part in PARTS if not (index.get(part) or [None])[0]}
    if absent.issuperset(SIDES):
        absent.add("conditions")
    unet = _read(world, "unet/config.json")
    blocks = [*(unet.get("down_block_types") or ()), *(unet.get("up_block_types") or ()), unet.get("mid_block_type")]
    if unet and not any("CrossAttn" in str(block) for block in blocks):
        absent.add("attention")
    return frozenset(absent)


def why_not(needs, world: str) -> str | None:
    """Why something with these needs cannot work in a world, as a sentence; None when it can."""
    absent = lacking(world)
    return next((REASONS[need] for need in needs if need in absent), None)


def unavailable(world: str) -> dict[str, str]:
    """The rules that cannot work in a world, each with the reason."""
    return _unavailable(RULES, world)


def unavailable_pulls(world: str) -> dict[str, str]:
    """The same of the pulls."""
    return _unavailable(PULLS, world)


def _unavailable(registry: Mapping[str, type], world: str) -> dict[str, str]:
    found = {name: why_not(kind.needs, world) for name, kind in registry.items()}
    return {name: reason for name, reason in found.items() if reason}


def _read(world: str, name: str) -> dict[str, Any]:
    try:
        found = json.loads((vocabulary.WORLDS / world / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
