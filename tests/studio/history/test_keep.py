"""Copy as Python and the recipe as a file, from the Play tab."""

import pytest

from studio.page.forms import shared_of
from studio.recipe import Recipe
from studio.recipe.snippet import snippet
from studio.tabs.play.handlers import Play
from studio.tabs.play.texts import facts, python
from tests.studio.fakes import FakeEngine

FORM = shared_of(Recipe(prompt="red apple", seeds=(0, 1)))


@pytest.fixture
def play():
    return Play(FakeEngine())


def test_the_chosen_column_as_a_file_and_as_a_program(play):
    text, _ = play.written("me", FORM, Recipe.to_json)
    recipe = Recipe.from_json(text)
    assert recipe == Recipe(prompt="red apple", seeds=(0, 1), w=2.0) and recipe.revision
    code, _ = play.written("me", FORM, snippet)
    assert code == snippet(recipe) == python(text)
    assert "[0, 1]" in code


def test_a_setting_that_is_not_allowed_is_told(play):
    text, status = play.written("me", FORM | {"steps": "many"}, Recipe.to_json)
    assert text == "" and 'role="alert"' in status and "steps" in status


@pytest.mark.parametrize("content", [None, 5, "", "{", "[]", '{"w": "x"}', "[" * 10**5, {"prompt": "cat"}])
def test_what_is_no_recipe_is_no_program(play, content):
    assert python(content) == "" and facts(content) == []


def test_a_recipe_in_words_is_escaped(play):
    rows = facts(Recipe(prompt="<b>cat</b>", w=3.0).to_json())
    text = str(rows)
    assert "<b>" not in text and "&lt;b&gt;cat" in text and "引导强度 w" in text and "DDIM" in text
