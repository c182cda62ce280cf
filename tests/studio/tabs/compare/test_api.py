"""`/compare` as a program calls it, over the fake engine."""

import numpy as np
import pytest
from gradio_client.exceptions import AppError
from PIL import Image

from studio.recipe import Recipe

from ...api.test_generate import client, pixels  # noqa: F401 (a fixture)

A, B = {"prompt": "red apple", "w": 0, "steps": 3}, {"prompt": "red apple", "w": 3, "steps": 3}


def ask(client, **given):  # noqa: F811
    return client.predict(**{"a": A, "b": B} | given, api_name="/compare")


def test_both_with_the_same_seeds_and_what_is_between_them(client):  # noqa: F811
    a, b, gaps, about = ask(client, seeds=[4, 9])
    assert len(a) == len(b) == len(gaps) == 2 and about["seeds"] == [4, 9]
    apart = np.abs(pixels(a).astype(int) - pixels(b))
    for seen, gap, said in zip(apart, pixels(gaps), about["gaps"], strict=True):
        assert (gap == seen * said["factor"]).all() and said["most"] == seen.max() > 0
        assert said["mean"] == pytest.approx(seen.mean()) and 0 < said["share"] <= 1 and not said["resized"]
    assert [Recipe.from_png(open(file, "rb").read()) for file in b] == [
        Recipe.parse(B | {"seeds": [s]}) for s in (4, 9)
    ]
    assert [Recipe.parse(each) for each in about["recipes"]] == [
        Recipe.parse(each | {"seeds": [4, 9]}) for each in (A, B)
    ]


def test_the_pictures_are_those_of_generate(client):  # noqa: F811
    files, recipes = client.predict(**B, seeds=[4], api_name="/generate")
    _, b, _, _ = ask(client, a=A | {"seeds": [4]}, b=recipes[0] | {"seeds": [7]})  # a's seeds
    assert (pixels(files) == pixels(b)).all()


def test_the_difference_is_told_in_words(client):  # noqa: F811
    words = ask(client, b=B | {"sampler": "Heun"}, seeds="1 from 0")[3]["words"]
    assert len(words["en"]) == len(words["zh"]) > 1
    assert any("0 → 3" in line for line in words["en"]) and any("DDIM → Heun" in line for line in words["en"])


def test_alike_recipes_have_no_difference(client):  # noqa: F811
    a, b, gaps, about = ask(client, b=A, seeds=[2])
    assert about["words"] == {"en": [], "zh": []} and about["gaps"][0]["most"] == 0 == about["gaps"][0]["share"]
    with Image.open(gaps[0]) as gap:
        assert not np.asarray(gap).any()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"a": {"w": 99}}, r"a\.w = 99"),
        ({"b": {"promt": "x"}}, r"b\.promt = .*prompt"),
        ({"seeds": "many"}, "seeds"),
        ({"a": A | {"steps": 250}, "b": B | {"steps": 250}, "seeds": "16 from 0"}, "at most"),
    ],
)
def test_what_is_not_allowed_is_said(client, given, said):  # noqa: F811
    with pytest.raises(AppError, match=said):
        ask(client, **given)


def test_every_parameter_has_a_name(client):  # noqa: F811
    endpoint = client.view_api(return_format="dict")["named_endpoints"]["/compare"]
    assert [p["parameter_name"] for p in endpoint["parameters"]] == ["a", "b", "seeds"]
