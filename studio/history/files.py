"""The picture files of a history, each under the sha256 of its content, and their thumbnails."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

FOLDER = "pictures"
SIDE = 128  # pixels of a thumbnail


def path_of(folder: Path, name: str) -> Path:
    """Where the file with that hash is, or would be."""
    return folder / FOLDER / name[:2] / f"{name}.png"


def save(folder: Path, content: bytes) -> tuple[str, bool]:
    """The hash of the content, and whether its file is new. It is there whole or not at all. Raises OSError."""
    name = hashlib.sha256(content).hexdigest()
    path = path_of(folder, name)
    if path.is_file() and path.stat().st_size == len(content):
        return name, False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(unfinished, path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    return name, True


def remove(folder: Path, name: str) -> None:
    """Delete a file, if it can be; a history does not fail because a file stays behind."""
    with contextlib.suppress(OSError):
        path_of(folder, name).unlink(missing_ok=True)


def newest(folder: Path, count: int) -> Iterator[tuple[float, bytes]]:
    """Time and content of the newest files, the oldest of them first."""
    found = []
    for path in (folder / FOLDER).glob("??/*.png"):
        try:
            found.append((path.stat().st_mtime, path))
        except OSError:
            continue
    for made, path in sorted(found)[-count:]:
        try:
            yield made, path.read_bytes()
        except OSError:
            continue


def thumbnail(image: Image) -> bytes:
    """A picture at `SIDE` pixels (Lanczos) as WebP, a few KB."""
    from PIL import Image as pillow

    file = io.BytesIO()
    scale = SIDE / max(image.size)
    size = tuple(max(1, round(scale * each)) for each in image.size)
    image.convert("RGB").resize(size, pillow.Resampling.LANCZOS).save(file, "WEBP", quality=84, method=2)
    return file.getvalue()
