"""The recipe as pydantic has it, and its JSON schema, held to the recipe's own checks."""

import json
from dataclasses import FrozenInstanceError, fields, replace

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, TypeAdapter, ValidationError

from pipelines import PULLS, RULES, SAMPLERS
from studio.recipe import FIELDS, OPTIONS, Recipe, RecipeError
from tests.studio.recipe.test_recipe import any_recipe

SCHEMA = Recipe.schema()
FULL = Recipe(
    rule={"name": "Interval", "low": 0.2, "high": 0.8, "rule": {"name": "Projected", "eta": 0.2}},
    pulls=[{"name": "Colour", "gamma": 1, "colour": "#e02020"}, {"name": "Style", "gamma": 2}],
    sampler="Heun",
    sampler_options={"variable": "angle"},
)


def valid(raw) -> bool:
    return Draft202012Validator(SCHEMA).is_valid(raw)


def test_it_is_a_schema_of_every_field():
    Draft202012Validator.check_schema(SCHEMA)
    assert tuple(SCHEMA["properties"]) == FIELDS
    assert all(each.get("title") for each in SCHEMA["properties"].values())
    assert all(name == "version" or each["description"] for name, each in SCHEMA["properties"].items())


def test_ranges_choices_defaults_and_help_are_those_of_the_declared_options():
    for name, option in OPTIONS.items():
        said = SCHEMA["properties"][name]
        assert (said["default"], said["title"], said["description"]) == (option.default, option.label, option.help)
        assert said.get("minimum") == option.low and said.get("maximum") == option.high
        if option.choices:
            assert tuple(said["enum"]) == option.choices
    rules = {each.get("title"): each for each in SCHEMA["properties"]["rule"]["anyOf"]}
    assert set(RULES) < set(rules) and rules["Interval"]["properties"]["low"]["maximum"] == 1
    assert [each["title"] for each in SCHEMA["properties"]["pulls"]["items"]["oneOf"]] == list(PULLS)
    assert [each["title"] for each in SCHEMA["properties"]["sampler_options"]["anyOf"]] == list(SAMPLERS)


@pytest.mark.parametrize("recipe", [Recipe(), FULL, *map(any_recipe, range(10))], ids=lambda recipe: recipe.hash)
def test_what_a_recipe_writes_is_valid_and_pydantic_reads_it(recipe):
    written = json.loads(json.dumps(recipe.flat()))
    assert valid(written), list(Draft202012Validator(SCHEMA).iter_errors(written))
    assert TypeAdapter(Recipe).validate_json(recipe.to_json()) == recipe


@pytest.mark.parametrize(
    "wrong",
    [
        {"w": 99},
        {"w": "2"},
        {"steps": 2.5},
        {"sampler": "ddim"},
        {"world": "moon"},
        {"seeds": []},
        {"seeds": [1, 1]},
        {"prompt": "x" * 201},
        {"upsample": "yes"},
        {"promt": "x"},
        {"rule": {"name": "Sharper"}},
        {"rule": {"name": "Projected", "eta": 2}},
        {"rule": {"name": "Interval", "rule": {"name": "Sharper"}}},
        {"pulls": [{"name": "Colour", "colour": "red"}]},
        {"pulls": [{"name": "Colour"}] * 5},
        {"sampler_options": {"variable": 3}},
        {"version": 5},
    ],
    ids=str,
)
def test_what_the_recipe_refuses_is_not_valid(wrong):
    assert not valid(wrong)
    with pytest.raises(RecipeError):
        Recipe.parse(wrong)


def test_errors_are_ours_when_it_is_built_and_those_of_pydantic_inside_a_model():
    class Order(BaseModel):
        recipe: Recipe

    with pytest.raises(RecipeError, match="w = 99 is not allowed; allowed: numbers from -1 to 20") as caught:
        Recipe(w=99)
    assert caught.value.field == "w"
    with pytest.raises(ValidationError, match="w = 99 is not allowed; allowed: numbers from -1 to 20") as caught:
        Order(recipe={"w": 99})
    assert caught.value.errors()[0]["loc"] == ("recipe", "w")
    assert Order(recipe={"w": 3}).recipe == Recipe(w=3)
    with pytest.raises(TypeError, match="promt"):
        Recipe(promt="x")


def test_it_stays_a_frozen_dataclass():
    recipe = Recipe(w=3)
    with pytest.raises(FrozenInstanceError):
        recipe.w = 4
    assert replace(recipe, w=4).w == 4 == recipe.but(w=4).w
    assert {f.name for f in fields(recipe)} < set(FIELDS) == set(recipe.flat())
    assert hash(recipe) == hash(Recipe(w=3)) and recipe == replace(recipe, revision="0123456789ab")
