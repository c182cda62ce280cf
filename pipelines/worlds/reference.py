"""What measuring needs of a world's data, small enough to ship: pictures never trained on, thumbnails of those that
were, and the judge's features of both. `python -m pipelines.training.reference WORLD` writes it."""

from __future__ import annotations

import hashlib
import json
import math
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from .loading import FOLDER, lender

HELD_OUT, THUMBNAILS = "heldout", "thumbnails"
LARGER_EVERY = 8


class Reference(NamedTuple):
    """pictures: (N, 3, H, W) in [−1, 1]; labels: head -> N names; names: what each picture shows, in English."""

    pictures: Tensor
    labels: dict[str, list[str]]
    names: list[str]


class Features(NamedTuple):
    """What a judge sees in the data: train (N, F) and held_out (M, F), float32.

    train: of the pictures that the thumbnails show, in their full size and order, each `every`th of them.
    train_labels, held_out_labels: head -> (N,) or (M,) int, indices into the judge's labels; empty for a CLIP.
    """

    train: np.ndarray
    held_out: np.ndarray
    train_labels: dict[str, np.ndarray] = {}
    held_out_labels: dict[str, np.ndarray] = {}
    every: int = 1


def load_reference(world: str | Path = "emoji") -> Reference:
    """The held-out pictures of a world, in their own size and to the bit.

    Raises:
        ValueError: a missing or damaged file, by name.
    """
    return _load(FOLDER / lender(world, "reference") / "reference", HELD_OUT)


def load_thumbnails(world: str | Path = "emoji") -> Reference:
    """The pictures that a world was trained on, at 32 × 32: (N, 3, 32, 32), each level a few of 255 off at most.

    Raises:
        ValueError: a missing or damaged file, by name.
    """
    return _load(FOLDER / lender(world, "reference") / "reference", THUMBNAILS)


def load_larger(world: str | Path = "emoji") -> Reference:
    """Held-out pictures in the size that the upsampler gives: every `LARGER_EVERY`-th of `load_reference`.

    Raises:
        ValueError: a missing or damaged file, by name.
    """
    return _load(FOLDER / world / "upsampler", HELD_OUT)


def load_features(world: str | Path = "emoji", judge: str = "judge") -> Features:
    """What the world's "judge" or "judge_clip" sees in its data.

    Raises:
        ValueError: a missing or damaged file, or features of another judge than the world's, by name.
    """
    file = _features(lender(world, "reference"), judge)
    try:
        with np.load(file, allow_pickle=False) as opened:
            found = dict(opened)
        low, step, of, every = (found.pop(key) for key in ("low", "step", "judge", "every"))
        parts = {part: low + step * found.pop(part).astype(np.float32) for part in ("train", "held_out")}
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ValueError(f"The judge's features {file} cannot be read ({error}); {_again(world)}") from error
    if of != fingerprint(FOLDER / lender(world, judge) / judge):
        raise ValueError(f"The features {file} are of another judge than {world}'s; {_again(world)}")
    labels = {
        f"{part}_labels": {
            key.removeprefix(f"{part}."): value.astype(int)
            for key, value in found.items()
            if key.startswith(f"{part}.")
        }
        for part in parts
    }
    return Features(**parts, **labels, every=int(every))


def write_features(world: str | Path, features: Features, judge: str = "judge") -> None:
    """Write them in a byte each, compressed, with the fingerprint of the judge that they are of.

    A feature has 256 levels between its least and its largest value in the data: half the size of half precision.
    """
    every = np.concatenate([features.train, features.held_out])
    low = every.min(0).astype(np.float32)
    step = np.maximum((every.max(0) - low) / 255, np.finfo(np.float32).tiny).astype(np.float32)
    arrays = {
        part: np.ascontiguousarray(np.rint((getattr(features, part) - low) / step).clip(0, 255), np.uint8)
        for part in ("train", "held_out")
    } | dict(low=low, step=step)
    arrays |= {
        f"{part}.{head}": value.astype(np.int16)
        for part in ("train", "held_out")
        for head, value in getattr(features, f"{part}_labels").items()
    }
    file = _features(world, judge)
    file.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(file, judge=fingerprint(FOLDER / lender(world, judge) / judge), every=features.every, **arrays)


def _features(world: str | Path, judge: str) -> Path:
    return FOLDER / world / "reference" / f"{judge}.npz"


def fingerprint(folder: Path) -> str:
    """Of a network's weights in its folder: they changed if it did."""
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*.safetensors")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def write_reference(
    folder: Path,
    images: np.ndarray,
    labels: dict[str, list[str]],
    names: list[str],
    part: str = HELD_OUT,
    step: int = 1,
) -> None:
    """One sheet of pictures and a file of what they show.

    Args:
        images: (N, S, S, 3) uint8.
        part: `HELD_OUT` or `THUMBNAILS`.
        step: levels are rounded to this many of 255, white exactly; 1 loses nothing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    n, size, columns = len(images), images.shape[1], _columns(len(images))
    cells = np.full((-(-n // columns) * columns, size, size, 3), 255, np.uint8)
    cells[:n] = np.clip(255 - np.rint((255.0 - images) / step) * step, 0, 255) if step > 1 else images
    sheet = cells.reshape(-1, columns, size, size, 3).swapaxes(1, 2).reshape(-1, columns * size, 3)
    Image.fromarray(sheet).save(folder / f"{part}.webp", lossless=True, method=6, quality=100)  # minutes, once
    facts = dict(size=size, names=_indexed(names), labels={head: _indexed(values) for head, values in labels.items()})
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    (folder / f"{part}.json").write_text(text + "\n", "utf-8")


def _load(folder: Path, part: str) -> Reference:
    try:
        facts = json.loads((folder / f"{part}.json").read_text("utf-8"))
        size, names = facts["size"], _listed(facts["names"])
        labels = {head: _listed(values) for head, values in facts["labels"].items()}
        with Image.open(folder / f"{part}.webp") as opened:
            sheet = np.asarray(opened.convert("RGB"))
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ValueError(
            f"The reference pictures {part} in {folder} cannot be read ({error}); {_again(folder.parent.name)}"
        ) from error
    n = len(names)
    cells = sheet.reshape(len(sheet) // size, size, _columns(n), size, 3).swapaxes(1, 2).reshape(-1, size, size, 3)[:n]
    # In place: they are 100 MB.
    pictures = torch.from_numpy(cells.copy()).permute(0, 3, 1, 2).float().div_(127.5).sub_(1)
    return Reference(pictures, labels, names)


def _indexed(texts: Sequence[str]) -> dict[str, list]:
    """Each text once, and a place among them for every row: a fraction of the size when most are said often."""
    place = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    return dict(texts=list(place), rows=[place[text] for text in texts])


def _listed(indexed: dict[str, list]) -> list[str]:
    return [indexed["texts"][row] for row in indexed["rows"]]


def _columns(n: int) -> int:
    """Pictures in a row of a sheet: as many as there are rows, since no side of a WebP is above 16,383."""
    return max(1, math.isqrt(n - 1) + 1) if n else 1


def _again(world) -> str:
    return f"restore it, or write it again with `python -m pipelines.training.reference {world}`."
