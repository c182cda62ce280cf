"""An example as one picture with words, for places that are not the page: the README, a slide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageColor, ImageDraw, ImageFont

from .theme import PALETTE

if TYPE_CHECKING:
    from .examples import Example

SCALE, GAP, MARGIN, HEAD, SIDE = 2, 10, 16, 52, 64
INK, PAPER, FAINT = "#0f172a", "#ffffff", "#64748b"


def figure(example: Example) -> Image.Image:
    """Rows are seeds, columns are guidance settings, each under its name and in its colour."""
    first = example.columns[0]
    side = first.pictures[0].width * SCALE
    width = 2 * MARGIN + SIDE + len(example.columns) * (side + GAP) - GAP
    height = 2 * MARGIN + HEAD + len(first.pictures) * (side + GAP) - GAP
    whole = Image.new("RGB", (width, height), PAPER)
    draw, bold, small = ImageDraw.Draw(whole), ImageFont.load_default(15), ImageFont.load_default(13)
    for j, column in enumerate(example.columns):
        x = MARGIN + SIDE + j * (side + GAP)
        name, setting, rule = titles(column.recipe)
        draw.rectangle((x, MARGIN, x + side - 1, MARGIN + 3), fill=ImageColor.getrgb(PALETTE[rule][0]))
        draw.text((x, MARGIN + 9), name, INK, bold)
        draw.text((x, MARGIN + 28), setting, FAINT, small)
        for i, picture in enumerate(column.pictures):
            place = (x, MARGIN + HEAD + i * (side + GAP))
            whole.paste(picture.resize((side, side), Image.Resampling.LANCZOS), place)
    for i, seed in enumerate(first.recipe.seeds):
        draw.text((MARGIN, MARGIN + HEAD + i * (side + GAP) + side // 2 - 8), f"seed {seed}", FAINT, small)
    return whole


def titles(recipe) -> tuple[str, str, str]:
    """Name and setting of a column, and the rule whose colour it has."""
    if recipe.gamma_classifier and not recipe.gamma_clip and recipe.w in (-1, 0):
        return "Classifier", f"gamma = {recipe.gamma_classifier:g}", "classifier"
    if recipe.gamma_clip and not recipe.gamma_classifier and recipe.w in (-1, 0):
        return "CLIP", f"gamma = {recipe.gamma_clip:g}", "clip"
    if recipe.gamma_clip or recipe.gamma_classifier:
        return "Mixed", f"w = {recipe.w:g}", "mixed"
    if recipe.w == 0:
        return "Unguided", "w = 0", "unguided"
    if recipe.w == -1:
        return "Unconditional", "w = -1", "unconditional"
    return "Classifier-free", f"w = {recipe.w:g} (s = {1 + recipe.w:g})", "classifier_free"
