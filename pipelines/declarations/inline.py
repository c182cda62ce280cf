"""Small pictures inside options: as texts, "data:image/png;base64,...", so that a recipe can carry them."""

from __future__ import annotations

import base64
import io
from functools import lru_cache

import numpy as np
from PIL import Image

from ..lazy import Tensor, functional, torch
from .phrases import Phrase

PREFIX = "data:image/png;base64,"
MAX_SIDE = 256
MAX_TEXT = 400_000


class PictureError(ValueError):
    """What no option can hold as a picture. `.value` and `.allowed` say what it is and what is allowed.

    allowed: the kind of a `Phrase`, which `values` fill.
    """

    def __init__(self, value: str, allowed: str, /, **values):
        self.value, self.allowed = value, Phrase(allowed, **values)
        super().__init__(f"{value} is not allowed; allowed: {self.allowed}")


def as_url(picture: str | Image.Image | Tensor) -> str:
    """The text of a picture: itself when it is one already, else of a PIL picture or a (3, H, W) tensor in [−1, 1].

    Raises:
        PictureError: neither of these, more than 256 pixels a side, or a text that holds no PNG.
    """
    if isinstance(picture, str):
        _decoded(picture)
        return picture
    if hasattr(picture, "detach"):  # a tensor
        if picture.ndim != 3 or picture.shape[0] != 3 or not picture.isfinite().all():
            raise PictureError(Phrase("given_tensor", shape=tuple(picture.shape)), "picture_tensor")
        array = ((picture.detach().float().cpu().clamp(-1, 1) / 2 + 0.5) * 255).round().byte()
        picture = Image.fromarray(array.permute(1, 2, 0).numpy())
    if not isinstance(picture, Image.Image):
        raise PictureError(Phrase("given_type", type=type(picture).__name__), "picture_forms", prefix=PREFIX)
    _small_enough(picture)
    held = io.BytesIO()
    _on_white(picture).save(held, "PNG", optimize=True)
    return PREFIX + base64.b64encode(held.getvalue()).decode("ascii")


def as_tensor(urls: tuple[str, ...], shape: tuple[int, ...], like: Tensor | None = None) -> Tensor:
    """Pictures of these texts, resized to (H, W) of `shape`: (N, 3, H, W) in [−1, 1], with the type of `like`."""
    stack = [torch.from_numpy(_decoded(url)).permute(2, 0, 1).float()[None] / 127.5 - 1 for url in urls]
    size = tuple(shape[-2:])
    batch = torch.cat(
        [p if p.shape[-2:] == size else functional.interpolate(p, size, mode="bicubic", antialias=True) for p in stack]
    )
    return batch.clamp(-1, 1) if like is None else batch.clamp(-1, 1).to(like)


def picture_of(url: str) -> Image.Image:
    """The picture, RGB, on white."""
    return Image.fromarray(_decoded(url))


def size_of(url: str) -> tuple[int, int]:
    """(H, W) of the picture."""
    return _decoded(url).shape[:2]


@lru_cache(maxsize=64)
def _decoded(url: str) -> np.ndarray:
    """(H, W, 3) bytes."""
    if not url.startswith(PREFIX):
        raise PictureError(url[:40], "picture_text", prefix=PREFIX)
    if len(url) > MAX_TEXT:
        raise PictureError(Phrase("given_text", count=len(url)), "characters", most=MAX_TEXT)
    try:
        with Image.open(io.BytesIO(base64.b64decode(url[len(PREFIX) :], validate=True)), formats=["PNG"]) as opened:
            _small_enough(opened)
            return np.array(_on_white(opened))
    except PictureError:
        raise
    except Exception as error:  # Pillow raises many kinds for damaged files
        raise PictureError(Phrase("given_png", reason=reason(error)), "whole_png") from None


def reason(error: Exception) -> str:
    """Why a picture cannot be read, in a word or two. What Pillow says may hold addresses in memory."""
    return "truncated" if "truncated" in str(error) else type(error).__name__


def _small_enough(picture: Image.Image) -> None:
    if max(picture.size) > MAX_SIDE:
        raise PictureError(
            Phrase("given_pixels", width=picture.width, height=picture.height), "picture_side", most=MAX_SIDE
        )


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        picture = Image.new("RGBA", layer.size, "white")
        picture.alpha_composite(layer)
    return picture.convert("RGB")
