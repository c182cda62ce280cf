"""Fashion-MNIST as a world's data: 70,000 grey pictures of ten kinds of clothes (Xiao, Rasul & Vollgraf 2017, MIT).

    python -m pipelines.training.fashion                      # builds .data/fashion.npz
    python -m pipelines.training.fashion --folder FOLDER      # from four IDX files that are there already
    python -m pipelines.training.fashion --vocabulary assets/worlds/fashion/vocabulary.json     # words the world knows

The files come with the Debian package dataset-fashion-mnist, which is fetched and unpacked, not installed. On other
systems put the four files of https://github.com/zalandoresearch/fashion-mnist into a folder.
"""

from __future__ import annotations

import argparse
import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from pathlib import Path

import numpy as np

from .captions import LANGUAGES, article, takes_no_article
from .fashion_files import FILES, fetch, file_of, read_idx

DATA = Path(".data/fashion.npz")
LICENCE = "MIT (Fashion-MNIST, Zalando Research)"
SIDE, HELD_OUT, SEED = 32, 200, 7  # pixels; pictures a class that no training sees; their choice
TRAIN, HELD, TEST = 0, 1, 2  # parts

# English names and Chinese names, the first of each the usual one; in the order of the labels.
CLASSES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "t-shirt": (("t-shirt", "t-shirt/top", "top", "tee"), ("T恤", "短袖", "上衣")),
    "trouser": (("trouser", "trousers", "pants", "jeans"), ("裤子", "长裤")),
    "pullover": (("pullover", "sweater", "jumper"), ("套头衫", "毛衣")),
    "dress": (("dress", "gown"), ("连衣裙", "裙子")),
    "coat": (("coat", "jacket"), ("外套", "大衣")),
    "sandal": (("sandal",), ("凉鞋",)),
    "shirt": (("shirt", "blouse"), ("衬衫", "衬衣")),
    "sneaker": (("sneaker", "trainer", "running shoe"), ("运动鞋", "球鞋")),
    "bag": (("bag", "handbag", "purse"), ("包", "手提包")),
    "ankle boot": (("ankle boot", "boot"), ("短靴", "靴子")),
}
TEMPLATES = {"en": ("{}", "a picture of {}", "a photo of {}"), "zh": ("{}", "{}的图片", "一张{}的照片")}


@dataclass(frozen=True, eq=False)
class FashionData:
    """grey: (N, 32, 32) uint8, black around; label: (N,) int, an index of CLASSES; part: (N,), TRAIN, HELD or TEST."""

    grey: np.ndarray
    label: np.ndarray
    part: np.ndarray

    background = -1.0  # black, in [-1, 1]
    licences = {"fashion": LICENCE}

    @classmethod
    def load(cls, path: str | Path = DATA) -> FashionData:
        """Raises FileNotFoundError or ValueError that names the file and the command that rebuilds it."""
        rebuild = f"build it again with: python -m pipelines.training.fashion --out {path}"
        if not Path(path).exists():
            raise FileNotFoundError(f"The data file {path} is missing; {rebuild}")
        try:
            with np.load(path, allow_pickle=False) as file:
                data = cls(**{key: file[key] for key in ("grey", "label", "part")})
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise ValueError(f"The data file {path} cannot be read ({error}); {rebuild}") from error
        if not len(data.grey) == len(data.label) == len(data.part):
            raise ValueError(f"The data file {path} has fields of different lengths; {rebuild}")
        return data

    def save(self, path: str | Path) -> None:
        """Write one compressed file, whole or not at all."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".partial")
        with open(partial, "wb") as file:
            np.savez_compressed(file, grey=self.grey, label=self.label, part=self.part)
        os.replace(partial, path)

    def __len__(self) -> int:
        return len(self.grey)

    @property
    def images(self) -> np.ndarray:
        """(N, 32, 32, 3) uint8: grey, three times; a view."""
        return np.broadcast_to(self.grey[..., None], (*self.grey.shape, 3))

    @cached_property
    def train(self) -> np.ndarray:
        """Indices of the pictures to train on."""
        return np.flatnonzero(self.part == TRAIN)

    @cached_property
    def held_out(self) -> np.ndarray:
        """Indices of the pictures that trainers are evaluated on."""
        return np.flatnonzero(self.part == HELD)

    @cached_property
    def test(self) -> np.ndarray:
        """Indices of the pictures that only the report sees."""
        return np.flatnonzero(self.part == TEST)

    @property
    def name(self) -> np.ndarray:
        """Index in `entries` of what each picture shows, (N,) int."""
        return self.label

    @property
    def truth(self) -> dict[str, np.ndarray]:
        """The label of each picture under each head of `labels`, (N,) int."""
        return {"class": self.label}

    @property
    def labels(self) -> dict[str, list[str]]:
        """English labels a head."""
        return {"class": list(CLASSES)}

    @property
    def labels_zh(self) -> dict[str, list[str]]:
        """Chinese labels a head."""
        return {"class": [chinese[0] for _, chinese in CLASSES.values()]}

    @property
    def entries(self) -> list[dict]:
        """What there is to show: {"en", "zh"} a class."""
        return [dict(en=english[0], zh=chinese[0]) for english, chinese in CLASSES.values()]

    @property
    def forms(self) -> list[list[str]]:
        """How a text may name each class; the first is its label."""
        return [[*english, *chinese] for english, chinese in CLASSES.values()]

    @property
    def captions(self) -> FashionCaptions:
        """What a person might type for a picture."""
        return FashionCaptions(self)


class FashionCaptions:
    """Texts for a picture: its class, in English or Chinese. There is one depth, the name, and no style."""

    styles: tuple[str, ...] = ()

    def __init__(self, data: FashionData):
        self.data = data

    def draw(self, index: int, rng: np.random.Generator) -> str:
        """One text at random, the languages by their shares."""
        texts = self.texts(index, "name", str(rng.choice(list(LANGUAGES), p=list(LANGUAGES.values()))))
        return texts[rng.integers(len(texts))]

    def name(self, index: int, language: str = "en") -> str:
        """The usual name of a picture's class."""
        return self.data.entries[self.data.label[index]][language]

    def style(self, index: int) -> None:
        """No picture has a style."""

    def texts(self, index: int, depth: str, language: str) -> tuple[str, ...]:
        """Every text in a language; () at any depth but "name"."""
        names = list(CLASSES.values())[self.data.label[index]][list(LANGUAGES).index(language)]
        if depth != "name":
            return ()
        if language == "en":
            names = [
                form
                for name in names
                for form in ([name] if takes_no_article(name) else [name, f"{article(name)} {name}"])
            ]
        return tuple(template.format(name) for template in TEMPLATES[language] for name in names)


