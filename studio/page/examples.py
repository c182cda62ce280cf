"""What the page shows before anything is run: guidance × seed tables, drawn once by the real model (see `redraw`).

Each column is kept as one strip of its pictures in the model's own size, without loss, beside its recipe and
scores: a picture of an example is to the bit what running its recipe on the same machine gives. Loading needs
no torch.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..engine.seen import Scores
from ..recipe import Recipe

if TYPE_CHECKING:
    from PIL.Image import Image

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "examples"
INDEX = "examples.json"
PROMPTS: dict[str, tuple[dict, ...]] = {  # world -> what there is to try; the first is filled in
    "emoji": (
        {"prompt": "red apple"},
        {"prompt": "微笑的猫"},
        {"prompt": "", "category": "fruit"},
        {"prompt": "smiling face"},
        {"prompt": "panda"},
        {"prompt": "a bird", "style": "flat"},
    ),
    "fashion": (
        {"prompt": "sneaker"},
        {"prompt": "连衣裙"},
        {"prompt": "", "category": "bag"},
        {"prompt": "an ankle boot"},
        {"prompt": "T恤"},
    ),
    "latent": (
        {"prompt": "red apple"},
        {"prompt": "微笑的猫"},
        {"prompt": "", "category": "fruit"},
        {"prompt": "panda", "style": "blob"},
        {"prompt": "a bird", "style": "flat"},
    ),
    "memory": (
        {"prompt": "red apple"},
        {"prompt": "", "category": "fruit"},
        {"prompt": "微笑的猫"},
    ),
}


@dataclass(frozen=True)
class Column:
    """One guidance setting: its recipe, one picture a seed in the model's own size, and its scores."""

    recipe: Recipe
    pictures: tuple[Image, ...]
    scores: Scores


@dataclass(frozen=True)
class Example:
    """One prompt under several guidance settings, with the same seeds."""

    columns: tuple[Column, ...]


def load(folder: Path = FOLDER) -> tuple[Example, ...]:
    """The examples in a folder; () when there are none. What is damaged is left out: the page must open."""
    try:
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        found = list(index["examples"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()
    examples = []
    for raw in found:
        try:
            examples.append(_read_example(folder, raw))
        except (OSError, ValueError, KeyError, TypeError, SyntaxError):
            continue
    return tuple(example for example in examples if example.columns)


def _read_example(folder: Path, raw: dict) -> Example:
    from PIL import Image

    columns = []
    for each in raw["columns"]:
        recipe = Recipe.parse(each["recipe"])
        interval = each["scores"]["agreement_ci"]
        scores = Scores(**each["scores"] | {"agreement_ci": tuple(interval) if interval else None})
        with Image.open(folder / Path(each["strip"]).name, formats=["WEBP"]) as strip:
            strip.load()
            columns.append(Column(recipe, _cut(strip, len(recipe.seeds)), scores))
    return Example(tuple(columns))


def _cut(strip: Image, count: int) -> tuple[Image, ...]:
    width = strip.width // count
    return tuple(strip.crop((place * width, 0, (place + 1) * width, strip.height)) for place in range(count))
