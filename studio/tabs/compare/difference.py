"""How two pictures differ, pixel by pixel, made visible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

FACTORS = (1, 2, 3, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100, 128, 255)


@dataclass(frozen=True)
class Difference:
    """|A − B| of each colour times `factor`, as a picture: black where A and B are equal.

    factor: the largest of `FACTORS` with which nothing is cut off at 255. mean and most: of |A − B|, from 0 to 255.
    share: of the pixels in which any colour differs. resized: whether one of them was enlarged first (Lanczos).
    """

    image: Image
    factor: int
    mean: float
    most: int
    share: float
    resized: bool = False


def difference(a: Image, b: Image) -> Difference:
    """The difference of two pictures; the smaller one is enlarged to the size of the other."""
    from PIL import Image as pillow

    size = max(a.size, b.size)
    same = [each.convert("RGB") if each.size == size else _enlarged(each, size) for each in (a, b)]
    gap = np.abs(np.asarray(same[0], np.int16) - np.asarray(same[1], np.int16))  # (H, W, 3)
    most = int(gap.max(initial=0))
    factor = max(each for each in FACTORS if each * max(most, 1) <= 255)
    image = pillow.fromarray((gap * factor).astype(np.uint8))
    return Difference(image, factor, float(gap.mean()), most, float(gap.any(-1).mean()), a.size != b.size)


def _enlarged(image: Image, size: tuple[int, int]) -> Image:
    from PIL import Image as pillow

    return image.convert("RGB").resize(size, pillow.Resampling.LANCZOS)
