"""Draws the examples that the page shows before anything is run, and one as a picture with words for other places.

python -m studio.page.redraw          # draws assets/examples/ again, with the weights that are there
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from PIL import Image, ImageColor, ImageDraw, ImageFont

from ..engine import Engine
from ..recipe import Recipe
from ..recipe.vocabulary import worlds
from ..words import WORDS
from .examples import FOLDER, INDEX, PROMPTS, Example, load
from .table import DEFAULT
from .theme import PALETTE

LIMIT = 2_000_000  # bytes of everything
SEEDS = (0, 1, 2, 3)
SCALE, GAP, MARGIN, HEAD, SIDE, LINE = 2, 10, 16, 52, 64, 16
# The font has Latin letters only.
LATIN = {"γ": "gamma", "φ": "phi", "λ": "lambda", "−": "-", " · ": ", ", "–": "-", "→": "to"}
INK, PAPER, FAINT = "#0f172a", "#ffffff", "#64748b"


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


def figure(example: Example) -> Image.Image:
    """Rows are seeds, columns are guidance settings, each under its name and in its colour."""
    first = example.columns[0]
    side = first.pictures[0].width * SCALE
    width = 2 * MARGIN + SIDE + len(example.columns) * (side + GAP) - GAP
    bold, small = ImageFont.load_default(15), ImageFont.load_default(13)
    lines = [_wrapped(titles(column.recipe)[1], small, side) for column in example.columns]
    head = HEAD + LINE * (max(map(len, lines)) - 1)
    height = 2 * MARGIN + head + len(first.pictures) * (side + GAP) - GAP
    whole = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(whole)
    for j, column in enumerate(example.columns):
        x = MARGIN + SIDE + j * (side + GAP)
        name, setting, rule = titles(column.recipe)
        draw.rectangle((x, MARGIN, x + side - 1, MARGIN + 3), fill=ImageColor.getrgb(PALETTE[rule][0]))
        draw.text((x, MARGIN + 9), _fitting(name, bold, side), INK, bold)
        for k, line in enumerate(lines[j]):
            draw.text((x, MARGIN + 28 + LINE * k), line, FAINT, small)
        for i, picture in enumerate(column.pictures):
            place = (x, MARGIN + head + i * (side + GAP))
            whole.paste(picture.resize((side, side), Image.Resampling.LANCZOS), place)
    for i, seed in enumerate(first.recipe.seeds):
        draw.text((MARGIN, MARGIN + head + i * (side + GAP) + side // 2 - 8), f"seed {seed}", FAINT, small)
    return whole


def titles(recipe) -> tuple[str, str, str]:
    """Name of a column; its strengths, modifiers and pulls, with commas; and the rule whose colour it has."""
    name, parts = WORDS[recipe.title][0], recipe.short
    for sign, text in LATIN.items():
        parts = parts.replace(sign, text)
    return name, parts, recipe.kind


def _wrapped(parts: str, font, width: int) -> list[str]:
    """Lines that break after commas, each within the width."""
    lines = [""]
    for part in parts.split(", "):
        longer = f"{lines[-1]}, {part}" if lines[-1] else part
        if lines[-1] and font.getlength(longer) > width:
            lines.append(part)
        else:
            lines[-1] = longer
    return [_fitting(line, font, width) for line in lines]


def _fitting(text: str, font, width: int) -> str:
    """The text, cut where it would run into the next column."""
    short = text
    while font.getlength(short) > width and len(short) > 2:
        short = short[:-2].rstrip() + "."
    return short


if __name__ == "__main__":
    main()
