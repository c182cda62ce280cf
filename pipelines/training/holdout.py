"""The (thing, style) pairs that nothing is trained on: a list in the repository, read and never drawn anew.

The styles "fluent" and "3d" are often two prints of one model: a picture held out in one may have its near twin
trained on in the other. So the list tests a known thing in a style it was never seen in, not a thing never seen.

`python -m pipelines.training.holdout` shows how the list was made; it refuses to overwrite one.
"""

import argparse
import csv
import random
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

HOLDOUT = Path(__file__).with_name("holdout.csv")
Pair = tuple[str, str]


def read(path: Path = HOLDOUT) -> list[Pair]:
    """[(hexcode, style), ...]. Raises FileNotFoundError or ValueError that names the file and the line."""
    if not Path(path).exists():
        raise FileNotFoundError(f"The hold-out list {path} is missing; it belongs to the repository, restore it from there.")
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows, start=2):
        if not row.get("hexcode") or not row.get("style"):
            raise ValueError(f"{path}, line {number}: needs 'hexcode' and 'style', got {row}.")
    pairs = [(row["hexcode"], row["style"]) for row in rows]
    if len({code for code, _ in pairs}) != len(pairs):
        raise ValueError(f"{path}: a thing is held out in at most one style, but some hexcode is listed twice.")
    return pairs


def draw(pairs: Iterable[Pair], count: int = 400, seed: int = 0, styles: int = 4) -> list[Pair]:
    """`count` of the pairs, at most one a thing, among things that exist in at least `styles` styles."""
    drawn_in = defaultdict(list)
    for code, style in pairs:
        drawn_in[code].append(style)
    rng = random.Random(seed)
    common = sorted(code for code, found in drawn_in.items() if len(found) >= styles)
    if count > len(common):
        raise ValueError(f"Cannot hold out count={count}: only {len(common)} things exist in {styles} styles or more.")
    return [(code, rng.choice(sorted(drawn_in[code]))) for code in sorted(rng.sample(common, count))]


def main() -> None:
    from .sources import PACKAGES, drawings, fetch, read_entries

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=Path(".cache/npm"), help="folder that keeps the fetched packages")
    arguments = parser.parse_args()
    if HOLDOUT.exists():
        parser.error(f"{HOLDOUT} exists; everything trained so far relies on it.")
    files = {key: fetch(package, arguments.cache) for key, package in PACKAGES.items()}
    entries = read_entries(files["names"])
    name = {entry["hexcode"]: entry["en"] for entry in entries}
    with open(HOLDOUT, "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["hexcode", "style", "name"])
        rows.writerows([code, style, name[code]] for code, style in draw(drawing[:2] for drawing in drawings(entries, files)))


if __name__ == "__main__":
    main()
