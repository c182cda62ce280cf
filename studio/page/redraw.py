"""Draws the examples that the page shows before anything is run.

python -m studio.page.redraw          # draws assets/examples/ again, with the weights that are there
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from PIL import Image

from ..engine import Engine
from ..recipe import Recipe
from ..recipe.vocabulary import worlds
from .examples import FOLDER, INDEX, PROMPTS, load
from .figure import figure
from .table import DEFAULT

LIMIT = 2_000_000  # bytes of everything
SEEDS = (0, 1, 2, 3)


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


def _strip(pictures) -> Image.Image:
    width, height = pictures[0].size
    strip = Image.new("RGB", (width * len(pictures), height))
    for place, picture in enumerate(pictures):
        strip.paste(picture, (place * width, 0))
    return strip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write")
    arguments = parser.parse_args()
    total = build(Engine(), arguments.out)
    figure(load(arguments.out)[0]).save(arguments.out / "guidance.webp", quality=95, method=6, use_sharp_yuv=True)
    print(f"written: {arguments.out}, {total / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
