"""The scripts of the page: what they draw with is defined once, and nothing of them is left to be filled in."""

import re
from pathlib import Path

import studio
from studio.page.scripts import STUDIO, script
from studio.page.theme import head

KIT = (Path(studio.__file__).parent / "page" / "kit.js").read_text(encoding="utf-8")
PANELS = {
    path.name: path.read_text(encoding="utf-8")
    for path in sorted(STUDIO.rglob("*.js"))
    if path.name not in ("kit.js", "page.js")
}


def test_the_kit_is_in_the_head_once_and_before_what_uses_it():
    assert head().count("window.kit = ") == 1 and head().index("window.kit = ") < head().index("window.studio = ")


def test_no_panel_defines_again_what_the_kit_gives():
    given = re.search(r"return \{ (.+) \};", KIT)[1].split(", ")
    assert {"make", "told", "twice", "word"} <= set(given)
    for name, text in PANELS.items():
        again = [each for each in given if re.search(rf"\bfunction {each}\(|\bconst {each} = \(", text)]
        assert not again, f"{name} defines {again}"


def test_words_and_constants_are_filled_in():
    found = script("frontier_plot.js", words={"seed": ("seed", "种子")}, measures={"fidelity": ["agreement"]})
    assert '"种子"' in found and "__WORDS__" not in found and "__MEASURES__" not in found
