"""The basic colours of label maps, which are the crayons of a page: alone here, so that a page needs no more than this."""

from __future__ import annotations

PALETTE: dict[str, tuple[int, int, int]] = {
    "white": (255, 255, 255),
    "grey": (150, 155, 160),
    "black": (30, 30, 35),
    "brown": (130, 80, 45),
    "red": (220, 35, 45),
    "orange": (245, 130, 30),
    "yellow": (255, 205, 50),
    "green": (60, 170, 75),
    "light blue": (110, 200, 245),
    "blue": (35, 100, 220),
    "purple": (130, 80, 190),
    "pink": (250, 140, 180),
}
