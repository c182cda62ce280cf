"""Further pulls as controls of the page: every pull, its pictures, and what the places cannot hold."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipelines import PULLS
from studio.page import thumbnails
from studio.page.forms import SETTING, gathered_setting, read_query, setting_of, shared_of, spread_setting, write_query
from studio.page.options import (
    MOST,
    PLACES,
    PULL_CONTROLS,
    WIDTH,
    pictures_value,
    place_spec,
    place_values,
    pulls_spec,
    pulls_values,
)
from studio.page.table import Setting
from studio.page.thumbnails import ROOM, fitted
from studio.recipe import Recipe
from studio.recipe.specs import MAX_SPEC
from studio.tabs.play.handlers import Play
from studio.words import WORDS
from tests.studio.fakes import FakeEngine

COLOUR = {"name": "Colour", "gamma": 2.0, "colour": "#00ff00"}
TEXTS = {"name": "Semantic", "gamma": -20.0, "text": "cat", "others": ["dog", "a; b"]}
FORM = shared_of(Recipe(prompt="red apple"))


def url(picture):
    held = io.BytesIO()
    picture.save(held, "PNG")
    return thumbnails.PREFIX + base64.b64encode(held.getvalue()).decode()


def noisy(side=64):
    return url(Image.fromarray(np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)))


def drawing():
    """Two shapes on white; softened edges have hundreds of colours."""
    picture = Image.new("RGB", (240, 240), "white")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((20, 20, 140, 140), fill="#3060d0")
    pen.rectangle((120, 140, 230, 230), fill="#e0b020")
    return picture.resize((60, 60), Image.Resampling.LANCZOS)


def opened(text):
    return Image.open(io.BytesIO(base64.b64decode(text[len(thumbnails.PREFIX) :])))


def held(*specs, text=""):
    """What the controls hold that were filled with these."""
    rows = [place_values(Recipe(pulls=[spec]).further[0]) for spec in specs]
    rows += [place_values(None)] * (PLACES - len(rows))
    return [*(value for row in rows for value in row), text]


@pytest.mark.parametrize("name", PULLS)
def test_every_pull_can_be_chosen(name):
    values = place_values(None)
    values[0] = name
    spec = place_spec(values)
    assert Recipe(pulls=[spec]) == Recipe(pulls=[name])
    assert pulls_spec(pulls_values(Recipe(pulls=[name]).further)) == [spec]


def test_controls_give_back_what_they_are_filled_with():
    setting = Setting.of(3.0, 1.0, 0.0, "", [COLOUR, {"name": "Style", "images": [url(drawing())]}])
    again = dict(zip(SETTING, gathered_setting(spread_setting(setting)), strict=False))
    assert setting_of(Recipe(**again)) == setting


@pytest.mark.parametrize(
    "pulls",
    [
        [COLOUR, "Classifier", "LabelMap"],
        [TEXTS],
        [COLOUR, TEXTS, "Classifier"],
        [{"name": "Classifier", "gamma": 1 / 3, "label": "food"}],
        [{"name": "Semantic", "text": "cat", "others": ["dog"], "weights": [1 / 3, 1]}],
    ],
)
def test_what_the_places_cannot_hold_stays_in_the_text(pulls):
    found = Recipe(pulls=pulls).further
    assert Recipe(pulls=pulls_spec(pulls_values(found))).further == found


def test_places_and_text_are_joined():
    assert pulls_spec(held(COLOUR, text='["LabelMap"]'))[1:] == ["LabelMap"]
    assert pulls_spec(held(COLOUR, text='{"name": "Style"}'))[1:] == [{"name": "Style"}]
    assert pulls_spec(held(text='["LabelMap"]')) == '["LabelMap"]' and pulls_spec(held()) == ""
    for wrong in ("[", "Colour", '{"a": '):
        assert pulls_spec(held(COLOUR, text=wrong)) == wrong


def test_hostile_values_reach_the_validator():
    row = place_values(None)
    for name in ("os", 5, ["Colour"], {"name": "Colour"}):
        assert place_spec([name, *row[1:]]) == {"name": name}
    for pictures in (None, 7, {"pictures": 3 * [None]}, {"most": 9, "pictures": []}):
        assert place_spec(["Style", pictures, *row[2:]])["images"] == []
    damaged = thumbnails.PREFIX + "AAAA"
    assert place_spec(["Style", {"pictures": [damaged]}, *row[2:]])["images"] == [damaged]


def test_a_colour_is_read_in_the_words_of_a_style_sheet():
    control = next(control for control in PULL_CONTROLS if control.option.kind == "colour")
    assert control.read("rgba(224, 32.4, 32, 1)") == "#e02020" == control.read("#E02020")
    assert control.read("rgb(1,2,3)") == "#010203" and control.read("rgb(999,2,3)") == "rgb(999,2,3)"


@pytest.mark.parametrize("count", [1, 4])
def test_pictures_are_made_small_enough_for_two_pulls_and_stay_so(count):
    small = fitted([noisy()] * count)
    assert sum(map(len, small)) <= ROOM and fitted(small) == small
    assert 2 * ROOM < MAX_SPEC and opened(small[0]).size[0] >= 16
    plain = url(Image.new("RGB", (20, 30), "red"))
    assert fitted([plain]) == [plain]


def test_a_map_gets_the_flat_colours_of_the_drawing():
    assert len(drawing().getcolors(3600)) > 100
    (small,) = fitted([url(drawing())], flat=True)
    colours = {colour for _, colour in opened(small).convert("RGB").getcolors()}
    assert colours == {(255, 255, 255), (0x30, 0x60, 0xD0), (0xE0, 0xB0, 0x20)}
    assert Recipe(pulls=[{"name": "LabelMap", "images": [small]}]).pulls
    (photo,) = fitted([noisy()], flat=True)
    assert 2 <= len(opened(photo).convert("RGB").getcolors()) <= 8 and fitted([photo], flat=True) == [photo]


def test_a_link_carries_the_pictures_of_every_column_once():
    pulls = [{"name": name, "images": fitted([noisy()], flat=name == "LabelMap")} for name in ("Style", "LabelMap")]
    first = Recipe(prompt="cat", pulls=pulls)
    columns = [first, first.but(w=5.0), first.but(pulls=()), first.but(w=7.0, rule="Projected")]
    query = write_query(columns)
    assert len(query) < 1.2 * len(write_query([first]))
    recipe, settings, _ = read_query(query)
    assert [recipe.but(**each._asdict()) for each in settings] == columns


def test_a_pull_that_cannot_work_here_is_told_and_the_setting_stays(vocabulary_file):
    index = {
        "unet": ["diffusers", "UNet2DConditionModel"],
        "classifier": ["pipelines.networks.classifier", "NoisyClassifier"],
    }
    vocabulary_file.with_name("model_index.json").write_text(json.dumps(index))
    from studio.tabs.play.pulls import place_about

    about = place_about("Classifier", "emoji", first=True)
    assert WORDS["lacks clip"][1] in about and WORDS["lacks clean_classifier"][1] in about
    play = Play(FakeEngine(0.001))
    _, setting, screen = play.rule(
        "me", FORM, 2.0, 0, 0, "", pulls_spec([*["Semantic", *place_values(None)[1:]], *held()[WIDTH:]])
    )
    assert setting.pulls == () and "no CLIP" in screen.status


def test_how_many_pictures_a_place_takes():
    assert MOST == {"Semantic": 4, "Style": 1, "LabelMap": 1}
    assert pictures_value("Colour") == {"most": 0, "pictures": []}
    values = place_values(None)
    values[:2] = "Style", {"pictures": [noisy(8), noisy(9)]}
    assert len(place_spec(values)["images"]) == 1
