"""`/generate` as a program calls it, over the fake engine."""

import json

import httpx
import numpy as np
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from PIL import Image

from studio import frame as wiring
from studio.recipe import Recipe
from tests.studio.fakes import FakeEngine


@pytest.fixture(scope="module")
def client():
    demo = wiring.build(FakeEngine(seconds_per_step=0.001))
    url = wiring.serve(demo, quiet=True, server_name="127.0.0.1", **wiring.launch_options())
    client = Client(url, verbose=False)
    yield client
    client.close()
    demo.close()


def pixels(files):
    return np.stack([np.asarray(Image.open(file)) for file in files])


def test_equal_recipes_give_equal_pixels(client):
    files, recipes = client.predict(prompt="red apple", w=3, seeds=[4, 9], api_name="/generate")
    again, _ = client.predict(prompt="red apple", w=3, seeds="4, 9", api_name="/generate")
    other, _ = client.predict(prompt="red apple", w=3, seeds=[4, 10], api_name="/generate")
    assert (pixels(files) == pixels(again)).all() and (pixels(files)[1] != pixels(other)[1]).any()
    assert [recipe["seeds"] for recipe in recipes] == [[4], [9]]


def test_a_file_holds_its_recipe(client):
    files, recipes = client.predict(prompt="微笑的猫", style="flat", eta=0.5, steps=3, seeds=[1], api_name="/generate")
    with open(files[0], "rb") as file:
        inside = Recipe.from_png(file.read())
    assert inside == Recipe.parse(recipes[0]) == Recipe(prompt="微笑的猫", style="flat", eta=0.5, steps=3, seeds=(1,))


def test_every_parameter_has_a_name_and_a_default(client):
    files, recipes = client.predict(api_name="/generate")
    assert len(files) == 4 and Recipe.parse(recipes[0]) == Recipe(seeds=(0,))
    named = [
        p["parameter_name"] for p in client.view_api(return_format="dict")["named_endpoints"]["/generate"]["parameters"]
    ]
    assert named[:10] == [
        "prompt",
        "style",
        "category",
        "w",
        "gamma_classifier",
        "gamma_clip",
        "sampler",
        "eta",
        "steps",
        "seeds",
    ]


def test_rules_pulls_and_samplers_are_given_as_data(client):
    given = dict(
        rule={"name": "Interval", "low": 0.3, "rule": {"name": "Projected", "eta": 0.2}},
        pulls=[{"name": "Colour", "gamma": 2.0}],
        sampler="Heun",
        sampler_options={"variable": "angle"},
    )
    files, recipes = client.predict(prompt="red apple", seeds=[4], **given, api_name="/generate")
    with open(files[0], "rb") as file:
        inside = Recipe.from_png(file.read())
    assert inside == Recipe.parse(recipes[0]) == Recipe(prompt="red apple", seeds=(4,), **given)
    assert recipes[0]["rule"]["rule"] == {"name": "Projected", "eta": 0.2} and recipes[0]["version"] == 3
    named = client.predict(prompt="red apple", seeds=[4], rule="Projected", steps=3, api_name="/generate")[1]
    assert named[0]["rule"] == {"name": "Projected"}
    with pytest.raises(AppError, match="rule.eta"):
        client.predict(rule={"name": "Projected", "eta": 7}, api_name="/generate")


def test_conditions_may_be_pictures_of_any_size(client, vocabulary_file):
    from tests.studio.recipe.test_uploads import half, text

    vocabulary_file.with_name("model_index.json").write_text('{"unet": ["a", "b"], "controlnet": ["a", "b"]}')
    given = [{"name": "ControlNet", "kind": "mask", "strength": 0.8, "images": [text(half((700, 500)), "JPEG")]}]
    files, recipes = client.predict(prompt="red apple", seeds=[4], conditions=given, steps=3, api_name="/generate")
    with open(files[0], "rb") as file:
        assert Recipe.from_png(file.read()) == Recipe.parse(recipes[0])
    (told,) = recipes[0]["conditions"]
    assert told["strength"] == 0.8 and len(told["images"][0]) < len(given[0]["images"][0])
    with pytest.raises(AppError, match=r"conditions\[0\].images\[0\] = .*PNG, JPEG"):
        client.predict(conditions=[{**given[0], "images": ["data:image/png;base64,AAAA"]}], api_name="/generate")


def test_only_what_is_meant_for_programs_is_public(client):
    public = set(client.view_api(return_format="dict")["named_endpoints"])
    assert public == {"/generate", "/trajectory", "/sweep", "/metrics", "/compare", "/schema", "/notes", "/zero_shot"}


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"w": 21}, ["w", "21", "-1 to 20"]),
        ({"w": "high"}, ["w", "'high'"]),
        ({"steps": 0}, ["steps", "0", "1 to 250"]),
        ({"steps": 2.5}, ["steps", "2.5"]),
        ({"eta": None}, ["eta", "None"]),
        ({"sampler": "Lms"}, ["sampler", "'Lms'", "DDPM"]),
        ({"prompt": "x" * 201}, ["prompt", "200 characters"]),
        ({"prompt": {"a": 1}}, ["prompt"]),
        ({"seeds": "17 from 0"}, ["seeds", "1 to 16"]),
        ({"seeds": [-1]}, ["seeds", "-1"]),
        ({"category": "colour"}, ["category", "colour"]),
        ({"steps": 250, "seeds": "16 from 0", "gamma_clip": 5}, ["steps × seeds", "at most"]),
    ],
)
def test_wrong_values_are_told_with_field_value_and_limit(client, wrong, words):
    with pytest.raises(AppError) as told:
        client.predict(**wrong, api_name="/generate")
    assert all(word in str(told.value) for word in words), str(told.value)


def test_nan_is_told(client):
    body = json.dumps(
        {
            "data": [
                "red apple",
                "",
                "",
                float("nan"),
                0,
                0,
                "DDIM",
                0,
                25,
                [0],
                "",
                "emoji",
                False,
                "",
                [],
                "",
                "",
                "",
                [],
                3,
                "",
                [],
            ]
        }
    )  # as no client would send it
    base = client.src.rstrip("/") + "/gradio_api/call/generate"
    event = httpx.post(base, content=body, headers={"content-type": "application/json"}).json()["event_id"]
    told = httpx.get(f"{base}/{event}", timeout=30).text
    assert "event: error" in told and "w = nan is not allowed" in told and "-1 to 20" in told


def test_the_schema_of_recipes_is_served(client):
    assert client.predict(api_name="/schema") == Recipe.schema()
