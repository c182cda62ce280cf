"""`/sweep` and `/metrics` as a program calls them, over the fake engine."""

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from PIL import Image

from studio import frame as wiring
from studio.recipe import Recipe
from studio.sweeps import PictureCache
from studio.tabs.frontier import presets
from tests.studio.fakes import FakeEngine

RECIPE = {"prompt": "red apple", "seeds": "3 from 0", "steps": 2}


@pytest.fixture(scope="module")
def engine():
    return FakeEngine(seconds_per_step=0)


@pytest.fixture(scope="module")
def client(engine, tmp_path_factory):
    demo = wiring.build(engine, keep=PictureCache(tmp_path_factory.mktemp("kept")))
    _, url, _ = demo.launch(prevent_thread_lock=True, quiet=True, server_name="127.0.0.1", **wiring.launch_options())
    client = Client(url, verbose=False)
    yield client
    client.close()
    demo.close()


def test_a_sweep_gives_points_and_sheets(client):
    points, sheets = client.predict(
        recipe=RECIPE, axes=[{"option": "w", "values": [0, 2]}], prompts=["red apple", "whale"], api_name="/sweep"
    )
    assert [point["values"] for point in points] == [{"w": 0}, {"w": 2}] and points[0]["n"] == 6
    figure = points[0]["figures"]["distance"]
    assert figure["low"] <= figure["value"] <= figure["high"] and figure["n"] == 6
    assert [recipe["prompt"] for recipe in points[1]["recipes"]] == ["red apple", "whale"]
    with Image.open(sheets[0]) as sheet:
        assert sheet.size == (3 * 64, 2 * 64)


def test_every_point_alone_says_what_was_drawn(client):
    points, _ = client.predict(
        recipe=RECIPE,
        axes=[{"option": "rule", "values": ["Projected", "CFGZeroStar"]}, {"option": "steps", "values": [2, 3]}],
        prompts=["red apple", "cat"],
        api_name="/sweep",
    )
    assert [point["options"]["steps"] for point in points] == [2, 2, 3, 3]
    assert [point["rule"].split(" ")[0] for point in points] == ["Projected", "CFG-Zero*"] * 2
    for point in points:
        recipes = [Recipe.parse(recipe) for recipe in point["recipes"]]
        assert [recipe.prompt for recipe in recipes] == point["prompts"] == ["red apple", "cat"]
        assert {(recipe.rule_name, recipe.steps) for recipe in recipes} == {
            (point["values"]["rule"], point["options"]["steps"])
        }
        for figure in point["figures"].values():
            assert figure["low"] <= figure["value"] <= figure["high"] and figure["low"] >= 0
        assert point["figures"]["confidence"]["high"] <= 1


def test_two_axes_and_the_rules(client, monkeypatch):
    monkeypatch.setattr(presets, "CURVES", presets.CURVES[1:3])
    points, _ = client.predict(
        recipe=RECIPE,
        axes=[{"option": "w", "values": "0, 1"}, {"option": "sampler", "values": ["DDIM", "Heun"]}],
        api_name="/sweep",
    )
    assert [point["curve"] for point in points] == ["sampler = DDIM"] * 2 + ["sampler = Heun"] * 2
    points, _ = client.predict(recipe=RECIPE | {"seeds": [0]}, rules=True, api_name="/sweep")
    assert len({point["curve"] for point in points}) == 2


def test_metrics_of_recipes_that_were_drawn_before(client, engine):
    first = client.predict(recipes=[RECIPE | {"w": 2}, RECIPE | {"w": 2, "seeds": [0, 7]}], api_name="/metrics")
    assert first["n"] == 4 and [recipe["seeds"] for recipe in first["recipes"]] == [[0, 1, 2, 7]]
    assert {"agreement", "clip_score", "distance", "vendi"} <= set(first["figures"])
    drawn = engine.fake.drawn
    assert client.predict(recipes=[RECIPE | {"w": 2, "seeds": [0, 1, 2, 7]}], api_name="/metrics") == first
    assert engine.fake.drawn == drawn


def test_a_real_clip_judges_where_it_is_asked_for(client):
    world, real = (
        client.predict(recipes=[RECIPE], clip=clip, api_name="/metrics") for clip in ("world", "ViT-B-16-SigLIP2/webli")
    )
    assert (world["clip"], real["clip"]) == ("world", "ViT-B-16-SigLIP2/webli")
    assert real["figures"]["clip_score"]["value"] == pytest.approx(world["figures"]["clip_score"]["value"] / 2)


@pytest.mark.parametrize(
    ("endpoint", "given", "said"),
    [
        ("/sweep", {"recipe": RECIPE}, "axes"),
        ("/sweep", {"recipe": RECIPE, "axes": [{"option": "w", "values": [0, "a"]}]}, "values of one kind"),
        ("/sweep", {"recipe": RECIPE, "axes": [{"option": "w", "values": list(range(1000))}]}, "1 to 32"),
        ("/sweep", {"recipe": {"promt": "x"}, "axes": [{"option": "w", "values": [0]}]}, "prompt"),
        ("/sweep", {"recipe": RECIPE, "axes": [{"option": "w", "values": [0]}], "prompts": [1]}, "prompt"),
        ("/sweep", {"recipe": RECIPE, "axes": [{"option": "w", "values": [0]}], "rules": True}, "rules"),
        ("/metrics", {}, "recipes"),
        ("/metrics", {"recipes": [{"w": 99}]}, "w = 99"),
        ("/metrics", {"recipes": [RECIPE], "clip": "hf-hub:someone/else"}, "clip = .*ViT-B-32/laion2b_s34b_b79k"),
        ("/sweep", {"recipe": RECIPE, "axes": [{"option": "w", "values": [0]}], "clip": "moon"}, "clip = 'moon'"),
    ],
)
def test_what_is_not_allowed_is_said(client, endpoint, given, said):
    with pytest.raises(AppError, match=said):
        client.predict(api_name=endpoint, **given)


def test_every_parameter_has_a_name(client):
    endpoints = client.view_api(return_format="dict")["named_endpoints"]
    named = {name: [p["parameter_name"] for p in endpoints[name]["parameters"]] for name in ("/sweep", "/metrics")}
    assert named == {"/sweep": ["recipe", "axes", "prompts", "rules", "clip"], "/metrics": ["recipes", "clip"]}
