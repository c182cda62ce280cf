"""Six prompts with what is drawn and shown beside what follows: one picture for the README.

Prompts, drawings and references were chosen before any picture was looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont, ImageOps

from ...conditions import GlobalPrompt, UniControlNet, drawings
from ...conditions.extract import WHITE, shown
from ...conditions.hint import map_of
from ...declarations.inline import as_url, picture_of
from ...guidance import ClassifierFree
from ...worlds.reference import Reference
from .sheets import lettered

SIX = "conditions_six.jpg"
CHOSEN = (  # prompt, drawing, held-out picture (name, style) to be like
    ("bird", drawings.bird, ("turkey", "twemoji")),
    ("pear", drawings.pear, ("green apple", "noto")),
    ("cactus", drawings.cactus, ("deciduous tree", "flat")),
    ("smiling face", drawings.face, ("clown face", "flat")),
    ("house", drawings.house, ("church", "noto")),
    ("heart", drawings.heart, ("heart on fire", "fluent")),
)
KINDS = {"edges": "sketch, as edges", "mask": "mask", "blocks": "colour blocks"}
W, SEED = 2.0, 0
CELL, PAIR, GROUP, HEAD, LABEL = 112, 3, 16, 54, 112
INK, FRAME = "#343a40", "#ced4da"


class Row(NamedTuple):
    """What one row asks for. drawing, like: pictures as `inline.as_url` writes them."""

    prompt: str
    drawing: str
    like: str


class Group(NamedTuple):
    """A title over what is shown, a picture a row, none where nothing is, and what is drawn with it."""

    title: str
    inputs: list[Image.Image]
    made: list[Image.Image]


def chosen(reference: Reference) -> list[Row]:
    """The six rows of a world's held-out pictures. Raises ValueError for a picture that is not among them."""
    held = list(zip(reference.names, reference.labels.get("style", ()), strict=False))
    if missing := [like for _, _, like in CHOSEN if like not in held]:
        raise ValueError(f"{missing[0]} is not among the held-out pictures; the six rows are of the emoji world.")
    return [
        Row(prompt, as_url(drawings.small(draw)), as_url(reference.pictures[held.index(like)]))
        for prompt, draw, like in CHOSEN
    ]


def groups(pipe, rows: Sequence[Row], steps: int) -> list[Group]:
    """Without a condition, each alone, all together. The reference is left out where no network can be told of it."""
    maps = [UniControlNet(kind=kind, images=tuple(row.drawing for row in rows)) for kind in KINDS]
    like = GlobalPrompt(images=tuple(row.like for row in rows))
    able = like.lacks(pipe) is None

    def drawn(*conditions) -> list[Image.Image]:
        return pipe(
            [row.prompt for row in rows],
            rules=[ClassifierFree(W)],
            conditions=conditions,
            seeds=[SEED] * len(rows),
            num_inference_steps=steps,
        ).images

    def seen(kind: str) -> list[Image.Image]:
        side = pipe.picture_shape[-1]
        return [shown(kind, map_of(kind, row.drawing, False, side, WHITE)) for row in rows]

    found = [Group("the prompt alone", [], drawn())]
    found += [Group(title, seen(kind), drawn(told)) for (kind, title), told in zip(KINDS.items(), maps, strict=True)]
    if able:
        found.append(Group("a picture to be like", [picture_of(row.like) for row in rows], drawn(like)))
    title = "all together" if able else "all together\n(no network for\na reference here)"
    return [*found, Group(title, [], drawn(*maps, *([like] if able else [])))]


def six(pipe, rows: Sequence[Row], steps: int) -> Image.Image:
    """A row a prompt, every picture with one seed: framed what is shown, right of it what the model draws with it."""
    found = groups(pipe, rows, steps)
    widths = [CELL * (2 if group.inputs else 1) + (PAIR if group.inputs else 0) for group in found]
    height = len(rows) * (CELL + PAIR) - PAIR
    whole = Image.new("RGB", (LABEL + sum(widths) + GROUP * (len(found) - 1), HEAD + height), "white")
    pen, left = ImageDraw.Draw(whole), LABEL
    for group, width in zip(found, widths, strict=True):
        middle = (left + width / 2, HEAD / 2)
        pen.multiline_text(
            middle, group.title, INK, ImageFont.load_default(12 if "\n" in group.title else 14), "mm", align="center"
        )
        for y, made in enumerate(group.made):
            top = HEAD + y * (CELL + PAIR)
            if group.inputs:
                whole.paste(_framed(group.inputs[y]), (left, top))
            whole.paste(made.convert("RGB").resize((CELL, CELL), Image.Resampling.LANCZOS), (left + width - CELL, top))
        left += width + GROUP
    for y, row in enumerate(rows):
        words, font = lettered(row.prompt)
        pen.text((LABEL - 12, HEAD + y * (CELL + PAIR) + CELL / 2), words, INK, font, "rm")
    return whole


def _framed(picture: Image.Image) -> Image.Image:
    inner = picture.convert("RGB").resize((CELL - 4, CELL - 4), Image.Resampling.LANCZOS)
    return ImageOps.expand(ImageOps.expand(inner, 1, "white"), 1, FRAME)
