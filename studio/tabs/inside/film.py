"""The film of a trace: sheets of all its frames for the page, and a GIF or an MP4 to keep."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ...page.table import data_uri
from .trace import Frame, Trace

PER_ROW = 10  # frames side by side on a sheet
SIDE = 256  # pixels of one picture in the film
GAP, CAPTION = 8, 40
SECONDS, PAUSE = 0.12, 1.6  # of one frame, and of the last
RED = np.array([220, 38, 38])
INK, SOFT, LINE, ACCENT = (15, 23, 42), (100, 116, 139), (226, 232, 240), (67, 56, 202)


def sheet(pictures: Sequence[np.ndarray]) -> str:
    """Pictures of one size as one lossless picture, `PER_ROW` in a row, in a data URI. (H, W) or (H, W, 3) uint8."""
    height, width = pictures[0].shape[:2]
    rows = math.ceil(len(pictures) / PER_ROW)
    whole = np.zeros((rows * height, min(len(pictures), PER_ROW) * width, *pictures[0].shape[2:]), np.uint8)
    for place, picture in enumerate(pictures):
        y, x = divmod(place, PER_ROW)
        whole[y * height : (y + 1) * height, x * width : (x + 1) * width] = picture
    file = io.BytesIO()
    Image.fromarray(whole).save(file, "PNG")
    return data_uri("png", file.getvalue())


def over(picture: np.ndarray, heat: np.ndarray) -> np.ndarray:
    """A picture in pale grey under its heat in red. uint8: (H, W, 3) and (H, W) -> (H, W, 3). inside.js does the same."""
    grey = 140 + 0.45 * (picture @ np.array([0.299, 0.587, 0.114]))[..., None]
    share = (heat / 255)[..., None]
    return (grey * (1 - share) + RED * share).round().clip(0, 255).astype(np.uint8)


def stills(trace: Trace) -> list[Image.Image]:
    """Every frame as a picture of its own: x_t, x̂0 and where guidance acts, with the noise level under them."""
    return [_still(trace, frame) for frame in trace.frames]


def gif(trace: Trace) -> bytes:
    """An endless GIF. Its 256 colours a frame are found by octree: by median cut, noise takes a second a frame."""
    octree = Image.Quantize.FASTOCTREE
    first, *others = (still.quantize(256, octree, dither=Image.Dither.NONE) for still in stills(trace))
    pause = [round(1000 * SECONDS)] * len(others) + [round(1000 * PAUSE)]
    file = io.BytesIO()
    first.save(file, "GIF", save_all=True, append_images=others, duration=pause, loop=0)
    return file.getvalue()


def mp4(trace: Trace) -> bytes:
    """H.264 in MP4, as browsers play it. Needs the package av."""
    import av

    pictures = stills(trace)
    pictures += pictures[-1:] * round(PAUSE / SECONDS)
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=round(1 / SECONDS))
        stream.width, stream.height = pictures[0].size
        stream.pix_fmt, stream.options = "yuv420p", {"crf": "18", "preset": "fast"}
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_image(picture)))
        container.mux(stream.encode())
    return file.getvalue()


class Format(NamedTuple):
    """A kind of film. package: what it needs beyond Pillow."""

    write: Callable[[Trace], bytes]
    mime: str
    package: str = ""

    @property
    def missing(self) -> str:
        """The package that is not installed, or ""."""
        return self.package if self.package and find_spec(self.package) is None else ""


FORMATS = {"gif": Format(gif, "image/gif"), "mp4": Format(mp4, "video/mp4", "av")}


def _still(trace: Trace, frame: Frame) -> Image.Image:
    width, height = 3 * SIDE + 2 * GAP, SIDE + CAPTION  # both even, as H.264 wants
    still = Image.new("RGB", (width, height), "white")
    pictures = (frame.x, frame.x0, over(frame.x0, frame.heat))
    for place, picture in enumerate(pictures):
        still.paste(Image.fromarray(picture).resize((SIDE, SIDE), Image.Resampling.LANCZOS), (place * (SIDE + GAP), 0))
    pen, font = ImageDraw.Draw(still), ImageFont.load_default(13)
    a, b = trace.levels[frame.moment]
    noise = f"noise {2 / math.pi * math.atan2(b, a):.2f}"
    step = f"step {frame.moment + 1} of {trace.recipe.steps}" if frame.moment < trace.recipe.steps else "the picture"
    names = (f"x_t   {noise}", "x0 as predicted", "where guidance acts" if frame.peak else "no guidance here")
    for place, name in enumerate(names):
        pen.text((place * (SIDE + GAP) + 2, SIDE + 5), name, INK, font)
    pen.text((width - 2, SIDE + 5), step, SOFT, font, anchor="ra")
    share = frame.moment / max(trace.recipe.steps, 1)
    pen.rectangle((0, height - 6, width, height - 3), LINE)
    pen.rectangle((0, height - 6, share * width, height - 3), ACCENT)
    return still
