"""The sketches to begin with are what the layers of the sheet can hold, and mean what they show."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from pipelines.conditions import extract
from pipelines.conditions.palette import PALETTE
from pipelines.conditions.usual import USUAL
from pipelines.worlds import FOLDER
from studio.tabs.draw.sketches import SIDE, sketches

LAYERS = [(sketch.name, kind, url) for sketch in sketches() for kind, url in sketch.layers.items()]


def opened(url):
    return Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).convert("RGB")


def test_the_crayons_are_the_colours_of_label_maps():
    assert PALETTE == extract.PALETTE


def test_there_are_six_with_names_and_words():
    assert len({sketch.name for sketch in sketches()}) == 6
    known = json.loads((FOLDER / "emoji" / "vocabulary.json").read_text("utf-8"))["words"]
    words = {*known["en"], *known["zh"]}
    for sketch in sketches():
        assert all(sketch.title) and len(set(sketch.prompt)) == 2
        assert all(set(prompt.split()) <= words for prompt in sketch.prompt), "the world does not know the words"
        assert all(layer["strength"] == USUAL[layer["kind"]] for layer in sketch.as_dict()["layers"])


def test_the_usual_strengths_are_of_every_kind_and_within_the_slider():
    assert tuple(USUAL) == extract.KINDS
    assert all(0 < strength <= 1 for strength in USUAL.values())


@pytest.mark.parametrize(("name", "kind", "url"), LAYERS, ids=[f"{name}-{kind}" for name, kind, _ in LAYERS])
def test_a_layer_is_its_own_map(name, kind, url):
    picture = opened(url)
    assert picture.size == (SIDE, SIDE)
    maps = extract.drawn(kind, picture, SIDE)
    assert not extract.is_empty(kind, maps)
    assert np.array_equal(np.asarray(extract.shown(kind, maps)), np.asarray(picture))


def test_every_kind_of_layer_is_shown_once_at_least():
    assert {kind for _, kind, _ in LAYERS} == set(extract.KINDS)
