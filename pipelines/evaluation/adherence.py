"""How well pictures keep what they were told: measures of maps, each against exact answers in the tests. No torch.

Maps are (N, H, W, c) uint8, as `extract` makes them: taken from what was made, beside what was wanted.
"""

from __future__ import annotations

import numpy as np

from ..conditions.extract import BLOCKS, INK, KINDS, extract
from ..lazy import cv2

SIDE = 64  # of the map that a tolerance in pixels is said of


def mask_iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Intersection over union of two silhouettes, (N,) in [0, 1]; two empty ones are the same. (N, H, W, 1) each.

    Raises:
        ValueError: other shapes or types.
    """
    a, b = (each[..., 0] >= 128 for each in _pair(a, b, 1))
    union = (a | b).sum((1, 2))
    return np.where(union, (a & b).sum((1, 2)) / np.maximum(union, 1), 1.0)


def edge_f1(made: np.ndarray, wanted: np.ndarray, tolerance: float = 2) -> np.ndarray:
    """Harmonic mean of precision and recall of lines, (N,) in [0, 1]. (N, H, W, 1) each.

    Precision: the share of the made line's pixels that have a wanted one within `tolerance`; recall the other way round.
    No pixel is matched one to one, as it is in the boundary benchmark of Martin, Fowlkes & Malik 2004.
    tolerance: a Euclidean distance in pixels of a map of side 64; it grows with the map.
    Two maps without lines are the same; one without lines keeps nothing of the other.

    Raises:
        ValueError: other shapes or types, or a tolerance below 0.
    """
    if not tolerance >= 0:
        raise ValueError(f"tolerance is {tolerance!r}; allowed: numbers from 0")
    made, wanted = (each[..., 0] >= INK for each in _pair(made, wanted, 1))
    reach = tolerance * made.shape[1] / SIDE
    return np.array([_f1(one, other, reach) for one, other in zip(made, wanted, strict=True)], float)


def colour_error(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Mean absolute difference of the mean colours of 8 × 8 blocks of the picture, (N,) in [0, 1]. (N, H, W, 3) each.

    Raises:
        ValueError: other shapes or types, or sides that are no multiples of 8.
    """
    a, b = (_blocks(each) for each in _pair(a, b, 3))
    return np.abs(a - b).mean((1, 2, 3)) / 255


def label_agreement(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Share of the pixels that have the same colour in two maps of regions, (N,) in [0, 1]. (N, H, W, 3) each.

    Raises:
        ValueError: other shapes or types.
    """
    a, b = _pair(a, b, 3)
    return (a == b).all(3).mean((1, 2))


# colour_error is 0 where all is kept, the others are 1.
MEASURES = {
    "edges": edge_f1,
    "lines": edge_f1,
    "mask": mask_iou,
    "blocks": colour_error,
    "labels": label_agreement,
}


def kept(kind: str, pictures: np.ndarray, wanted: np.ndarray, background=(255, 255, 255)) -> np.ndarray:
    """The measure of a kind, see `MEASURES`, of what `extract` finds in pictures. (N,)

    pictures: (N, S, S, 3) uint8. wanted: one map (S, S, c), or one a picture.

    Raises:
        ValueError: as `extract`, or maps of another shape.
    """
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}; allowed: {', '.join(KINDS)}")
    found = np.stack([extract(kind, picture, pictures.shape[1], background) for picture in pictures])
    wanted = np.asarray(wanted)
    return MEASURES[kind](found, np.broadcast_to(wanted, found.shape) if wanted.ndim == 3 else wanted)


def _f1(made: np.ndarray, wanted: np.ndarray, reach: float) -> float:
    if not made.any() or not wanted.any():
        return float(made.any() == wanted.any())
    precision, recall = _near(wanted, reach)[made].mean(), _near(made, reach)[wanted].mean()
    return float(2 * precision * recall / (precision + recall)) if precision + recall else 0.0


def _near(line: np.ndarray, reach: float) -> np.ndarray:
    """Where a line is not farther away than this. (H, W) bool."""
    away = cv2.distanceTransform((~line).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return away <= reach + 1e-3


def _blocks(maps: np.ndarray) -> np.ndarray:
    """(N, H, W, 3) to the means (N, 8, 8, 3)."""
    count, height, width, colours = maps.shape
    if height % BLOCKS or width % BLOCKS:
        raise ValueError(f"maps of {height} × {width} are not allowed; allowed: sides that are multiples of {BLOCKS}")
    return maps.reshape(count, BLOCKS, height // BLOCKS, BLOCKS, width // BLOCKS, colours).mean((2, 4))


def _pair(a, b, channels: int) -> tuple[np.ndarray, np.ndarray]:
    a, b = np.asarray(a), np.asarray(b)
    for name, each in (("a", a), ("b", b)):
        if each.dtype != np.uint8 or each.ndim != 4 or each.shape[3] != channels or each.shape != a.shape:
            raise ValueError(
                f"{name} has shape {each.shape} and type {each.dtype}, beside {a.shape}; "
                f"allowed: two of one shape (N, H, W, {channels}) uint8"
            )
    return a, b
