"""Every word that the scripts of the Draw tab ask for is there in both languages."""

import re

from pipelines.conditions.palette import PALETTE
from studio.page.scripts import source
from studio.tabs.draw import components as draw
from studio.words import WORDS
from studio.words.draw import DRAW

SCRIPTS = source(*draw.SCRIPTS)


def test_words_of_the_scripts_are_there():
    asked = set(re.findall(r"[\"'.](draw_[a-z_]+)\b", SCRIPTS)) - {
        "draw_start",
        "draw_look",
        "draw_refused",
        "draw_opened",
        "draw_facts",
    }
    ids = {"draw_status", "draw_run", "draw_slider_", "draw_"}  # of elements
    assert asked - ids <= DRAW.keys()


def test_words_that_scripts_put_together_are_there():
    for kind in ("edges", "lines", "mask", "labels", "blocks"):
        assert {f"draw_{kind}", f"draw_{kind}_help"} <= DRAW.keys()
    for way in ("UniControlNet", "ControlNet", "T2IAdapter"):
        assert {f"way_{way}", f"way_{way}_help"} <= DRAW.keys()
    assert {f"crayon {name}" for name in PALETTE} <= DRAW.keys()


def test_each_is_said_in_both_languages():
    for key in DRAW:
        english, chinese = WORDS[key]
        assert english and chinese, key
        assert set(re.findall(r"{(\w+)}", english)) == set(re.findall(r"{(\w+)}", chinese)), key
