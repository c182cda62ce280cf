"""`/trajectory` as a program calls it, over the fake engine."""

import numpy as np
import pytest
from gradio_client.exceptions import AppError
from PIL import Image

from studio.recipe import Recipe
from studio.tabs.inside.trace import NUMBERS

from ...api.test_generate import client  # noqa: F401 (a fixture)


def ask(client, **given):  # noqa: F811
    return client.predict(**{"prompt": "red apple", "steps": 6} | given, api_name="/trajectory")


def test_a_run_comes_back_as_numbers_and_a_film(client):  # noqa: F811
    run, film = ask(client, w=3, seeds=[4, 9], seed=9)
    assert Recipe.parse(run["recipe"]) == Recipe(prompt="red apple", w=3.0, steps=6, seeds=(4, 9))
    assert run["seed"] == 9 and run["done"] and run["steps"] == 6 and run["frames"] == list(range(7))
    assert set(run["numbers"]) == set(NUMBERS) and np.shape(run["numbers"]["difference"][:-1]) == (6, 2)
    assert [each["level"] for each in run["levels"]] == sorted((each["level"] for each in run["levels"]), reverse=True)
    assert run["levels"][-1]["log_snr"] is None and (run["calls"], run["extra_calls"]) == (24, 0)
    with Image.open(film) as opened:
        assert opened.format == "GIF" and opened.n_frames == 7


def test_the_film_ends_with_the_picture_of_generate(client):  # noqa: F811
    (file,), _ = client.predict(prompt="red apple", seeds=[4], steps=6, api_name="/generate")
    _, film = ask(client, seeds=[4])
    with Image.open(film) as opened, Image.open(file) as picture:
        opened.seek(6)
        shown = np.asarray(opened.convert("RGB"), dtype=int)[:256, :256]
        wanted = np.asarray(picture.convert("RGB").resize((256, 256), Image.Resampling.LANCZOS), dtype=int)
    assert np.abs(shown - wanted).mean() < 6


def test_no_film_and_an_mp4(client):  # noqa: F811
    assert ask(client, film="")[1] is None
    pytest.importorskip("av", reason="the package av is not installed")
    with open(ask(client, film="mp4", steps=2)[1], "rb") as file:
        assert file.read(12)[4:8] == b"ftyp"


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"seed": 5}, ["seed", "5", "0"]),
        ({"film": "exe"}, ["film", "'exe'", "'mp4'"]),
        ({"steps": 0}, ["steps", "1 to 250"]),
        ({"rule": {"name": "Projected", "eta": 7}}, ["rule.eta"]),
        ({"steps": 250, "seeds": "16 from 0", "gamma_clip": 5}, ["steps × seeds", "at most"]),
    ],
)
def test_wrong_values_are_told(client, wrong, words):  # noqa: F811
    with pytest.raises(AppError) as told:
        ask(client, **wrong)
    assert all(word in str(told.value) for word in words), str(told.value)


def test_every_parameter_has_a_name_and_a_default(client):  # noqa: F811
    endpoint = client.view_api(return_format="dict")["named_endpoints"]["/trajectory"]
    assert all(each["parameter_has_default"] for each in endpoint["parameters"])
    assert {"seed", "film", "rule"} <= {each["parameter_name"] for each in endpoint["parameters"]}
    run, _ = client.predict(api_name="/trajectory")
    assert run["seed"] == 0 and run["recipe"]["seeds"] == [0]
