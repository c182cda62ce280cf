"""The switch for twice the side: in the recipe, in the engine, in a world, on the page."""

import base64
import re
import threading

import numpy as np
import pytest
from PIL import Image

from pipelines.runs.cascade import upsample
from studio.engine import Engine
from studio.engine import world as opened
from studio.page.forms import read_query, shared_of, write_query
from studio.recipe import UPSAMPLER_STEPS, Recipe, RecipeError
from studio.tabs.play import shared as panel
from studio.tabs.play.handlers import Play
from tests.studio.fakes import FakeEngine, install_upsampler
from tests.tiny import tiny_judge, tiny_pipeline, tiny_upsampler

PICTURE = Image.new("RGB", (8, 8), "white")


@pytest.fixture
def able(vocabulary_file):
    install_upsampler(vocabulary_file)


def test_every_form_gives_it_back(able):
    recipe = Recipe(prompt="cat", upsample=True)
    assert recipe.to_query() == "prompt=cat&upsample=1" and Recipe.from_query(recipe.to_query()) == recipe
    assert Recipe.from_json(recipe.to_json()) == Recipe.from_png(recipe.to_png(PICTURE)) == recipe
    assert recipe.hash != Recipe(prompt="cat").hash and '"upsample": true' in recipe.to_json()
    assert read_query(write_query([recipe]))[0] == recipe


@pytest.mark.parametrize(
    "value, meant", [(True, True), (1, True), ("True", True), (0, False), ("0", False), (0.0, False)]
)
def test_it_is_on_or_off(able, value, meant):
    assert Recipe(upsample=value).upsample is meant


@pytest.mark.parametrize("value", [None, 2, "yes", "", float("nan"), [], [True], {}, 2**80])
def test_anything_else_is_told(able, value):
    with pytest.raises(RecipeError, match="upsample = .*"):
        Recipe.parse({"upsample": value})


def test_a_world_without_an_upsampler_is_told(vocabulary_file):
    with pytest.raises(RecipeError, match="upsample = True.*'emoji' has no upsampler"):
        Recipe(upsample=True)
    vocabulary_file.with_name("model_index.json").write_text('{"upsampler": [null, null]}')
    with pytest.raises(RecipeError, match="has no upsampler"):
        Recipe(upsample=True)
    assert not Recipe(upsample=False).upsample


def test_it_costs_its_steps(able):
    assert Recipe(upsample=True).cost == Recipe().cost + UPSAMPLER_STEPS * 4


def test_previews_are_small_and_the_last_pictures_twice_as_large(able):
    frames = list(FakeEngine(0).run(Recipe(prompt="cat", steps=6, seeds=(1, 2), w=0, upsample=True)))
    sizes = [frame.pictures[0].size for frame in frames if frame.pictures]
    assert set(sizes[:-1]) == {(64, 64)} and sizes[-1] == (128, 128) and frames[-1].done
    assert frames[-1].scores.n == 2 and frames[-1].calls == frames[-1].scores.calls == 6 * 2 + 2 * 2


def test_a_cancel_while_it_is_drawn_leaves_the_small_pictures(able):
    engine, cancel = FakeEngine(0.02), threading.Event()
    for frame in engine.run(Recipe(steps=3, upsample=True), cancel):
        if frame.index == 3:
            cancel.set()
    assert frame.cancelled and frame.done and frame.pictures[0].size == (64, 64) and frame.scores is None


def test_a_world_draws_what_the_pipeline_does_and_judges_the_small_pictures(able):
    pipe, recipe = tiny_pipeline(), Recipe(prompt="xyzzy", steps=2, seeds=(1, 2), w=0)
    pipe.register_modules(upsampler=tiny_upsampler())
    engine = Engine(lambda name: opened.World(pipe, tiny_judge()))
    small, large = (list(engine.run(each))[-1] for each in (recipe, recipe.but(upsample=True)))
    base = pipe("xyzzy", num_inference_steps=2, seeds=(1, 2), output_type="latent").images
    *_, last = upsample(pipe, base, "xyzzy", seeds=(1, 2), num_inference_steps=UPSAMPLER_STEPS)
    wanted = np.stack([np.asarray(image) for image in pipe.to_pil(last.x)])
    assert (np.stack([np.asarray(image) for image in large.pictures]) == wanted).all()
    assert large.scores.diversity == small.scores.diversity and large.scores.clip_score == small.scores.clip_score
    assert large.calls == small.calls + UPSAMPLER_STEPS * 2 and "forward" not in vars(pipe.upsampler)


def test_the_page_keeps_the_large_pictures_and_previews_the_small_ones(able):
    play = Play(FakeEngine(0))
    form = shared_of(Recipe(prompt="cat", upsample=True, steps=3))
    play.begin("me", form)
    html = "".join(list(play.run("me"))[-1].table)
    png = base64.b64decode(re.findall(r'data:image/png;base64,([^"]+)', html)[0])
    assert Recipe.from_png(png).upsample and png[16:24] == (128).to_bytes(4, "big") * 2
    play.edit("me", form, 4.0, 0, 0)
    last = list(play.preview("me", form))[-1]
    assert "Preview in" in last.status and "settings changed" not in "".join(last.table)


def test_the_switch_says_why_it_cannot_be_used(vocabulary_file):
    state = panel.upsample_state("emoji")
    assert state["interactive"] is False and state["info"].key == "no_upsampler"
    assert state["label"].key == "upsample_none"  # 128 pixels may be what the world draws
    install_upsampler(vocabulary_file)
    state = panel.upsample_state("emoji")
    assert state["interactive"] is True and state["info"].key == "upsample_help"
