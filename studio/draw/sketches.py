"""Six sketches to begin with, made of strokes and shapes. No torch."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from functools import lru_cache
from math import cos, pi, sin
from typing import Any, NamedTuple

from PIL import Image, ImageDraw

from pipelines.palette import PALETTE

SIDE = 64
FINE = 8  # a pixel is drawn as 8 × 8 and then reduced
BLOCKS = 8
Pen = ImageDraw.ImageDraw
Colour = tuple[int, int, int]
BLACK, WHITE = (0, 0, 0), (255, 255, 255)
FIRST = {  # the setting that the sketches begin with
    "world": "emoji",
    "prompt": "",
    "negative_prompt": "",
    "w": 2.0,
    "w_condition": None,
    "steps": 25,
    "seeds": "0, 1, 2, 3",
    "branches": "both",
}


class Sketch(NamedTuple):
    """A sketch: its name in English and Chinese, what is asked for, and a picture, as PNG in a data URL, a layer."""

    name: str
    title: tuple[str, str]
    prompt: str
    layers: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """As the page takes it."""
        return self._asdict() | {"layers": self.asked()}

    def asked(self) -> list[dict[str, Any]]:
        """Its layers as the page holds them."""
        common = {"drawn": True, "strength": 1.0, "start": 0.0, "end": 1.0}
        return [{"kind": kind, "picture": picture, **common} for kind, picture in self.layers.items()]


@lru_cache(maxsize=1)
def sketches() -> tuple[Sketch, ...]:
    """The six; the first one stands on the sheet when the page opens."""
    return (
        Sketch("fish", ("Fish", "鱼"), "tropical fish", {"mask": _shape(_fish), "blocks": _blocks(_coloured_fish)}),
        Sketch("house", ("House", "房子"), "house", {"labels": _flat(_house)}),
        Sketch("heart", ("Heart", "心"), "sparkling heart", {"mask": _shape(_heart)}),
        Sketch("star", ("Star", "星星"), "glowing star", {"edges": _edges(_star)}),
        Sketch("mug", ("Mug", "杯子"), "hot beverage", {"lines": _ink(_mug)}),
        Sketch("face", ("Face", "脸"), "smiling face", {"labels": _flat(_face)}),
    )


def _fish(pen: Pen, colour: Colour = BLACK) -> None:
    pen.ellipse(_at(6, 18, 48, 47), colour)
    pen.polygon(_at(42, 32, 59, 18, 56, 32, 59, 47), colour)
    pen.polygon(_at(20, 22, 30, 9, 38, 22), colour)


def _coloured_fish(pen: Pen) -> None:
    _fish(pen, PALETTE["orange"])
    pen.rectangle(_at(22, 8, 27, 50), WHITE)
    pen.rectangle(_at(38, 16, 42, 50), WHITE)
    pen.polygon(_at(46, 31, 59, 18, 56, 32, 59, 47), PALETTE["yellow"])


def _house(pen: Pen) -> None:
    pen.rectangle(_at(14, 30, 50, 57), PALETTE["yellow"])
    pen.polygon(_at(8, 31, 32, 9, 56, 31), PALETTE["red"])
    pen.rectangle(_at(28, 42, 37, 57), PALETTE["brown"])
    pen.rectangle(_at(18, 36, 25, 43), PALETTE["light blue"])
    pen.rectangle(_at(40, 36, 47, 43), PALETTE["light blue"])
    pen.rectangle(_at(4, 57, 60, 61), PALETTE["green"])


def _heart(pen: Pen) -> None:
    curve = [t * pi / 60 for t in range(120)]
    across = [16 * sin(t) ** 3 for t in curve]
    down = [13 * cos(t) - 5 * cos(2 * t) - 2 * cos(3 * t) - cos(4 * t) for t in curve]
    pen.polygon(_at(*(v for x, y in zip(across, down, strict=True) for v in (32 + 1.6 * x, 29 - 1.6 * y))), BLACK)


def _star(pen: Pen) -> None:
    corners = []
    for k in range(11):
        angle, reach = pi * k / 5 - pi / 2, 26 if k % 2 == 0 else 11
        corners += [32 + reach * cos(angle), 34 + reach * sin(angle)]
    pen.line(_at(*corners), BLACK, FINE)


def _mug(pen: Pen) -> None:
    wide = round(1.6 * FINE)
    pen.line(_at(14, 22, 16, 54, 20, 57, 40, 57, 44, 54, 46, 22), BLACK, wide, joint="curve")
    pen.ellipse(_at(14, 18, 46, 26), None, BLACK, wide)
    pen.arc(_at(39, 28, 57, 47), -100, 115, BLACK, wide)
    for x in (22, 30, 38):
        pen.arc(_at(x - 2, 4, x + 2, 9), 90, 270, BLACK, wide)
        pen.arc(_at(x - 2, 9, x + 2, 14), -90, 90, BLACK, wide)


def _face(pen: Pen) -> None:
    black = PALETTE["black"]
    pen.ellipse(_at(6, 6, 58, 58), PALETTE["yellow"])
    pen.ellipse(_at(19, 21, 26, 30), black)
    pen.ellipse(_at(38, 21, 45, 30), black)
    pen.chord(_at(17, 24, 47, 52), 10, 170, black)
    pen.chord(_at(23, 42, 41, 56), 200, 340, PALETTE["red"])


def _at(*values: float) -> list[float]:
    """Places on the sheet, in pixels of the fine one."""
    return [FINE * value for value in values]


def _sheet(draw: Callable[[Pen], None]) -> Image.Image:
    sheet = Image.new("RGB", (SIDE * FINE, SIDE * FINE), WHITE)
    draw(ImageDraw.Draw(sheet))
    return sheet


def _ink(draw: Callable[[Pen], None]) -> str:
    return _url(_sheet(draw).convert("L").reduce(FINE))


def _shape(draw: Callable[[Pen], None]) -> str:
    return _url(_sheet(draw).convert("L").reduce(FINE).point(lambda v: 0 if v < 128 else 255))


def _edges(draw: Callable[[Pen], None]) -> str:
    return _url(_sheet(draw).convert("L").reduce(FINE).point(lambda v: 0 if v < 150 else 255))


def _flat(draw: Callable[[Pen], None]) -> str:
    """In the crayons' own colours: a pixel is what stands in its middle."""
    return _url(_sheet(draw).resize((SIDE, SIDE), Image.Resampling.NEAREST))


def _blocks(draw: Callable[[Pen], None]) -> str:
    """8 × 8 mean colours."""
    small = _sheet(draw).reduce(FINE * SIDE // BLOCKS)
    return _url(small.resize((SIDE, SIDE), Image.Resampling.NEAREST))


def _url(picture: Image.Image) -> str:
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode('ascii')}"
