"""The fingerprint of a world's files."""

import os
import time

import pytest
from PIL import Image

from studio.recipe import Recipe, RecipeError
from studio.recipe.revision import DIGITS, revision

BIG = 3_000_000


@pytest.fixture
def unet(vocabulary_file):
    """The weights of a world with one part and a judge."""
    folder = vocabulary_file.parent
    (folder / "model_index.json").write_text('{"_class_name": "P", "unet": ["a", "B"]}')
    for part in ("unet", "judge"):
        (folder / part).mkdir()
        (folder / part / "w.safetensors").write_bytes(bytes(BIG))
    return folder / "unet" / "w.safetensors"


def rewrite(file, content):
    file.write_bytes(content)
    stamp = time.time_ns() + 10**9
    os.utime(file, ns=(stamp, stamp))


def test_it_is_short_and_stays_the_same(unet):
    first = revision("emoji")
    assert len(first) == DIGITS and int(first, 16) >= 0
    rewrite(unet, bytes(BIG))  # the same content at another time
    assert revision("emoji") == first


def test_other_weights_of_the_same_size_are_another_revision(unet):
    first = revision("emoji")
    rewrite(unet, os.urandom(BIG))
    assert revision("emoji") != first


def test_the_judges_count_only_where_scores_do(unet):
    pictures, scores = revision("emoji"), revision("emoji", judges=True)
    rewrite(unet.parents[1] / "judge" / "w.safetensors", os.urandom(BIG))
    assert revision("emoji") == pictures
    assert revision("emoji", judges=True) != scores


def test_a_world_without_files_has_none():
    assert revision("nothing") == ""


def test_it_is_quick(unet):
    revision("emoji")
    began = time.perf_counter()
    revision("emoji")
    assert time.perf_counter() - began < 0.05


def test_a_picture_names_the_revision_it_was_drawn_with_and_equal_recipes_stay_equal(unet):
    recipe = Recipe(prompt="red apple", seeds=(1,))
    content = recipe.to_png(Image.new("RGB", (8, 8)))
    found = Recipe.from_png(content)
    assert found.revision == revision("emoji") and not found.elsewhere
    assert found == recipe and found.hash == recipe.hash and found.to_query() == recipe.to_query()
    rewrite(unet, os.urandom(BIG))
    assert Recipe.from_png(content).elsewhere == revision("emoji") != found.revision
    assert found.stamped().revision == found.revision  # the one that drew it


@pytest.mark.parametrize("wrong", ["e" * 13, "<b>", 5, ["a"], "E8958FC84D98"])
def test_a_revision_that_is_none_is_refused(wrong):
    with pytest.raises(RecipeError, match="revision"):
        Recipe.parse({"revision": wrong})
