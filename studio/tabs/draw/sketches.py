"""Six sketches to begin with, as layers of the sheet. No torch."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from PIL import Image

from pipelines.conditions import drawings
from pipelines.conditions.drawings import FINE, SIDE, Pen
from pipelines.conditions.usual import USUAL

BLOCKS = 8
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
    """A sketch: its name and prompt in English and Chinese, and of each layer a picture, as PNG in a data URL."""

    name: str
    title: tuple[str, str]
    prompt: tuple[str, str]
    layers: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """As the page takes it."""
        return self._asdict() | {"layers": self.asked()}

    def asked(self) -> list[dict[str, Any]]:
        """Its layers as the page holds them."""
        common = {"drawn": True, "start": 0.0, "end": 1.0}
        return [
            {"kind": kind, "picture": picture, "strength": USUAL[kind], **common}
            for kind, picture in self.layers.items()
        ]


@lru_cache(maxsize=1)
def sketches() -> tuple[Sketch, ...]:
    """The six; the first one stands on the sheet when the page opens."""
    return (
        Sketch("house", ("House", "房子"), ("house", "房子"), {"labels": _flat(drawings.house)}),
        Sketch(
            "bear", ("Bear", "熊"), ("bear", "熊"), {"mask": _shape(drawings.bear), "blocks": _blocks(drawings.bear)}
        ),
        Sketch("star", ("Star", "星星"), ("glowing star", "闪亮的星星"), {"edges": _edges(drawings.star)}),
        Sketch("cactus", ("Cactus", "仙人掌"), ("cactus", "仙人掌"), {"lines": _ink(drawings.cactus_in_ink)}),
        Sketch("heart", ("Heart", "心"), ("red heart", "红心"), {"mask": _shape(drawings.heart)}),
        Sketch("face", ("Face", "脸"), ("grinning face", "笑脸"), {"labels": _flat(drawings.face)}),
    )


def _ink(draw: Callable[[Pen], None]) -> str:
    return _url(drawings.sheet(draw).convert("L").reduce(FINE))


def _shape(draw: Callable[[Pen], None]) -> str:
    """All that is not paper: a large white part is a hole, as in the silhouettes that the network learned from."""
    ink = drawings.sheet(draw).convert("L").point(lambda v: 0 if v < 255 else 255)
    return _url(ink.reduce(FINE).point(lambda v: 0 if v < 128 else 255))


def _edges(draw: Callable[[Pen], None]) -> str:
    return _url(drawings.sheet(draw).convert("L").reduce(FINE).point(lambda v: 0 if v < 150 else 255))


def _flat(draw: Callable[[Pen], None]) -> str:
    """In the crayons' own colours: a pixel is what stands in its middle."""
    return _url(drawings.sheet(draw).resize((SIDE, SIDE), Image.Resampling.NEAREST))


def _blocks(draw: Callable[[Pen], None]) -> str:
    """8 × 8 mean colours."""
    small = drawings.sheet(draw).reduce(FINE * SIDE // BLOCKS)
    return _url(small.resize((SIDE, SIDE), Image.Resampling.NEAREST))


def _url(picture: Image.Image) -> str:
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode('ascii')}"
