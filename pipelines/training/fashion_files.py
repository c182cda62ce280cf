"""The four files of Fashion-MNIST: where they come from, and what is in them."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from pathlib import Path

import numpy as np

PACKAGE = "dataset-fashion-mnist"
INSTALLED = Path("usr/share/datasets/fashion-mnist")  # below /, or below where the package was unpacked
FILES = {
    (part, what): f"{part}-{what}-idx{rank}-ubyte"
    for part in ("train", "t10k")
    for what, rank in (("images", 3), ("labels", 1))
}


def read_idx(path: Path, rank: int) -> np.ndarray:
    """The bytes of an IDX file (LeCun's format), plain or .gz: 00 00 08 rank, the sizes as big-endian int32, data.

    Raises:
        ValueError: another magic number, or another length than the sizes say; it names the file.
    """
    try:
        content = (gzip.open(path) if path.suffix == ".gz" else open(path, "rb")).read()
    except (OSError, EOFError) as error:
        raise ValueError(f"{path} cannot be read ({error}).") from error
    if content[:4] != bytes([0, 0, 8, rank]):
        raise ValueError(
            f"{path} begins with {content[:4].hex(' ') or 'nothing'}; an IDX file of {rank} dimensions "
            f"of bytes begins with 00 00 08 {rank:02x}."
        )
    head = 4 + 4 * rank
    sizes = np.frombuffer(content[4:head].ljust(4 * rank, b"\0"), ">u4").astype(int).tolist()
    if len(content) != head + int(np.prod(sizes, dtype=object)):
        raise ValueError(
            f"{path} has {len(content):,} bytes; its head says {sizes}, which needs "
            f"{head + int(np.prod(sizes, dtype=object)):,}."
        )
    return np.frombuffer(content, np.uint8, offset=head).reshape(sizes)


def file_of(folder: Path, name: str) -> Path:
    """One of `FILES` there, plain or .gz. ValueError without it."""
    found = [path for path in (folder / f"{name}.gz", folder / name) if path.exists()]
    if not found:
        raise ValueError(
            f"{folder} has no {name}.gz; put the four IDX files of Fashion-MNIST there, "
            f"or install the Debian package {PACKAGE}."
        )
    return found[0]


def fetch(cache: Path) -> Path:
    """The folder with the IDX files: of the installed package, or unpacked into `cache`.

    Raises:
        ValueError: no Debian tools, or no such package, and what to do instead.
    """
    for root in (Path("/"), cache):
        if (root / INSTALLED).is_dir():
            return root / INSTALLED
    instead = (
        "put the four IDX files of https://github.com/zalandoresearch/fashion-mnist into a folder and name it: --folder"
    )
    if missing := [tool for tool in ("apt-get", "dpkg") if not shutil.which(tool)]:
        raise ValueError(f"{missing[0]} is missing, which fetches the package {PACKAGE}; {instead}.")
    cache.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["apt-get", "download", PACKAGE], cwd=cache, capture_output=True, text=True)
    packages = sorted(cache.glob(f"{PACKAGE}_*.deb"))
    if done.returncode or not packages:
        raise ValueError(
            f"apt-get download {PACKAGE} failed ({done.stderr.strip()[-300:]}); run apt-get update, or {instead}."
        )
    subprocess.run(["dpkg", "-x", packages[-1], cache], check=True)
    return cache / INSTALLED