def write_vocabulary(data: FashionData, path: Path) -> None:
    """The words of the world as a small JSON file, as `captions.write_vocabulary` writes it; the one head is "class"."""
    names, counts = [], np.bincount(data.label[data.train], minlength=len(CLASSES)).tolist()
    for number, (english, chinese) in enumerate(CLASSES.values()):
        for en, zh in zip_longest(english, chinese):
            name = {"en": en or english[0], "zh": zh or chinese[0], "class": number}
            names.append(name | {"emoji": "", "pictures": counts[number]})
    others = {"en": {"photo", "picture"}, "zh": {"图片", "照片"}}
    words = {language: sorted(more | {name[language] for name in names}) for language, more in others.items()}
    content = {
        "words": words,
        "names": names,
        "labels": {"en": data.labels, "zh": data.labels_zh},
        "styles": {},
        "licences": data.licences,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


def build(folder: Path, side: int = SIDE, held_out: int = HELD_OUT) -> FashionData:
    """Read the four files of `folder`, pad the pictures with black to `side` pixels, choose the held-out ones.

    Raises:
        ValueError: a file that is missing, damaged or does not fit the others, by name.
    """
    greys, labels = [], []
    for part in ("train", "t10k"):
        images = read_idx(file_of(folder, FILES[part, "images"]), 3)
        label = read_idx(file_of(folder, FILES[part, "labels"]), 1)
        if len(images) != len(label):
            raise ValueError(
                f"{folder} has {len(images)} pictures and {len(label)} labels in {part!r}; as many are needed."
            )
        if len(label) and label.max() >= len(CLASSES):
            raise ValueError(f"{folder} has a label {label.max()} in {part!r}; allowed: 0 to {len(CLASSES) - 1}.")
        rims = [(side - size) // 2 for size in images.shape[1:]]
        if min(rims) < 0:
            raise ValueError(f"{folder} has pictures of {images.shape[1:]} pixels in {part!r}; at most {side} fit.")
        greys.append(np.pad(images, [(0, 0), *((rim, side - size - rim) for rim, size in zip(rims, images.shape[1:]))]))
        labels.append(label.astype(np.int64))
    part = np.repeat([TRAIN, TEST], [len(label) for label in labels]).astype(np.int8)
    rng = np.random.default_rng(SEED)
    for number in range(len(CLASSES)):
        part[rng.permutation(np.flatnonzero(labels[0] == number))[:held_out]] = HELD
    return FashionData(np.concatenate(greys), np.concatenate(labels), part)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=DATA, help="file to write, or to read with --vocabulary")
    parser.add_argument("--folder", type=Path, help="folder with the four IDX files, plain or .gz")
    parser.add_argument("--cache", type=Path, default=Path(".cache/fashion"), help="folder that keeps the package")
    parser.add_argument("--vocabulary", type=Path, help="write the words of an already built file here, as JSON")
    options = parser.parse_args(arguments)
    if options.vocabulary:
        write_vocabulary(FashionData.load(options.out), options.vocabulary)
        return
    data = build(options.folder or fetch(options.cache))
    data.save(options.out)
    print(
        f"{len(data):,} pictures in {len(CLASSES)} classes: {len(data.train):,} to train on, "
        f"{len(data.held_out):,} held out, {len(data.test):,} for the report. Licence: {LICENCE}"
    )
    print(f"written: {options.out}, {options.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
