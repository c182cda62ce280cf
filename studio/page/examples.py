"""What the page shows before anything is run: guidance × seed tables, drawn once by the real model.

    python -m studio.page.examples          # draws assets/examples/ again, with the weights that are there

Each column is kept as one strip of its pictures in the model's own size, without loss, beside its recipe and
scores: a picture of an example is to the bit what running its recipe on the same machine gives. Loading needs
no torch.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..engine.metrics import Scores
from ..recipe import Recipe
from ..recipe.vocabulary import worlds
from .table import DEFAULT

if TYPE_CHECKING:
    from PIL.Image import Image

    from ..engine import Engine

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "examples"
INDEX = "examples.json"
LIMIT = 2_000_000  # bytes of everything
SEEDS = (0, 1, 2, 3)
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


def build(
    engine: Engine, folder: Path = FOLDER, prompts: Iterable[dict] | None = None, settings=DEFAULT, seeds=SEEDS
) -> int:
    """Draw the examples and write them. Returns the bytes written.

    prompts: fields of recipes; None for those of every world that is there.

    Raises:
        ValueError: they take more than `LIMIT` bytes.
    """
    if prompts is None:
        prompts = [{"world": world, **words} for world in worlds() for words in PROMPTS.get(world, ())]
    return draw(
        engine,
        folder,
        [[Recipe(**words, **setting._asdict(), seeds=seeds) for setting in settings] for words in prompts],
    )


def draw(engine: Engine, folder: Path, rows: Iterable[list[Recipe]]) -> int:
    """Draw examples, each of several recipes, and write them in place of those of the folder. Returns the bytes written.

    Raises:
        ValueError: they take more than `LIMIT` bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    examples, files = [], {}
    for number, recipes in enumerate(rows):
        columns = []
        for column, frame in engine.columns(recipes):
            if frame.done:
                name = f"{number}-{column}.webp"
                files[name] = frame.pictures
                columns.append(
                    {"recipe": recipes[column].stamped().as_dict(), "scores": asdict(frame.scores), "strip": name}
                )
        examples.append({"columns": columns})
    for old in folder.glob("*.webp"):
        old.unlink()
    for name, pictures in files.items():
        _strip(pictures).save(folder / name, lossless=True, quality=100, method=6)
    partial = folder / (INDEX + ".partial")
    partial.write_text(
        json.dumps({"examples": examples}, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8"
    )
    os.replace(partial, folder / INDEX)
    total = sum((folder / name).stat().st_size for name in [INDEX, *files])
    if total > LIMIT:
        raise ValueError(f"The examples take {total} bytes; allowed: at most {LIMIT}. Take fewer prompts or seeds.")
    return total


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


def _strip(pictures) -> Image:
    from PIL import Image

    width, height = pictures[0].size
    strip = Image.new("RGB", (width * len(pictures), height))
    for place, picture in enumerate(pictures):
        strip.paste(picture, (place * width, 0))
    return strip


def _cut(strip: Image, count: int) -> tuple[Image, ...]:
    width = strip.width // count
    return tuple(strip.crop((place * width, 0, (place + 1) * width, strip.height)) for place in range(count))


def main() -> None:
    from ..engine import Engine
    from .figure import figure

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write")
    arguments = parser.parse_args()
    total = build(Engine(), arguments.out)
    figure(load(arguments.out)[0]).save(arguments.out / "guidance.webp", quality=95, method=6, use_sharp_yuv=True)
    print(f"written: {arguments.out}, {total / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
