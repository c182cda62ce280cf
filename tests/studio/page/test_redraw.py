"""The figure has a cell for every picture, in the colour of its rule."""

import pytest
from PIL import Image, ImageColor

from studio.engine.seen import Scores
from studio.page.examples import Column, Example
from studio.page.redraw import GAP, HEAD, MARGIN, SCALE, SIDE, figure, titles
from studio.page.theme import PALETTE
from studio.recipe import Recipe

SETTINGS = [dict(w=0), dict(w=0, gamma_classifier=3), dict(w=0, gamma_clip=40), dict(w=2)]


def test_every_picture_is_in_its_cell():
    colours = [(10 * k, 255 - 10 * k, 128) for k in range(8)]
    columns = [
        Column(
            Recipe(seeds=(3, 4), **s),
            tuple(Image.new("RGB", (16, 16), colours[2 * j + i]) for i in range(2)),
            Scores(2),
        )
        for j, s in enumerate(SETTINGS)
    ]
    whole, side = figure(Example(tuple(columns))), 16 * SCALE
    for j in range(4):
        x = MARGIN + SIDE + j * (side + GAP) + side // 2
        assert whole.getpixel((x, MARGIN + 1)) == ImageColor.getrgb(PALETTE[titles(columns[j].recipe)[2]][0])
        for i in range(2):
            assert whole.getpixel((x, MARGIN + HEAD + i * (side + GAP) + side // 2)) == colours[2 * j + i]


@pytest.mark.parametrize(
    "settings, rule",
    [
        (dict(w=-1), "unconditional"),
        (dict(w=2, gamma_clip=9), "mixed"),
        (dict(w=3), "classifier_free"),
        (dict(w=-1, gamma_classifier=2), "classifier"),
        (dict(w=0), "unguided"),
    ],
)
def test_a_setting_has_the_colour_of_its_rule(settings, rule):
    assert titles(Recipe(**settings))[2] == rule


COLOUR = {"name": "Colour", "gamma": 1.0}
NESTED = {"name": "Interval", "low": 0.1, "rule": {"name": "Rescale", "phi": 0.5, "rule": {"name": "Projected"}}}


@pytest.mark.parametrize(
    "settings, name, parts",
    [
        (dict(w=0), "Unguided", "w = 0 (s = 1)"),
        (dict(w=0, gamma_clip=40), "CLIP", "gamma = 40"),
        (dict(w=7.5, rule=NESTED), "Projected", "w = 7.5, 0.1-0.8, phi = 0.5"),
        (dict(w=0.6, rule="CFGPlusPlus"), "CFG++", "lambda = 0.6"),
        (dict(w=2, rule={"name": "Scheduled"}), "Classifier-free", "w = 0 to 4"),
        (
            dict(w=2, rule={"name": "Scheduled", "rule": {"name": "Perturbed"}}, pulls=[COLOUR, "LabelMap"]),
            "Mixed",
            "Perturbed attention, w = 0 to 4, Colour gamma = 1, Label map gamma = 0.3",
        ),
    ],
)
def test_a_title_names_rule_modifiers_and_pulls(settings, name, parts):
    assert titles(Recipe(**settings))[:2] == (name, parts) and parts.isascii()


def test_a_long_title_takes_lines_and_never_the_next_column():
    recipe = Recipe(seeds=(3,), w=2, rule={"name": "Scheduled", "rule": {"name": "Perturbed"}}, pulls=[COLOUR] * 4)
    columns = [Column(r, (Image.new("RGB", (64, 64), "red"),), Scores(1)) for r in (recipe, Recipe(seeds=(3,)))]
    whole = figure(Example(tuple(columns)))
    assert whole.height > figure(Example(tuple(columns[1:]))).height
    gap = whole.crop((MARGIN + SIDE + 128, 0, MARGIN + SIDE + 128 + GAP, whole.height))
    assert gap.getcolors() == [(GAP * whole.height, (255, 255, 255))]
