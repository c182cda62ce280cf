"""Drawings made by hand, as a visitor makes them: strokes and flat shapes in the crayons' colours. No torch.

Each draws on a sheet of 64 × 64 pixels, a pixel as 8 × 8 of a finer one, which is then reduced.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin

from PIL import Image, ImageDraw

from .palette import PALETTE

SIDE = 64
FINE = 8
Pen = ImageDraw.ImageDraw
BLACK, WHITE = (0, 0, 0), (255, 255, 255)


def sheet(draw: Callable[[Pen], None]) -> Image.Image:
    """The fine sheet with the drawing on white: RGB, 512 × 512."""
    paper = Image.new("RGB", (SIDE * FINE, SIDE * FINE), WHITE)
    draw(ImageDraw.Draw(paper))
    return paper


def small(draw: Callable[[Pen], None]) -> Image.Image:
    """The drawing as a picture: RGB, 64 × 64."""
    return sheet(draw).reduce(FINE)


def bird(pen: Pen) -> None:
    """Blue, flying to the right, on orange legs."""
    blue = PALETTE["blue"]
    pen.polygon(_at(50, 12, 61, 17, 50, 22), PALETTE["orange"])
    pen.ellipse(_at(31, 6, 54, 29), blue)
    pen.ellipse(_at(13, 20, 49, 52), blue)
    pen.polygon(_at(20, 29, 3, 22, 6, 40, 20, 44), blue)
    pen.pieslice(_at(10, 14, 40, 46), 0, 160, PALETTE["yellow"])
    pen.ellipse(_at(42, 12, 48, 18), PALETTE["black"])
    for x in (27, 36):
        pen.rectangle(_at(x, 50, x + 2, 61), PALETTE["orange"])


def pear(pen: Pen) -> None:
    """Leaning, and red."""
    red = PALETTE["red"]
    pen.polygon(_at(42, 15, 47, 3, 50, 4, 46, 16), PALETTE["brown"])
    pen.ellipse(_at(8, 27, 45, 61), red)
    pen.ellipse(_at(32, 12, 54, 36), red)
    pen.polygon(_at(14, 31, 36, 14, 52, 32, 40, 55), red)
    pen.ellipse(_at(15, 37, 23, 48), PALETTE["pink"])


def cactus(pen: Pen) -> None:
    """Arms of two heights, in a purple pot."""
    green = PALETTE["green"]
    for left, top, right, bottom in ((26, 4, 38, 48), (7, 22, 16, 36), (46, 10, 55, 28)):
        pen.rounded_rectangle(_at(left, top, right, bottom), (right - left) / 2 * FINE, green)
    pen.rounded_rectangle(_at(7, 29, 32, 37), 4 * FINE, green)
    pen.rounded_rectangle(_at(32, 21, 55, 29), 4 * FINE, green)
    pen.polygon(_at(18, 46, 46, 46, 42, 62, 22, 62), PALETTE["purple"])


def house(pen: Pen) -> None:
    """Yellow with a red roof, on grass."""
    pen.rectangle(_at(14, 30, 50, 57), PALETTE["yellow"])
    pen.polygon(_at(8, 31, 32, 9, 56, 31), PALETTE["red"])
    pen.rectangle(_at(28, 42, 37, 57), PALETTE["brown"])
    pen.rectangle(_at(18, 36, 25, 43), PALETTE["light blue"])
    pen.rectangle(_at(40, 36, 47, 43), PALETTE["light blue"])
    pen.rectangle(_at(4, 57, 60, 61), PALETTE["green"])


def heart(pen: Pen) -> None:
    """Leaning, and purple."""
    lean = 0.4  # radians, clockwise
    curve = [t * pi / 60 for t in range(120)]
    across = [1.6 * 16 * sin(t) ** 3 for t in curve]
    down = [-3 - 1.6 * (13 * cos(t) - 5 * cos(2 * t) - 2 * cos(3 * t) - cos(4 * t)) for t in curve]
    turned = ((x * cos(lean) - y * sin(lean), x * sin(lean) + y * cos(lean)) for x, y in zip(across, down, strict=True))
    pen.polygon(_at(*(32 + value for point in turned for value in point)), PALETTE["purple"])


def star(pen: Pen) -> None:
    """Its outline."""
    corners = []
    for k in range(11):
        angle, reach = pi * k / 5 - pi / 2, 26 if k % 2 == 0 else 11
        corners += [32 + reach * cos(angle), 34 + reach * sin(angle)]
    pen.line(_at(*corners), BLACK, FINE)


def cactus_in_ink(pen: Pen) -> None:
    """The outline of a cactus in its pot."""
    wide = round(1.6 * FINE)
    left = (26, 46, 26, 37, 14, 37, 7, 31, 7, 22, 11, 20, 16, 22, 16, 29, 26, 29, 26, 10, 28, 5, 32, 4)
    right = (36, 5, 38, 10, 38, 21, 46, 21, 46, 13, 50, 10, 55, 13, 55, 23, 48, 29, 38, 29, 38, 46)
    pen.line(_at(*left, *right), BLACK, wide, joint="curve")
    pen.line(_at(18, 46, 46, 46, 42, 61, 22, 61, 18, 46), BLACK, wide, joint="curve")


def bear(pen: Pen) -> None:
    """The head of a bear."""
    brown, black = PALETTE["brown"], PALETTE["black"]
    for x in (14, 50):
        pen.ellipse(_at(x - 11, 5, x + 11, 27), brown)
        pen.ellipse(_at(x - 6, 10, x + 6, 22), PALETTE["pink"])
    pen.ellipse(_at(6, 10, 58, 60), brown)
    pen.ellipse(_at(20, 34, 44, 55), WHITE)
    pen.ellipse(_at(18, 24, 25, 32), black)
    pen.ellipse(_at(39, 24, 46, 32), black)
    pen.ellipse(_at(27, 37, 37, 44), black)


def face(pen: Pen) -> None:
    """A laughing yellow face."""
    black = PALETTE["black"]
    pen.ellipse(_at(6, 6, 58, 58), PALETTE["yellow"])
    pen.ellipse(_at(19, 21, 26, 30), black)
    pen.ellipse(_at(38, 21, 45, 30), black)
    pen.chord(_at(17, 24, 47, 52), 10, 170, black)
    pen.chord(_at(23, 42, 41, 56), 200, 340, PALETTE["red"])


def _at(*values: float) -> list[float]:
    """Places on the fine sheet, of places in pixels."""
    return [FINE * value for value in values]
