"""What the Draw tab can do in each world: which networks are told of layers there, and why others are not. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines import CONDITIONS

from ...recipe.availability import lacking
from ...recipe.vocabulary import worlds
from ...words import WORDS
from .layers import KINDS, LIKE, WAYS


def start() -> dict[str, Any]:
    """{"worlds": [[name, English, Chinese]], "ways": world -> way -> {"kinds", "why"}, "reference": world -> why}.

    why: None, or in English and Chinese why it cannot be used there.
    """
    names = worlds()
    return {
        "worlds": [[name, *WORDS.get(f"world {name}", (name, name))] for name in names],
        "ways": {name: {way: {"kinds": list(KINDS), "why": why(way, name)} for way in WAYS} for name in names},
        "reference": {name: why(LIKE, name) for name in names},
    }


def why(condition: str, world: str) -> list[str] | None:
    """Why a condition cannot be used in a world, in English and Chinese; None when it can."""
    needs: Sequence[str] = CONDITIONS[condition].needs
    missing = next((need for need in needs if need in lacking(world)), None)
    return None if missing is None else list(WORDS[f"lacks {missing}"])
