"""Pictures kept on disk under the hash of their recipe, the revision of their world and the precision: what is there
is not drawn again.

Each picture is a PNG with its recipe inside, there whole or not at all, so that a killed sweep leaves nothing half
written and two studios may share the folder. The files that were not looked at for longest go first.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from ..recipe import Recipe
from ..recipe.precision import FULL, precision
from ..recipe.revision import revision

if TYPE_CHECKING:
    from PIL.Image import Image

LIMIT = 300_000_000  # bytes; a picture of 64 × 64 takes about 6,000
SPARE = 0.9  # share of the limit that is left after cleaning
NO_WORLD = "exact"  # the revision of a world without files


class PictureCache:
    """A folder of pictures.

    folder: None for the user's cache folder. limit: bytes that it may take. `problem` says why nothing can be kept, or
    what was found damaged; "" when all is well.
    """

    def __init__(self, folder: Path | str | None = None, limit: int = LIMIT):
        self.folder, self.limit, self.problem = Path(folder) if folder else default_folder(), limit, ""
        self._size: int | None = None
        self._lock = threading.Lock()

    def path(self, recipe: Recipe) -> Path:
        """Where the picture of a recipe of one seed is, or would be."""
        world, numbers = revision(recipe.world) or NO_WORLD, precision()
        drawn = world if numbers == FULL else f"{world}-{numbers}"
        return self.folder / drawn / recipe.hash[:2] / f"{recipe.hash}.png"

    def get(self, recipe: Recipe) -> Image | None:
        """The picture of a recipe of one seed; None when it is not there, or damaged, and then it is removed."""
        from PIL import Image

        path = self.path(recipe)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        try:
            with Image.open(io.BytesIO(content), formats=["PNG"]) as opened:
                picture = opened.convert("RGB")
        except Exception:  # Pillow raises many kinds for damaged files
            self.problem = f"damaged, drawn again: {path.name}"
            self._remove(path)
            return None
        with contextlib.suppress(OSError):  # a folder that can only be read
            os.utime(path)
        return picture

    def put(self, recipe: Recipe, picture: Image) -> bool:
        """Keep a picture; whether it could be. What was kept before stays in either case."""
        return self._write(self.path(recipe), recipe.to_png(picture))

    def numbers(self, name: str) -> dict | None:
        """What `put_numbers` kept under a name of hexadecimal digits; None when it is not there, or damaged."""
        try:
            found = json.loads(self._numbers(name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def put_numbers(self, name: str, numbers: dict) -> bool:
        """Keep plain numbers; whether they could be."""
        return self._write(self._numbers(name), json.dumps(numbers).encode())

    def _numbers(self, name: str) -> Path:
        return self.folder / "numbers" / name[:2] / f"{name}.json"

    def _write(self, path: Path, content: bytes) -> bool:
        unfinished = ""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, unfinished = tempfile.mkstemp(dir=path.parent, suffix=".part")
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.replace(unfinished, path)
        except OSError as error:
            self.problem = f"{error.strerror or error}: {self.folder}"
            if unfinished:
                self._remove(Path(unfinished))
            return False
        with self._lock:
            self._size = None if self._size is None else self._size + len(content)
        self._clean()
        return True

    @property
    def size(self) -> int:
        """Bytes of all files."""
        with self._lock:
            if self._size is None:
                self._size = sum(size for _, size, _ in self._files())
            return self._size

    def _clean(self) -> None:
        if self.size <= self.limit:
            return
        files = sorted(self._files())
        size = sum(each for _, each, _ in files)
        for _, each, path in files:
            if size <= SPARE * self.limit:
                break
            self._remove(path)
            size -= each
        with self._lock:
            self._size = size

    def _files(self) -> list[tuple[float, int, Path]]:
        """(time of last look, bytes, path) of every file; also what a killed process left unfinished."""
        found = []
        for path in self.folder.glob("*/??/*"):
            try:
                stat = path.stat()
            except OSError:
                continue
            found.append((stat.st_mtime, stat.st_size, path))
        return found

    @staticmethod
    def _remove(path: Path) -> None:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def default_folder() -> Path:
    """The user's cache folder, or what STUDIO_CACHE names."""
    from platformdirs import user_cache_path

    named = os.environ.get("STUDIO_CACHE")
    return Path(named) if named else user_cache_path("guidance-studio", appauthor=False) / "sweeps"
