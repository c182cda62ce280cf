"""Which weights a world has: a short fingerprint of the files that decide what it draws. No torch.

A recipe says what to draw; the same recipe gives the same picture only with the same weights.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from pipelines.networks import MOVED

from . import vocabulary

DIGITS = 12
INDEX = "model_index.json"  # which parts a world has
JUDGES = ("judge", "judge_clip")
SUFFIXES = (".safetensors", ".json", ".txt")
UNHEARD = ("training.json",)  # beside the weights, but nothing reads it when a picture is drawn
BLOCK, BLOCKS = 4096, 64


def revision(world: str, judges: bool = False) -> str:
    """12 hexadecimal digits of the files that a picture of the world depends on; "" for a world without files.

    judges: those that its scores depend on as well, for what keeps scores. Weights count by name, size and 64 blocks
    of 4 KB spread over each file, of which training changes every one. Looked up again when a file has changed.
    """
    return _digest(tuple(_stamps(world, judges)))


def _stamps(world: str, judges: bool) -> Iterator[tuple[str, str, int, int]]:
    """Name, path, size and time of every file."""
    root = vocabulary.WORLDS / vocabulary.DATA_OF.get(world, world)
    names = [root / "vocabulary.json", root / "amed.json", root / INDEX]
    if world in vocabulary.DATA_OF:  # made of the pictures themselves
        names += sorted((root / "reference").glob("thumbnails.*"))
    parts = [*_parts(root), *(JUDGES if judges else ())]
    names += [path for part in parts for path in sorted((root / part).glob("*")) if path.suffix in SUFFIXES]
    for path in names:
        if path.name in UNHEARD:
            continue
        try:
            stat = path.stat()
        except OSError:
            continue
        yield str(path.relative_to(root)), str(path), stat.st_size, stat.st_mtime_ns


def _parts(root: Path) -> list[str]:
    try:
        index = json.loads((root / INDEX).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return sorted(name for name, kind in index.items() if isinstance(kind, list)) if isinstance(index, dict) else []


def _opened(path: Path) -> BinaryIO:
    """A file to read; of the list of parts, modules as they were first called, since where our code lies draws nothing."""
    if path.name != INDEX:
        return path.open("rb")
    text = path.read_bytes()
    for first, now in MOVED.items():
        text = text.replace(f'"{now}"'.encode(), f'"{first}"'.encode())
    return io.BytesIO(text)


@lru_cache(maxsize=32)
def _digest(stamps: tuple[tuple[str, str, int, int], ...]) -> str:
    if not stamps:
        return ""
    found = hashlib.sha256()
    for name, path, size, _ in stamps:
        try:
            with _opened(Path(path)) as file:
                size = file.seek(0, io.SEEK_END)
                found.update(f"{name}\0{size}\0".encode())
                stride = max(BLOCK, -(-size // BLOCKS))
                for start in range(0, size, stride):
                    file.seek(start)
                    found.update(file.read(BLOCK))
        except OSError:
            found.update(f"{name}\0{size}\0".encode())
    return found.hexdigest()[:DIGITS]
