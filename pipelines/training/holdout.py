"""The (thing, style) pairs that nothing is trained on: a list in the repository, read and never drawn anew.

The styles "fluent" and "3d" are often two prints of one model: a picture held out in one may have its near twin
trained on in the other. So the list tests a known thing in a style it was never seen in, not a thing never seen.

`python -m pipelines.training.holdout` shows how the lists were made; it refuses to overwrite one.
"""

import argparse
import csv
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

HOLDOUT = Path(__file__).with_name("holdout.csv")
LATER = Path(__file__).with_name("holdout_later.csv")  # pairs of the later hands, of things that HOLDOUT does not name
Pair = tuple[str, str]


def read(path: Path = HOLDOUT) -> list[Pair]:
    """[(hexcode, style), ...]. Raises FileNotFoundError or ValueError that names the file and the line."""
    if not Path(path).exists():
        raise FileNotFoundError(
            f"The hold-out list {path} is missing; it belongs to the repository, restore it from there."
        )
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


def later(pairs: list[Pair], held: list[Pair], styles: Iterable[str], count: int = 160) -> list[Pair]:
    """`count` pairs of the later `styles`, of things that are not in `held` and exist in five styles or more."""
    taken, styles = {code for code, _ in held}, set(styles)
    free = [pair for pair in pairs if pair[0] not in taken]
    counts = Counter(code for code, _ in free)
    return draw((pair for pair in free if pair[1] in styles and counts[pair[0]] >= 5), count, styles=1)


def main() -> None:
    from .sources import PACKAGES, drawings, fetch, read_entries
    from .taxonomy import ALL_STYLES, LATER_STYLES, STYLES

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=Path(".cache/npm"), help="folder that keeps the fetched packages")
    arguments = parser.parse_args()
    if HOLDOUT.exists() and LATER.exists():
        parser.error(f"{HOLDOUT} and {LATER} exist; everything trained so far relies on them.")
    entries = read_entries(fetch(PACKAGES["names"], arguments.cache))
    files = {key: fetch(PACKAGES[key], arguments.cache) for key in ALL_STYLES}
    found = [drawing[:2] for drawing in drawings(entries, files, ALL_STYLES)]
    name = {entry["hexcode"]: entry["en"] for entry in entries}
    if not HOLDOUT.exists():
        write(HOLDOUT, draw(pair for pair in found if pair[1] in STYLES), name)
    if not LATER.exists():
        write(LATER, later(found, read(), LATER_STYLES), name)


def write(path: Path, pairs: Iterable[Pair], names: dict[str, str]) -> None:
    """A list as CSV: hexcode, style and, to be read by people, the name."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["hexcode", "style", "name"])
        rows.writerows([code, style, names[code]] for code, style in pairs)


if __name__ == "__main__":
    main()
