"""Where each row of the table of equations is switched on: `python -m studio.rows [en|zh]` prints the list.

The last tab of the page shows it too, and a test of the browser goes through it.
"""

from __future__ import annotations

import argparse

from .words import LANGUAGES, WORDS, say
from .words.rows import ROWS, Row


def called(key: str, lang: str = "en") -> str:
    """What stands on the page: the word of a key, or of a choice that is a word itself, that word."""
    return say(lang, key) if key in WORDS else key.removeprefix("choice ")


def cells(row: Row, lang: str = "en") -> tuple[str, str, str, str]:
    """Number, what it is, tab, and the way to its control, or what is missing."""
    number, what = str(row.number), say(lang, f"row {row.number}")
    if not row.place:
        return number, what, "–", say(lang, "rows_missing", what=say(lang, f"row {row.number} missing"))
    tab, *steps = row.place
    colon = ": " if lang == "en" else "："
    way = [colon.join(called(key, lang) for key in ((step,) if isinstance(step, str) else step)) for step in steps]
    return number, what, called(tab, lang), " › ".join(way)


def table(lang: str = "en") -> list[tuple[str, ...]]:
    """The heading and all rows."""
    return [
        tuple(say(lang, f"rows_{name}") for name in ("row", "what", "tab", "control")),
        *(cells(r, lang) for r in ROWS),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="Print where each row of the table of equations is switched on.")
    parser.add_argument("lang", nargs="?", choices=LANGUAGES, default="en")
    lines = table(parser.parse_args().lang)
    widths = [max(len(line[k]) for line in lines) for k in range(3)]
    for line in lines:
        print("  ".join((*(text.ljust(width) for text, width in zip(line, widths)), line[3])).rstrip())


if __name__ == "__main__":
    main()
