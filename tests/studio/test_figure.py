"""The figure has a cell for every picture, in the colour of its rule."""

import pytest
from PIL import Image, ImageColor

from studio.examples import Column, Example
from studio.figure import GAP, HEAD, MARGIN, SCALE, SIDE, figure, titles
from studio.metrics import Scores
from studio.recipe import Recipe
from studio.theme import PALETTE

SETTINGS = [dict(w=0), dict(w=0, gamma_classifier=3), dict(w=0, gamma_clip=40), dict(w=2)]


def test_every_picture_is_in_its_cell():
    colours = [(10 * k, 255 - 10 * k, 128) for k in range(8)]
    columns = [
        Column(Recipe(seeds=(3, 4), **s), tuple(Image.new("RGB", (16, 16), colours[2 * j + i]) for i in range(2)), Scores(2))
        for j, s in enumerate(SETTINGS)
    ]
    whole, side = figure(Example(tuple(columns))), 16 * SCALE
    for j in range(4):
        x = MARGIN + SIDE + j * (side + GAP) + side // 2
        assert whole.getpixel((x, MARGIN + 1)) == ImageColor.getrgb(PALETTE[titles(columns[j].recipe)[2]][0])
        for i in range(2):
            assert whole.getpixel((x, MARGIN + HEAD + i * (side + GAP) + side // 2)) == colours[2 * j + i]


@pytest.mark.parametrize("settings, rule", [(dict(w=-1), "unconditional"), (dict(w=2, gamma_clip=9), "mixed"), (dict(w=3), "classifier_free"),
                                            (dict(w=-1, gamma_classifier=2), "classifier"), (dict(w=0), "unguided")])
def test_a_setting_has_the_colour_of_its_rule(settings, rule):
    assert titles(Recipe(**settings))[2] == rule
