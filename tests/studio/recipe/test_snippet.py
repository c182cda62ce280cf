"""Copy as Python: the program runs as it stands and makes the studio's pixels."""

from functools import cache

import pytest

from studio.engine import Engine
from studio.recipe import Recipe
from studio.recipe.snippet import snippet
from studio.recipe.vocabulary import WORLDS, worlds

RECIPES = {
    "plain": dict(prompt="smiling cat", w=3.0),
    "emoji and chinese": dict(prompt="红苹果 🍎", style="flat", negative_prompt="green"),
    "gammas": dict(prompt="red apple", w=0.0, gamma_classifier=3.0, gamma_clip=-20.0),
    "nothing asked": dict(w=4.0),
    "no label": dict(prompt="zzzz", gamma_classifier=5.0),
    "quotes": dict(prompt='it\'s a "dog" \\ {x}', w=1.5),
    "wrapped": dict(
        prompt="a bird",
        w=4.0,
        rule={"name": "Interval", "low": 0.1, "high": 0.9, "rule": {"name": "Projected", "eta": 0.2}},
        sampler="Heun",
        sampler_options={"variable": "angle"},
    ),
    "scheduled": dict(prompt="car", rule={"name": "Scheduled", "end": 3.0}, sampler="DDPM", variance="beta"),
    "pulls": dict(
        prompt="car", pulls=[{"name": "Colour", "gamma": 1, "colour": "#00aa00"}, {"name": "Semantic"}], eta=0.5
    ),
    "memory": dict(world="memory", prompt="red apple", w=2.0),
    "fashion": dict(world="fashion", category="bag", w=2.0, rule={"name": "Rescale"}),
}


@pytest.fixture(scope="module")
def real_world():
    if not (WORLDS / "emoji" / "model_index.json").is_file():
        pytest.skip("the weights of the emoji world are not there")


@pytest.fixture
def vocabulary_file():
    """The words of the worlds that ship, not those of the fakes."""


@pytest.fixture(scope="module")
def engine():
    return Engine()


@pytest.fixture(scope="module")
def load_once():
    """Loading a world takes seconds."""
    import pipelines

    return cache(pipelines.load_world)


@pytest.mark.parametrize("name", RECIPES)
def test_it_makes_the_same_pixels(name, engine, real_world, load_once, tmp_path, monkeypatch):
    """Three steps; the first of each world loads it twice, which is why this takes seconds."""
    fields = {"steps": 3, "seeds": (3, 11)} | RECIPES[name]
    monkeypatch.setattr("pipelines.load_world", load_once, raising=False)
    if fields.get("world", "emoji") not in worlds():
        pytest.skip("this world is not there")
    recipe = Recipe(**fields)
    *_, frame = engine.run(recipe)
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    exec(compile(snippet(recipe), "snippet", "exec"), names)
    assert [image.tobytes() for image in names["images"]] == [image.tobytes() for image in frame.pictures]
    assert sorted(path.name for path in tmp_path.glob("*.png")) == ["seed-11.png", "seed-3.png"]


def test_it_says_world_revision_and_nothing_that_is_at_its_default():
    text = snippet(Recipe(prompt="cat", revision="0123456789ab"))
    assert "World 'emoji', revision 0123456789ab" in text
    assert "ClassifierFree(w=2.0)" in text and "DDIM()" in text and "negative_prompt" not in text
    assert "pulls" not in text and "upsample" not in text


def test_the_upsampler_is_part_of_it(monkeypatch):
    monkeypatch.setattr("studio.recipe.recipe.has_upsampler", lambda world: True)
    text = snippet(Recipe(prompt="cat", upsample=True))
    assert "from pipelines.runs.cascade import upsample" in text and "upsample(pipe, step.x, 'cat'" in text
    compile(text, "snippet", "exec")
