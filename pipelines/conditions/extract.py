"""Local conditions of a picture: its edges, its line art, its silhouette, blocks of its colours, a map of its regions.

One code makes the conditions to train on and those that a person draws or takes from a picture. No torch here: a map is
an array of bytes. The operators are OpenCV's (cv2.Canny: Canny 1986); line art is a difference of
Gaussians with a soft threshold by tanh, as in Winnemöller, Kyprianidis & Olsen 2012.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image

from ..lazy import cv2
from .palette import PALETTE
from .square import WHITE, check_colour, check_map_size, fitted, to_rgb_square

KINDS = ("edges", "lines", "mask", "blocks", "labels")
CHANNELS = {"edges": 1, "lines": 1, "mask": 1, "blocks": 3, "labels": 3}

# A name covers more than one point of colour space: others that are called so, and that would be nearer another name.
ALSO = {
    "white": ((247, 247, 249),),
    "grey": ((222, 222, 226), (205, 208, 212), (100, 102, 108), (175, 185, 200)),
    "black": ((0, 0, 0), (55, 55, 62), (48, 30, 65)),
    "brown": ((85, 50, 30), (165, 110, 70), (110, 70, 60)),
    "red": ((255, 0, 0), (160, 25, 35), (240, 75, 70)),
    "orange": ((255, 165, 0), (225, 100, 20), (235, 160, 85)),
    "yellow": ((255, 255, 0), (252, 240, 205), (255, 230, 130), (225, 180, 40)),
    "green": ((0, 128, 0), (0, 255, 0), (150, 205, 90), (20, 95, 50), (90, 200, 160)),
    "light blue": ((0, 255, 255), (180, 225, 245), (0, 165, 240)),
    "blue": ((0, 0, 255), (25, 50, 120), (20, 20, 140), (60, 135, 200), (75, 150, 245)),
    "purple": ((128, 0, 128), (75, 40, 120), (85, 70, 130), (180, 150, 225), (150, 140, 240)),
    "pink": ((255, 192, 203), (240, 80, 150), (255, 0, 255)),
}
BLOCKS = 8  # a side
CANNY = (60, 140)  # of the norm of OpenCV's 3 × 3 Sobel of a smoothed colour, the strongest channel's
TOLERANCE = 7  # a channel may be this far from the background and still be it
HOLE = 0.03  # of the filled silhouette: a smaller patch of the background's colour is an eye or a tooth
FEW = 6  # pixels at size 64: less is a speck, and no hole
SURE = 48  # what is this far from the background is a thing, however small
INK = 64  # of 255: what is this much darker than paper in some channel was drawn
FAINT = 0.03  # of a pixel: the least part of it that a thin stroke covers


def extract(kind: str, picture: Image.Image | np.ndarray, size: int = 64, background=WHITE) -> np.ndarray:
    """The condition that a picture shows: (size, size, CHANNELS[kind]) uint8.

    edges: 255 on an edge of colour, a pixel wide. lines: ink, 255 the darkest, where the picture is darker than around.
    mask: 255 on the thing, see `_mask`. blocks: 8 × 8 mean colours. labels: of each region the colour of PALETTE.
    background: what alpha and the sides of an oblong picture are filled with, and what the mask leaves out.

    Raises:
        ValueError: an unknown kind, a size that is no multiple of 8 from 8 to 1024, or no picture (see `to_rgb_square`).
    """
    _check_kind(kind)
    size = check_map_size(size)
    return _taken(kind, fitted(to_rgb_square(picture, background), size), check_colour(background))


def extract_all(images: np.ndarray, background=WHITE) -> dict[str, np.ndarray]:
    """Every condition of a data set: (N, S, S, 3) uint8 to kind -> (N, S, S, CHANNELS[kind]) uint8.

    Raises:
        ValueError: another shape or type, or S no side of a map.
    """
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1] != images.shape[2] or images.shape[3] != 3:
        raise ValueError(f"images has shape {images.shape} and type {images.dtype}; allowed: (N, S, S, 3) uint8")
    size, background = check_map_size(images.shape[1]), check_colour(background)
    maps = {kind: np.empty((len(images), size, size, CHANNELS[kind]), np.uint8) for kind in KINDS}
    for place, image in enumerate(images):
        for kind in KINDS:
            maps[kind][place] = _taken(kind, np.ascontiguousarray(image), background)
    return maps


def drawn(kind: str, picture: Image.Image | np.ndarray, size: int = 64, background=WHITE) -> np.ndarray:
    """The condition that a picture IS, read and not extracted: (size, size, CHANNELS[kind]) uint8.

    edges, lines, mask: dark or coloured on white paper, whatever the background; a thin stroke on a large sheet stays.
    blocks: the mean colours. labels: the nearest colour of PALETTE, a pixel of the map the one that covers most of it.
    `drawn(kind, shown(kind, maps), size)` is `maps`.

    Raises:
        ValueError: as `extract`.
    """
    _check_kind(kind)
    size = check_map_size(size)
    if kind in ("edges", "lines", "mask"):
        ink = 255 - to_rgb_square(picture, WHITE).min(2)
        return {"edges": _strokes, "lines": _pen, "mask": _shape}[kind](ink, size)[..., None]
    square = to_rgb_square(picture, background)
    return _blocks(fitted(square, size)) if kind == "blocks" else _majority(_nearest(square), size)


def shown(kind: str, maps: np.ndarray) -> Image.Image:
    """A map as a person sees it, RGB: black on white for edges, lines and masks, else its own colours.

    Raises:
        ValueError: an unknown kind, or a map that is none of that kind.
    """
    maps = _check_map(kind, maps)
    return Image.fromarray(maps if CHANNELS[kind] == 3 else np.repeat(255 - maps, 3, axis=2))


def is_empty(kind: str, maps: np.ndarray, background=WHITE) -> bool:
    """Whether nothing was drawn: no ink, or one colour all over that is the background's.

    Raises:
        ValueError: as `shown`.
    """
    maps = _check_map(kind, maps)
    if CHANNELS[kind] == 1:
        return int(maps.max()) < INK // 2
    paper = np.array(check_colour(background), np.uint8).reshape(1, 1, 3)
    if kind == "labels":
        paper = _colours()[_nearest(paper)]
    return bool((np.abs(maps.astype(int) - paper) <= TOLERANCE).all())


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}; allowed: {', '.join(KINDS)}")


def _check_map(kind: str, maps: np.ndarray) -> np.ndarray:
    _check_kind(kind)
    maps = np.asarray(maps)
    if maps.dtype != np.uint8 or maps.ndim != 3 or maps.shape[2] != CHANNELS[kind] or not maps.size:
        raise ValueError(
            f"maps has shape {maps.shape} and type {maps.dtype}; allowed for {kind}: (S, S, {CHANNELS[kind]}) uint8"
        )
    return maps


def _taken(kind: str, image: np.ndarray, background) -> np.ndarray:
    """Of an image that has the size of the map already."""
    if kind == "edges":
        return cv2.Canny(cv2.GaussianBlur(image, (3, 3), 0.6), *CANNY, L2gradient=True)[..., None]
    if kind == "lines":
        return _lines(image)[..., None]
    if kind == "mask":
        return _mask(image, background)[..., None]
    return _blocks(image) if kind == "blocks" else _labels(image)


def _lines(image: np.ndarray) -> np.ndarray:
    """Ink (S, S), where a narrow mean of the picture is darker than a wide one, in its luma or its darkest channel."""
    scale = max(len(image) / 64, 1)
    grey = image.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    grey = 0.5 * grey + 0.5 * image.min(2)  # a yellow thing on white has hardly a luma, but it has an outline
    narrow = cv2.GaussianBlur(grey, (0, 0), 0.5 * scale)
    wide = cv2.GaussianBlur(grey, (0, 0), 1.6 * scale)
    ink = np.tanh(np.maximum(wide - narrow - 5, 0) / 35) * 255
    return ink.round().astype(np.uint8)


def _mask(image: np.ndarray, background) -> np.ndarray:
    """255 on the thing, 0 on what is around it and in its holes: (S, S).

    Background is what has its colour within the tolerance and joins the border. A patch of that colour inside is a hole
    (of a ring, of a letter) if it is larger than 3 % of the filled silhouette, else the thing's own (an eye, a tooth).
    Where the outline is smooth, the pixels less than half covered are background; so are faint specks, which drawn
    pictures have none of and generated ones have many.
    A picture without a border pixel of the background's colour, but with one colour along most of its border, stands on
    that colour. A part of the thing that has exactly the background's colour and meets it without an outline (a white
    stripe at the rim of a flag) cannot be told from it, and is left out.
    """
    away = np.abs(image.astype(np.int16) - np.array(background, np.int16)).max(2)
    border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]]).astype(np.int16)
    if np.abs(border - np.array(background)).max(1).min() > TOLERANCE:
        main = np.median(border, 0).round()
        if (np.abs(border - main).max(1) <= TOLERANCE).mean() > 0.6:
            away = np.abs(image - main).max(2).astype(np.int16)
    near = np.pad((away <= TOLERANCE).astype(np.uint8), 1, constant_values=1)
    _, parts, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=4)
    outside = parts == parts[0, 0]
    filled = int((~outside).sum())
    least = max(FEW * (len(image) / 64) ** 2, HOLE * filled)
    open_ = stats[:, cv2.CC_STAT_AREA] > least
    open_[0] = False  # label 0 is what is not near
    open_[parts[0, 0]] = True
    empty = open_[parts].astype(np.uint8)[1:-1, 1:-1]
    # A pixel of the rim is a mixture: less than half of the thing's own distance means less than half covered.
    rim = cv2.dilate(empty, np.ones((3, 3), np.uint8)) & (away * 2 < cv2.dilate(away, np.ones((3, 3), np.uint8)))
    thing = np.where(empty | rim, 0, 1).astype(np.uint8)
    _, parts, stats, _ = cv2.connectedComponentsWithStats(thing, connectivity=8)
    kept = stats[:, cv2.CC_STAT_AREA] >= 2 * FEW * (len(image) / 64) ** 2
    kept |= np.bincount(parts.ravel(), away.ravel() >= SURE, len(stats)) > 0
    kept[0] = False
    return np.where(kept[parts], 255, 0).astype(np.uint8)


def _blocks(image: np.ndarray) -> np.ndarray:
    side = len(image) // BLOCKS
    means = image.reshape(BLOCKS, side, BLOCKS, side, 3).mean((1, 3)).round().astype(np.uint8)
    return means.repeat(side, 0).repeat(side, 1)


def _labels(image: np.ndarray) -> np.ndarray:
    """The nearest colour of each pixel after a mean shift, specks given to what is around them."""
    scale = max(len(image) / 64, 1)
    names = _nearest(cv2.pyrMeanShiftFiltering(image, 2 * scale, 30, maxLevel=0))
    specks = np.zeros(names.shape, bool)
    for name in np.unique(names):
        _, parts, stats, _ = cv2.connectedComponentsWithStats((names == name).astype(np.uint8), connectivity=8)
        small = stats[:, cv2.CC_STAT_AREA] < FEW * scale**2
        small[0] = False
        specks |= small[parts]
    while specks.any() and not specks.all():
        votes = _planes(names) * ~specks[..., None]
        around = cv2.boxFilter(votes, -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
        heard = specks & (around.max(2) > 0)
        names[heard] = around[heard].argmax(1)
        specks &= ~heard
    return _colours()[names]


@lru_cache(maxsize=1)
def _colours() -> np.ndarray:
    return np.array(list(PALETTE.values()), np.uint8)


@lru_cache(maxsize=1)
def _table() -> np.ndarray:
    """Place in PALETTE of the colours of a grid, 5 bits a channel: (32, 32, 32)."""
    anchors = [(place, colour) for place, name in enumerate(PALETTE) for colour in (PALETTE[name], *ALSO[name])]
    places = np.array([place for place, _ in anchors], np.uint8)
    steps = (np.arange(32) * 8 + 4).astype(np.uint8)
    grid = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), -1).reshape(-1, 1, 3)
    lab = lambda colours: cv2.cvtColor(colours.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)[:, 0]  # noqa: E731
    points = lab(np.array([[colour] for _, colour in anchors], np.uint8))
    apart = np.square(lab(grid)[:, None] - points).sum(2)
    table = places[apart.argmin(1)].reshape(32, 32, 32)
    for place, colour in anchors:  # a cell's middle may be nearer another; the named colours are themselves
        table[tuple(value >> 3 for value in colour)] = place
    return table


def _nearest(image: np.ndarray) -> np.ndarray:
    """Place in PALETTE of each pixel, nearest in CIE Lab: (H, W) uint8."""
    red, green, blue = (image[..., channel] >> 3 for channel in range(3))
    return _table()[red, green, blue]


def _planes(names: np.ndarray) -> np.ndarray:
    """(H, W) places to (H, W, len(PALETTE)) float32, 1 at its place."""
    return (names[..., None] == np.arange(len(PALETTE))).astype(np.float32)


def _majority(names: np.ndarray, size: int) -> np.ndarray:
    how = cv2.INTER_AREA if len(names) > size else cv2.INTER_NEAREST
    covers = [
        cv2.resize((names == place).astype(np.float32), (size, size), interpolation=how)
        for place in range(len(PALETTE))
    ]
    return _colours()[np.argmax(covers, 0)]


def _covered(ink: np.ndarray, size: int) -> np.ndarray:
    """Part of each pixel of the map that ink covers, (size, size) float32 in [0, 1]."""
    how = cv2.INTER_AREA if len(ink) > size else cv2.INTER_NEAREST
    return cv2.resize((ink >= INK).astype(np.float32), (size, size), interpolation=how)


def _shape(ink: np.ndarray, size: int) -> np.ndarray:
    return np.where(_covered(ink, size) >= 0.5, 255, 0).astype(np.uint8)


def _strokes(ink: np.ndarray, size: int) -> np.ndarray:
    """255 where a stroke runs: what it covers by half, and of a thinner one the pixel that has most of its breadth."""
    part = _covered(ink, size)
    breadths = [
        cv2.boxFilter(part, -1, window, normalize=False, borderType=cv2.BORDER_CONSTANT) for window in ((1, 3), (3, 1))
    ]
    thin = (part >= FAINT) & (part >= 0.4 * np.minimum(*breadths))
    return np.where((part >= 0.5) | thin, 255, 0).astype(np.uint8)


def _pen(ink: np.ndarray, size: int) -> np.ndarray:
    """Ink of the map: between the mean of what a pixel covers and its darkest, so that a thin stroke does not fade."""
    if len(ink) <= size:
        return cv2.resize(ink, (size, size), interpolation=cv2.INTER_NEAREST)
    step = -(-len(ink) // size)
    darkest = cv2.dilate(ink, np.ones((step, step), np.uint8))
    rows = (np.arange(size) * len(ink) + len(ink) // 2) // size
    mean = cv2.resize(ink, (size, size), interpolation=cv2.INTER_AREA)
    return ((mean.astype(np.uint16) + darkest[rows][:, rows]) // 2).astype(np.uint8)
