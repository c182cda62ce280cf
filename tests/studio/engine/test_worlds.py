"""Several worlds on one page: the menu, what it swaps, links and files, and how a world of classes reads a prompt."""

import json

import pytest

from pipelines.training.fashion import CLASSES, FashionData, write_vocabulary
from studio.frame import build
from studio.page import examples, redraw
from studio.page.forms import SHARED, shared_of, write_query
from studio.page.table import Column, Setting
from studio.recipe import Recipe, RecipeError
from studio.recipe.prompts import find_label, full_text, read, unknown
from studio.recipe.vocabulary import vocabulary, worlds
from studio.tabs.play.handlers import Play
from studio.words import WORDS

from ..fakes import FakeEngine


@pytest.fixture
def fashion(vocabulary_file):
    """A world of classes beside the small emoji world."""
    import numpy as np

    folder = vocabulary_file.parent.parent / "fashion"
    label = np.arange(10)
    write_vocabulary(
        FashionData(np.zeros((10, 4, 4), np.uint8), label, np.zeros(10, np.int8)), folder / "vocabulary.json"
    )
    (folder / "model_index.json").write_text("{}")
    return folder


def test_only_whole_worlds_are_offered(fashion):
    assert worlds() == ("emoji", "fashion")
    (fashion / "model_index.json").unlink()
    assert worlds() == ("emoji",)
    with pytest.raises(RecipeError, match="world = 'fashion'.*'emoji'"):
        Recipe(world="fashion")


def test_its_categories_are_the_classes_and_it_has_no_styles(fashion):
    words = vocabulary("fashion")
    assert list(words.categories) == list(CLASSES) and words.styles == {} and words.categories["bag"] == "包"
    assert (
        Recipe(world="fashion", category="运动鞋").category
        == "sneaker"
        == Recipe(world="fashion", category="Sneaker").category
    )
    assert Recipe(world="fashion", category="T恤").category == "t-shirt"
    with pytest.raises(RecipeError, match="category = 'fruit'"):
        Recipe(world="fashion", category="fruit")
    assert vocabulary("emoji").forms is None


@pytest.mark.parametrize(
    "prompt, category, text, label",
    [
        ("Sneaker", "", "sneaker", "sneaker"),
        ("两双球鞋", "", "sneaker", "sneaker"),
        ("a photo of an ankle boot", "", "ankle boot", "ankle boot"),
        ("bag and ankle boots", "", "bag", "bag"),
        ("", "dress", "dress", "dress"),
        ("coat", "dress", "coat", "dress"),
        ("zebra", "", "", None),
        ("", "", "", None),
    ],
)
def test_a_prompt_is_told_as_its_first_class(fashion, prompt, category, text, label):
    reading = read(Recipe(world="fashion", prompt=prompt, category=category))
    assert (reading.text, reading.label) == (text, label)


def test_what_a_world_of_classes_leaves_out_is_told(fashion):
    notes = {
        note.key: str(note)
        for note in read(Recipe(world="fashion", prompt="bag and coat", negative_prompt="zebra")).notes
    }
    assert "bag, and not coat" in notes["one_class"] and "t-shirt, trouser" in notes["no_class"]
    assert read(Recipe(world="fashion", prompt="bag", negative_prompt="外套")).negative == "coat"
    keys = {note.key for note in read(Recipe(world="fashion", prompt="zebra", w=2)).notes}
    assert keys == {"no_class", "no_condition"} and keys <= set(WORDS)
    assert not read(Recipe(world="fashion", prompt="bag")).notes


def test_unknown_words_are_found_in_the_words_of_the_world(fashion):
    assert not unknown("a photo of two ankle boots", "fashion") and not unknown("短靴的照片", "fashion")
    (found,) = unknown("a snaeker", "fashion")
    assert found.word == "snaeker" and "sneaker" in found.near
    assert full_text(Recipe(prompt="red apple")) == "red apple" and find_label("apple", vocabulary()) == "fruit"


def test_a_menu_swaps_prompt_examples_and_table(fashion):
    play = Play(FakeEngine(0))
    form = shared_of(Recipe(prompt="red apple", style="flat", category="fruit", steps=7))
    play.pages["me"].table.columns[0] = Column(Setting(), "done")
    controls, screen = play.world("me", form, "fashion")
    assert controls.shared | {"seeds": "", "steps": 0} == shared_of(Recipe(world="fashion", prompt="sneaker")) | {
        "seeds": "",
        "steps": 0,
    }
    assert {column.state for column in play.pages["me"].table.columns} == {"empty"} and WORDS["empty"][
        0
    ] in screen.status
    assert (
        play.beginning.prompts("fashion")[:3] == ["sneaker", "连衣裙", "bag"]
        and play.beginning.prompts("emoji")[0] == "red apple"
    )
    back, _ = play.world("me", controls.shared, "emoji")
    assert back.shared["world"] == "emoji" and back.shared["prompt"] == "red apple"
    chosen, _ = play.example("me", controls.shared, 2)
    assert (chosen.shared["world"], chosen.shared["prompt"], chosen.shared["category"]) == ("fashion", "", "bag")
    same, _ = play.example("me", controls.shared, 99)  # an example of the world that was there before
    assert same.shared == controls.shared


def test_a_world_that_is_gone_is_told_and_nothing_changes(fashion):
    play, form = Play(FakeEngine(0)), shared_of(Recipe(prompt="red apple"))
    (fashion / "model_index.json").unlink()
    controls, screen = play.world("me", form, "fashion")
    assert controls.shared == form and "error" in screen.status and "fashion" in screen.status


def test_links_and_files_bring_their_world(fashion):
    from PIL import Image

    recipe = Recipe(world="fashion", prompt="包", category="bag", w=1)
    play = Play(FakeEngine(0))
    controls, _ = play.opened("link", write_query([recipe]))
    assert (controls.shared["world"], controls.shared["category"]) == ("fashion", "bag") and "world" in SHARED
    controls, _ = play.load("file", recipe.to_png(Image.new("RGB", (8, 8))), shared_of(Recipe()))
    assert controls.shared["world"] == "fashion" and controls.setting.w == 1


def test_a_world_without_its_files_leaves_the_other_working(vocabulary_file):
    (vocabulary_file.parent.parent / "fashion").mkdir()
    page = build(FakeEngine(0))
    menu = next(block for block in page.blocks.values() if getattr(block, "elem_id", "") == "world")
    assert [value for _, value in menu.choices] == ["emoji"] and menu.visible == "hidden"


def test_the_page_offers_both_worlds(fashion):
    page = build(FakeEngine(0))
    menu = next(block for block in page.blocks.values() if getattr(block, "elem_id", "") == "world")
    assert [value for _, value in menu.choices] == ["emoji", "fashion"] and menu.visible is True


def test_examples_of_every_world_are_drawn_and_found(fashion, tmp_path):
    redraw.build(FakeEngine(0), tmp_path, [{"prompt": "red apple"}, {"world": "fashion", "prompt": "sneaker"}])
    play = Play(FakeEngine(0), examples.load(tmp_path))
    assert play.beginning.recipe().prompt == "red apple" and play.beginning.prompts("fashion") == ["sneaker"]
    _, screen = play.world("me", shared_of(Recipe()), "fashion")
    assert {column.state for column in play.pages["me"].table.columns} == {"example"}
    assert WORDS["example"][0] in screen.status and "<img" in "".join(screen.table)
    assert (
        json.loads((tmp_path / "examples.json").read_text())["examples"][1]["columns"][0]["recipe"]["world"]
        == "fashion"
    )
