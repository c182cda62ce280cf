"""What endpoints say of themselves: every field of a recipe, described, to the API page, to clients and to MCP."""

import inspect
from typing import Literal, get_args

import gradio as gr
import pytest
from gradio.mcp import GradioMCPServer
from gradio.utils import get_function_description, get_function_params

from studio import frame
from studio.api.endpoint import ORDER, endpoint
from studio.page.blocks import Page
from studio.recipe import FIELDS, VERSION, Recipe
from tests.studio.fakes import FakeEngine

from .test_generate import client  # noqa: F401 (a fixture)

# What programs may give by its place, and what they may leave out: changing either breaks them.
FIRST = dict(prompt="", style="", category="", w=2.0, gamma_classifier=0.0, gamma_clip=0.0, sampler="DDIM", eta=0.0)
FIRST |= dict(steps=25, seeds=[0, 1, 2, 3], negative_prompt="", world="emoji")
RULE = dict(rule="", pulls=[], sampler_options="", variance="beta_tilde", route="score")
LAST = dict(conditions=[], version=VERSION, revision="", notes=[])
PLACES = {
    "generate": FIRST | dict(upsample=False) | RULE | LAST,
    "trajectory": FIRST | dict(seeds=[0]) | RULE | dict(seed=None, film="gif", upsample=False) | LAST,
    "zero_shot": dict(picture="", sentences="", world="emoji", noise=0.0),
    "sweep": dict(recipe={}, axes=[], prompts=[], rules=False, clip=""),
    "metrics": dict(recipes=[], clip=""),
    "compare": dict(a={}, b={}, seeds=[]),
    "notes": dict(recipe={}),
    "schema": {},
}
RECIPES = {"generate", "trajectory", "sweep.recipe", "metrics.recipes", "compare.a", "compare.b", "notes.recipe"}


@pytest.fixture(scope="module")
def page():
    demo = frame.build(FakeEngine(0))
    demo.told = Recipe.schema()["properties"]  # of the worlds that are there now
    yield demo
    demo.close()


def told(page):
    """By endpoint, its parameters by name."""
    found = page.get_api_info()["named_endpoints"]
    return {name[1:]: {each["parameter_name"]: each for each in one["parameters"]} for name, one in found.items()}


def recipes(page):
    """By where a recipe is taken, the schema of each of its fields."""
    for name, parameters in told(page).items():
        schemas = {field: each["type"] for field, each in parameters.items()}
        if "prompt" in schemas:
            yield name, schemas
        for field, schema in schemas.items():
            if "properties" in (held := schema.get("items", schema)):
                yield f"{name}.{field}", held["properties"]


def test_places_and_defaults_are_those_of_before(page):
    found = {
        name: [(field, each["parameter_default"]) for field, each in parameters.items()]
        for name, parameters in told(page).items()
    }
    assert found == {name: list(places.items()) for name, places in PLACES.items()}
    assert all(each["parameter_has_default"] for parameters in told(page).values() for each in parameters.values())
    assert set(ORDER) == {*FIELDS, "notes"}


def test_every_endpoint_takes_and_describes_the_whole_recipe(page):
    found, wanted = dict(recipes(page)), page.told
    assert found.keys() == RECIPES
    for name, schemas in found.items():
        assert {*FIELDS, "notes"} <= schemas.keys(), name
        for field in FIELDS:
            schema, source = schemas[field], wanted[field]
            assert source["description"] in schema["description"] and "default" in schema
            choices = source.get("enum") or next(
                (one["enum"] for one in source.get("anyOf", ()) if "enum" in one), None
            )
            if choices:
                assert choices in [one.get("enum") for one in (schema, *schema.get("anyOf", ()))], field
            bounds = source.get("items", source)
            for end in ("minimum", "maximum"):
                assert str(bounds.get(end, "")) in schema["description"], field


def test_signature_and_docstring_say_the_same_as_the_schema(page):
    for fn in page.fns.values():
        if fn.api_visibility != "public":
            continue
        about, described, _ = get_function_description(fn.fn)
        assert about.count(".") and "Args" not in about and fn.fn.__name__ == fn.api_name
        for name, has_default, default, hint in get_function_params(fn.fn):
            schema = fn.fn.schemas[name]
            assert has_default and default == schema["default"] and described[name] == schema["description"] != ""
            assert inspect.signature(fn.fn).parameters[name].annotation == hint
            assert told(page)[fn.api_name][name]["python_type"]["description"] == described[name]
            if "enum" in schema:
                assert list(get_args(hint)) == schema["enum"] and hint == Literal[tuple(schema["enum"])]


def test_mcp_is_told_all_of_it(page):
    server = object.__new__(GradioMCPServer)  # as it is with the package `mcp`
    server.blocks, server.api_info = page, page.get_api_info()
    server.tool_to_endpoint = {name: f"/{name}" for name in PLACES}
    for fn in (fn for fn in page.fns.values() if fn.api_name in PLACES):
        about, described = server.get_fn_description(fn, fn.api_name)
        schema, files = server.get_input_schema(fn.api_name, described)
        assert about and not files and "required" not in schema
        for name, default in PLACES[fn.api_name].items():
            said = schema["properties"][name]
            assert said["description"] and said["default"] == default  # gradio leaves out those that are false
            assert {"type", "enum", "anyOf", "oneOf"} & said.keys()


def test_values_by_place_and_by_name_are_the_same(client):  # noqa: F811
    by_name = dict(prompt="red apple", w=3, sampler="Heun", steps=3, seeds=[4, 5], rule="Projected", conditions=[])
    for name, own in (("generate", {}), ("trajectory", dict(seed=5, film=""))):
        places = list((PLACES[name] | by_name | own).values())
        one = client.predict(*places, api_name=f"/{name}")
        other = client.predict(**by_name, **own, api_name=f"/{name}")
        assert one[1] == other[1]
    assert {**one[0], "seconds": 0} == {**other[0], "seconds": 0} and one[0]["seed"] == 5


def test_a_parameter_that_is_not_described_is_refused():
    def silent(request: gr.Request, recipe: Recipe, loud: bool = False) -> dict:  # noqa: B008
        """Nothing is said of it.

        Args:
            recipe: Its fields,
                on two lines: as any.
        """

    with Page(), pytest.raises(KeyError, match="loud"):
        endpoint(silent)


def test_fields_that_have_no_place_come_last():
    def late(request: gr.Request, recipe: Recipe, own: int = 1) -> dict:  # noqa: B008
        """What is given.

        Args:
            own: One
                of its own: a number.
        """
        return {"steps": recipe.steps, "own": own}

    with Page() as demo:
        endpoint(late, ("own", "steps"), w=3.0)
    ((fn),) = demo.fns.values()
    names = [name for name, *_ in get_function_params(fn.fn)]
    assert names[:2] == ["own", "steps"] and set(names[2:]) == {*FIELDS, "notes"} - {"steps"}
    assert get_function_description(fn.fn)[1]["own"] == "One of its own: a number."
    values = {name: default for name, _, default, _ in get_function_params(fn.fn)} | {"own": 5, "steps": 7}
    assert values["w"] == 3.0
    assert fn.fn(None, *values.values()) == {"steps": 7, "own": 5}
