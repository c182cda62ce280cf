"""The pictures that a world's networks never saw, small enough to ship: what measuring needs of the data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from .worlds import FOLDER

SHEET, LABELS = "heldout.webp", "heldout.json"
COLUMNS = 20


class Reference(NamedTuple):
    """pictures: (N, 3, H, W) in [−1, 1]; labels: head -> N names; names: what each picture shows, in English."""

    pictures: Tensor
    labels: dict[str, list[str]]
    names: list[str]


def load_reference(world: str | Path = "emoji") -> Reference:
    """The held-out pictures of a world.

    Raises:
        ValueError: a missing or damaged file, by name.
    """
    folder = FOLDER / world / "reference"
    try:
        facts = json.loads((folder / LABELS).read_text("utf-8"))
        sheet = np.asarray(Image.open(folder / SHEET).convert("RGB"))
    except (OSError, ValueError) as error:
        raise ValueError(f"The reference pictures in {folder} cannot be read ({error}).") from error
    size, n = facts["size"], len(facts["names"])
    cells = sheet.reshape(len(sheet) // size, size, COLUMNS, size, 3).swapaxes(1, 2).reshape(-1, size, size, 3)[:n]
    pictures = torch.from_numpy(cells.copy()).permute(0, 3, 1, 2).float() / 127.5 - 1
    return Reference(pictures, facts["labels"], facts["names"])


def write_reference(folder: Path, images: np.ndarray, labels: dict[str, list[str]], names: list[str]) -> None:
    """images: (N, H, H, 3) uint8, written without loss."""
    folder.mkdir(parents=True, exist_ok=True)
    size, rows = images.shape[1], -(-len(images) // COLUMNS)
    cells = np.full((rows * COLUMNS, size, size, 3), 255, np.uint8)
    cells[: len(images)] = images
    sheet = cells.reshape(rows, COLUMNS, size, size, 3).swapaxes(1, 2).reshape(rows * size, COLUMNS * size, 3)
    Image.fromarray(sheet).save(folder / SHEET, lossless=True, method=6)
    facts = dict(size=size, names=names, labels=labels)
    (folder / LABELS).write_text(json.dumps(facts, ensure_ascii=False, indent=0) + "\n", "utf-8")
