"""An example as one picture with words, for places that are not the page: the README, a slide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageColor, ImageDraw, ImageFont

from ..words import WORDS
from .theme import PALETTE

if TYPE_CHECKING:
    from .examples import Example

SCALE, GAP, MARGIN, HEAD, SIDE, LINE = 2, 10, 16, 52, 64, 16
# The font has Latin letters only.
LATIN = {"γ": "gamma", "φ": "phi", "λ": "lambda", "−": "-", " · ": ", ", "–": "-", "→": "to"}
INK, PAPER, FAINT = "#0f172a", "#ffffff", "#64748b"


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
