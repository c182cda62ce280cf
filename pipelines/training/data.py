"""The emoji data set: pictures of 1,900 things in five hands (8,600) or in nine, with names, tags and groups in two languages.

python -m pipelines.training.data                                                       # builds .data/emoji.npz
python -m pipelines.training.data --hands 9 --size 128 --out .data/emoji128x9.npz       # what the latent world is trained on
python -m pipelines.training.data --vocabulary assets/worlds/emoji/vocabulary.json      # words the world knows
"""

import argparse
import itertools
import json
import os
import zipfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

import numpy as np

from . import holdout
from .captions import Captions, write_vocabulary
from .taxonomy import ALL_STYLES, GROUPS, STYLES, SUBGROUPS

DATA = Path(".data/emoji.npz")
HANDS = {5: STYLES, 9: ALL_STYLES}
REBUILD = "python -m pipelines.training.data --out {}"
ARRAYS = ("images", "name", "style", "heldout")
TABLES = {"style": STYLES, "group": GROUPS, "subgroup": SUBGROUPS}


@dataclass(frozen=True, eq=False)
class EmojiData:
    """N pictures and what is known about them.

    images: (N, S, S, 3) uint8, on white. name, style: (N,) int, indices into entries and styles. heldout: (N,) bool.
    entries: dicts with en, zh, tags_en, tags_zh, group, subgroup (indices), hexcode, emoji, label (as in the source).
    """

    images: np.ndarray
    name: np.ndarray
    style: np.ndarray
    heldout: np.ndarray
    entries: list[dict]
    styles: list[str]
    groups: list[str]
    subgroups: list[str]
    styles_zh: list[str]
    groups_zh: list[str]
    subgroups_zh: list[str]
    licences: dict[str, str]
    versions: dict[str, str]

    background = 1.0  # white, in [-1, 1]

    @classmethod
    def load(cls, path: str | Path = DATA) -> "EmojiData":
        """Raises FileNotFoundError or ValueError that names the file and the command that rebuilds it."""
        rebuild = f"build it again with: {REBUILD.format(path)}"
        if not Path(path).exists():
            raise FileNotFoundError(f"The data file {path} is missing; {rebuild}")
        try:
            with np.load(path, allow_pickle=False) as file:
                data = cls(**{key: file[key] for key in ARRAYS}, **json.loads(str(file["meta"])))
        except (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
            raise ValueError(f"The data file {path} cannot be read ({error}); {rebuild}") from error
        lengths = {key: len(getattr(data, key)) for key in ARRAYS}
        if len(set(lengths.values())) != 1:
            raise ValueError(f"The data file {path} has fields of different lengths {lengths}; {rebuild}")
        for key, choices in (("name", data.entries), ("style", data.styles)):
            place = getattr(data, key)
            if len(place) and not 0 <= place.min() <= place.max() < len(choices):
                raise ValueError(
                    f"The data file {path} has a {key!r} of {place.min()} to {place.max()}; "
                    f"0 to {len(choices) - 1} are there; {rebuild}"
                )
        return data

    def save(self, path: str | Path) -> None:
        """Write one compressed file, whole or not at all."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        meta = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in ARRAYS}
        partial = path.with_name(path.name + ".partial")
        with open(partial, "wb") as file:
            np.savez_compressed(
                file, **{key: getattr(self, key) for key in ARRAYS}, meta=np.array(json.dumps(meta, ensure_ascii=False))
            )
        os.replace(partial, path)

    def __len__(self) -> int:
        return len(self.images)

    @cached_property
    def train(self) -> np.ndarray:
        """Indices of the pictures to train on, (M,) int."""
        return np.flatnonzero(~self.heldout)

    @cached_property
    def held_out(self) -> np.ndarray:
        """Indices of the pictures never trained on, (N - M,) int."""
        return np.flatnonzero(self.heldout)

    @cached_property
    def group(self) -> np.ndarray:
        """Group of each picture, (N,) int."""
        return np.array([entry["group"] for entry in self.entries], int)[self.name]

    @cached_property
    def subgroup(self) -> np.ndarray:
        """Subgroup of each picture, (N,) int."""
        return np.array([entry["subgroup"] for entry in self.entries], int)[self.name]

    @property
    def truth(self) -> dict[str, np.ndarray]:
        """The label of each picture under each head of `labels`, (N,) int."""
        return {"group": self.group, "subgroup": self.subgroup, "style": self.style}

    @property
    def captions(self) -> Captions:
        """What a person might type for a picture."""
        return Captions(self)

    @property
    def labels(self) -> dict[str, list[str]]:
        """English labels a head, unique over all heads."""
        return {"group": self.groups, "subgroup": self.subgroups, "style": self.styles}

    @property
    def labels_zh(self) -> dict[str, list[str]]:
        """Chinese labels a head, in the order of `labels`."""
        return {"group": self.groups_zh, "subgroup": self.subgroups_zh, "style": self.styles_zh}


def _render(drawing, size: int) -> np.ndarray:
    return drawing.render(size)


def build(cache: Path, size: int = 64, workers: int = 2, hands: int = 5) -> EmojiData:
    """Fetch, match and render everything at `size` pixels in `workers` processes; mark what the hold-out lists name.

    Raises ValueError when the list names a picture that the packages do not have.
    """
    from .sources import PACKAGES, drawings, fetch, read_entries

    tables = TABLES | {"style": HANDS[hands]}
    packages = {key: PACKAGES[key] for key in (*tables["style"], "names")}
    files = {key: fetch(package, cache) for key, package in packages.items()}
    entries = read_entries(files["names"])
    found = drawings(entries, files, tables["style"])
    with ProcessPoolExecutor(workers) as pool:
        images = np.stack(list(pool.map(_render, found, itertools.repeat(size), chunksize=64)))
    index = {entry["hexcode"]: number for number, entry in enumerate(entries)}
    styles = list(tables["style"])
    held = holdout.read() + (holdout.read(holdout.LATER) if hands == 9 else [])
    return EmojiData(
        images=images,
        name=np.array([index[drawing.hexcode] for drawing in found]),
        style=np.array([styles.index(drawing.style) for drawing in found]),
        heldout=mark_held_out([(drawing.hexcode, drawing.style) for drawing in found], held),
        entries=entries,
        **{f"{kind}s": [item.label for item in table.values()] for kind, table in tables.items()},
        **{f"{kind}s_zh": [item.zh for item in table.values()] for kind, table in tables.items()},
        licences={key: f"{package.licence} ({package.credit})" for key, package in packages.items()},
        versions={package.name: package.version for package in packages.values()},
    )


def mark_held_out(pairs: list[holdout.Pair], held: list[holdout.Pair]) -> np.ndarray:
    """(N,) bool: which of the N pairs are held out. Raises ValueError when a held-out pair is none of them."""
    missing = set(held) - set(pairs)
    if missing:
        raise ValueError(f"{holdout.HOLDOUT.name} names pictures that the packages do not have: {sorted(missing)[:5]}.")
    held = set(held)
    return np.array([pair in held for pair in pairs], bool)


def describe(data: EmojiData) -> str:
    """Counts a style and a group, hold-out and licences, as lines to print."""
    lines = [f"{len(data):,} pictures, {len(data.entries):,} names, {len(data.held_out)} held out"]
    for head, place in (("style", data.style), ("group", data.group)):
        counts = Counter(data.labels[head][index] for index in place)
        lines.append(f"{head}: " + ", ".join(f"{label} {counts[label]:,}" for label in data.labels[head]))
    return "\n".join(lines + [f"licence of {key}: {licence}" for key, licence in data.licences.items()])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=DATA, help="file to write, or to read with --vocabulary")
    parser.add_argument("--size", type=int, default=64, help="side of a picture in pixels")
    parser.add_argument(
        "--hands", type=int, choices=list(HANDS), default=5, help="how many styles: the first five, or all nine"
    )
    parser.add_argument("--cache", type=Path, default=Path(".cache/npm"), help="folder that keeps the fetched packages")
    parser.add_argument("--vocabulary", type=Path, help="write the words of an already built file here, as JSON")
    arguments = parser.parse_args()
    if arguments.vocabulary:
        write_vocabulary(EmojiData.load(arguments.out), arguments.vocabulary)
        return
    data = build(arguments.cache, arguments.size, hands=arguments.hands)
    data.save(arguments.out)
    print(describe(data))
    print(f"written: {arguments.out}, {arguments.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
