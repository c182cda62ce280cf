"""The scripts of the page and its tabs. What they draw with is in studio/page/kit.js, in the head of the page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

STUDIO = Path(__file__).parents[1]  # a script has a name of its own, wherever it lies


def source(*names: str) -> str:
    """Scripts one after another, as they are written."""
    files = {path.name: path for path in STUDIO.rglob("*.js")}
    return "\n".join(files[name].read_text(encoding="utf-8") for name in names)


def script(*names: str, words: Mapping[str, tuple[str, str]] | None = None, **constants: Any) -> str:
    """Scripts one after another, by their names. words and constants stand in them as __WORDS__ and __NAME__."""
    text = source(*names)
    for name, value in {"words": words or {}, **constants}.items():
        text = text.replace(f"__{name.upper()}__", json.dumps(value, ensure_ascii=False))
    return text
