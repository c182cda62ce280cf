"""A recipe of entries and the same with one value a control: each gives the other back, and what was drawn is found."""

import pytest

from studio.recipe import Recipe, RecipeError


@pytest.mark.parametrize(
    "said, key",
    [
        ({"pulls": ["Classifier"]}, "3fb6a65a24371a38"),
        ({"pulls": ["Semantic"]}, "a361c31eb5b73490"),
        ({"gamma_classifier": 3, "pulls": ["Classifier", "Semantic"]}, "545b6f6d6cfac59b"),
        ({"gamma_clip": 5, "pulls": ["Semantic"]}, "49d4afe67c8bd712"),
        (
            {
                "rule": {"name": "Interval", "low": 0.1, "rule": {"name": "Projected", "eta": 0.2}},
                "w": 4,
                "sampler": "AMED",
                "sampler_options": {"r": 0.2},
            },
            "c79edf0402f5f07a",
        ),
    ],
)
def test_what_was_drawn_by_version_3_is_found_in_every_form(said, key):
    recipe = Recipe.parse(said)
    again = (
        recipe,
        Recipe.from_json(recipe.to_json()),
        Recipe.parse(recipe.flat()),
        Recipe.from_query(recipe.to_query()),
    )
    assert {each.hash for each in (*again, recipe.but(steps=3).but(steps=25))} == {key}


def test_a_number_is_a_pull_and_a_pull_like_it_is_none():
    recipe = Recipe(gamma_clip=5, pulls=["Semantic"])
    assert [type(each).__name__ for each in recipe.pulls] == ["Semantic", "Semantic"]
    assert (recipe.gamma_clip, len(recipe.further)) == (5.0, 1)
    assert Recipe(pulls=["Semantic"]).gamma_clip == 0.0  # the one of a menu, which may get a text
    assert Recipe.parse({"version": 4, "pulls": [{"name": "Semantic", "gamma": 7}]}).gamma_clip == 7.0


@pytest.mark.parametrize(
    "rule, field",
    [
        ({"name": "Interval", "low": 0.8, "high": 0.2}, "rule.low"),
        ({"name": "Scheduled", "shape": "points"}, "rule.points"),
    ],
)
def test_no_recipe_holds_what_its_parts_refuse(rule, field):
    with pytest.raises(RecipeError) as caught:
        Recipe(rule=rule)
    assert caught.value.field == field
