"""Notes as programs are told them: by `/notes` before anything is drawn, and in the answer of every endpoint."""

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from studio import frame as wiring
from studio.recipe import Recipe
from studio.sweeps import PictureCache
from tests.studio.fakes import FakeEngine
from tests.studio.recipe.test_beforehand import tokenizers  # noqa: F401

WEAK = {"prompt": "red apple", "rule": "CFGPlusPlus", "w": 0.6, "sampler": "Heun", "steps": 3}
CLOSED = {"prompt": "whale", "rule": {"name": "Interval", "low": 0.0, "high": 0.001}, "steps": 3}
CASES = [
    (WEAK, [("weaker", "CFGPlusPlus")]),
    (CLOSED, [("no_step", "Interval")]),
    ({"prompt": "red apple and green apple with a cat face on the " * 3}, [("left_out", "prompt")]),
    ({"prompt": "red appel", "eta": 0.3, "sampler": "Flow"}, [("unknown_near", None), ("idle", "eta")]),
    ({"prompt": "cat", "negative_prompt": "whale", "w": 0}, [("no_negative", None)]),
    ({"prompt": "cat"}, []),
]


@pytest.fixture(scope="module")
def engine():
    return FakeEngine(seconds_per_step=0)


@pytest.fixture(scope="module")
def client(engine, tmp_path_factory):
    demo = wiring.build(engine, keep=PictureCache(tmp_path_factory.mktemp("kept")))
    url = wiring.serve(demo, quiet=True, server_name="127.0.0.1", **wiring.launch_options())
    client = Client(url, verbose=False)
    yield client
    client.close()
    demo.close()


def short(notes):
    assert all(note["en"] != note["zh"] and note["en"] and note["zh"] for note in notes)
    return [(note["key"], note.get("control")) for note in notes]


@pytest.mark.parametrize("recipe, found", CASES, ids=lambda each: str(each)[:40])
def test_every_endpoint_says_the_same_as_notes_before(client, engine, tokenizers, recipe, found):  # noqa: F811
    begun = engine.world().begun
    told = client.predict(recipe=recipe, api_name="/notes")
    assert short(told) == found and engine.world().begun == begun  # nothing was drawn
    one = {"seeds": [4], **recipe}
    _, recipes = client.predict(**one, api_name="/generate")
    run, _ = client.predict(**one, film="", api_name="/trajectory")
    *_, about = client.predict(a=recipe, b={"prompt": "cat"}, seeds=[4], api_name="/compare")
    points, _ = client.predict(recipe=one, axes=[{"option": "steps", "values": [3]}], api_name="/sweep")
    measured = client.predict(recipes=recipes, api_name="/metrics")
    assert recipes[0]["notes"] == run["notes"] == about["notes"]["a"] == measured["notes"] == told
    assert short(points[0]["notes"]) == found and about["notes"]["b"] == []


def test_a_recipe_of_an_answer_is_taken_back_with_its_notes(client):
    files, (first,) = client.predict(**WEAK, seeds=[7], api_name="/generate")
    assert first["notes"] and "notes" not in Recipe.parse(first).as_dict()
    with open(files[0], "rb") as file:
        assert Recipe.from_png(file.read()) == Recipe.parse(first)
    _, (again,) = client.predict(**first, api_name="/generate")
    run, _ = client.predict(**first, film="", api_name="/trajectory")
    assert again == first and run["notes"] == first["notes"]
    *_, about = client.predict(a=first, b=first, api_name="/compare")
    assert about["notes"] == {"a": first["notes"], "b": first["notes"]}
    assert client.predict(recipe=first, api_name="/notes") == first["notes"]


def test_what_is_wrong_is_refused_by_name(client):
    for wrong, words in (
        ({"w": 99}, r"recipe\.w = 99"),
        ({"promt": "cat"}, r"recipe\.promt"),
        ("cat", "recipe = 'cat'"),
    ):
        with pytest.raises(AppError, match=words):
            client.predict(recipe=wrong, api_name="/notes")
