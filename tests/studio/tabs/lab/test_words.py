"""The Lab's words: every one that its scripts ask for is there, in two languages, and the list names all there is."""

import re

from pipelines.guidance import PULLS, RULES
from pipelines.samplers import SAMPLERS
from studio.page.scripts import source
from studio.tabs.lab import components as lab
from studio.tabs.lab.listing import contents, listings
from studio.tabs.lab.presets import PRESETS, SCENES
from studio.words import WORDS
from studio.words.lab import LAB


def test_the_scripts_ask_for_words_that_there_are():
    text = source(*lab.SCRIPTS)
    asked = set(re.findall(r'word\("([^"]+)"', text))
    asked |= (
        {f"scene_{key}" for key in SCENES}
        | {f"scene_{key}_help" for key in SCENES}
        | {f"preset_{key}" for key in PRESETS}
    )
    for array, prefix in (("LAYERS", "layer_"), ("NUMBERS", "number_"), ("CLOUDS", "cloud_")):
        asked |= {prefix + key for key in re.findall(r'"(\w+)"', re.search(rf"const {array} = \[([^\]]+)\]", text)[1])}
    asked |= {f"chart_{key}{end}" for key in re.findall(r'chart\("(\w+)"', text) for end in ("", "_help")}
    asked |= {f"{key}{end}" for key in re.findall(r'sliding\("(\w+)"', text) for end in ("", "_help")}
    for key, options in re.findall(r'picking\("(\w+)", \[([^\]]+)\]', text):
        asked |= {key, f"{key}_help", *(f"{key}_{each}" for each in re.findall(r'"(\w+)"', options))}
    assert len(asked) > 100 and not asked - set(LAB)
    assert not set(re.findall(r"word\(`(\w+)_", text)) - {
        "scene",
        "preset",
        "lab",
        "layer",
        "number",
        "cloud",
        "flow",
        "views",
        "loss_of",
        "field_of",
        "kernel",
        "chart",
    }


def test_every_word_is_in_both_languages_with_the_same_blanks():
    for key, pair in LAB.items():
        assert len(pair) == 2 and all(pair), key
        assert set(re.findall(r"\{(\w+)\}", pair[0])) == set(re.findall(r"\{(\w+)\}", pair[1])), key
        assert WORDS[key] == pair


def test_the_list_has_every_entry_with_its_equation():
    for text in listings():
        for name in (*RULES, *PULLS, *SAMPLERS):
            assert f"### {name}" in text
            at = listings().index(text)
            assert all(WORDS[f"{said} {name}"][at] in text for said in ("rule", "about", "source", "cost"))
        assert text.count("$$") >= 2 * len(RULES)


def test_every_name_above_the_list_leads_to_a_heading_of_it():
    names = re.findall(r'data-entry="(\w+)"', contents())
    assert set(names) >= {*RULES, *PULLS, *SAMPLERS} and len(names) == len(set(names))
    for text in listings():
        headings = re.findall(r"^### (\w+)", text, re.M)
        assert headings == names
