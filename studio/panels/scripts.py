"""The scripts of the panels. What they draw with is in studio/kit.js, in the head of the page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def script(*names: str, words: Mapping[str, tuple[str, str]] | None = None, **constants: Any) -> str:
    """Files of this folder, one after another. words and constants stand in them as __WORDS__ and __NAME__."""
    text = "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in names)
    for name, value in {"words": words or {}, **constants}.items():
        text = text.replace(f"__{name.upper()}__", json.dumps(value, ensure_ascii=False))
    return text
