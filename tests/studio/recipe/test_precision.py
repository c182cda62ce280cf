"""The studio's precision: one a process, by the environment; pictures in other numbers are kept apart."""

import pytest
from PIL import Image

from pipelines.networks.precision import PRECISIONS
from studio.recipe import Recipe, RecipeError
from studio.recipe.precision import ALLOWED, VARIABLE, precision
from studio.recipe.snippet import snippet
from studio.sweeps import PictureCache


def test_the_environment_says_it_and_the_library_knows_it():
    assert precision({}) == precision({VARIABLE: " "}) == "auto"
    assert precision({VARIABLE: "float32"}) == "float32" and set(ALLOWED) == set(PRECISIONS)
    with pytest.raises(RecipeError, match="precision.*fp8.*auto, float32, bfloat16"):
        precision({VARIABLE: "fp8"})


def test_pictures_in_other_numbers_are_kept_apart(tmp_path, monkeypatch):
    keep, recipe = PictureCache(tmp_path), Recipe(prompt="cat", seeds=(1,))
    places = set()
    for name in ALLOWED:
        monkeypatch.setenv(VARIABLE, name)
        assert keep.get(recipe) is None and keep.put(recipe, Image.new("RGB", (8, 8)))
        assert keep.get(recipe) is not None
        places.add(keep.path(recipe))
    assert len(places) == len(ALLOWED)


def test_a_program_draws_in_the_numbers_of_the_studio(monkeypatch):
    monkeypatch.setenv(VARIABLE, "bfloat16")
    assert "load_world('emoji', precision='bfloat16')" in snippet(Recipe(prompt="cat"))
