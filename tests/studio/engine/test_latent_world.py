"""A world whose x is an autoencoder's latents, in the studio: drawn, judged by judges of smaller pictures, looked into."""

import numpy as np
import pytest
import torch

from pipelines import ClassifierFree
from pipelines.worlds import loading
from pipelines.worlds.reference import load_features
from studio.engine import Engine
from studio.engine import world as opened
from studio.recipe import Recipe
from studio.recipe.prompts import read
from studio.tabs.inside.trace import Trace, frame_of
from studio.tabs.inside.view import remarks
from tests.tiny import SIZE, tiny_judge, tiny_latent

SIDE = 32
RECIPE = Recipe(prompt="red apple", steps=3, seeds=(1, 2), w=2.0)


@pytest.fixture(scope="module")
def world():
    return opened.World(tiny_latent(), tiny_judge(), side=SIZE)


def test_the_engine_draws_previews_and_decoded_pictures(world):
    frames = list(Engine(lambda name: world).run(RECIPE))
    assert {picture.size for frame in frames for picture in frame.pictures} == {(SIDE, SIDE)}
    pixels = np.stack([np.asarray(picture) for picture in frames[-1].pictures])
    images = world.pipe("red apple", rules=[ClassifierFree(2.0)], num_inference_steps=3, seeds=(1, 2)).images
    assert (pixels == np.stack([np.asarray(image) for image in images])).all()
    assert frames[-1].scores.n == 2 and frames[-1].scores.diversity is not None


def test_its_judge_sees_the_pictures_made_small(world):
    x = torch.rand(2, 3, SIDE, SIDE) * 2 - 1
    small = world.judging.sized(x)
    assert small.shape == (2, 3, SIZE, SIZE) and small.abs().max() <= 1
    flat = torch.full((1, 3, SIDE, SIDE), 0.25)
    torch.testing.assert_close(world.judging.sized(flat), torch.full((1, 3, SIZE, SIZE), 0.25))
    images = [image.convert("RGB") for image in world.pipe.to_pil(torch.zeros(2, 4, 4, 4))]
    assert world.judging._tensor(images).shape == (2, 3, SIZE, SIZE)
    seen = world.judging.look(images, [0, 0], [read(RECIPE)])
    assert len(seen.features) == 2 and np.isfinite(seen.features).all()


def test_a_clip_of_latents_judges_no_pictures(world):
    assert world.pipe.clip is not None and world.judging.clip is None
    assert world.score(_last(world), read(RECIPE))[0].clip_score is None


def _last(world):
    *_, step = world.steps(RECIPE, read(RECIPE))
    return step


def test_inside_shows_what_the_decoder_draws_and_the_pictures_are_the_same(world):
    recipe = RECIPE.but(prompt="", category="food", gamma_classifier=2.0)
    moments = list(world.watch(recipe, read(recipe)))
    assert len(moments) == 4 and all(moment.latent for moment in moments)
    for moment in moments:
        assert moment.x.shape == moment.x0.shape == (2, SIDE, SIDE, 3) and moment.x.dtype == np.uint8
        assert moment.heat.shape == (2, SIDE, SIDE)
        assert all(np.isfinite(values).all() for name, values in moment.numbers.items() if name != "pull_cosine")
        assert frame_of(moment, 0).heat.shape == (SIDE, SIDE)
    heat = moments[0].heat
    assert heat.any() and (heat == heat[:, ::8, ::8].repeat(8, 1).repeat(8, 2)).all()  # one value a place
    assert {"judge", "guide", "guide_noised", "variance"} <= set(moments[0].numbers)
    *_, step = world.steps(recipe, read(recipe))
    assert (moments[-1].x0 == np.stack([np.asarray(image) for image in world.final(step)])).all()


def test_the_classifier_is_asked_about_latents_and_the_judge_about_pictures(world):
    recipe = RECIPE.but(prompt="", category="food")
    seen = {"judge": set(), "classifier": set()}
    hooks = [
        network.register_forward_pre_hook(lambda module, inputs, name=name: seen[name].add(tuple(inputs[0].shape)))
        for name, network in (("judge", world.judge), ("classifier", world.pipe.classifier))
    ]
    list(world.watch(recipe, read(recipe)))
    for hook in hooks:
        hook.remove()
    assert seen == {"judge": {(2, 3, SIZE, SIZE)}, "classifier": {(2, 4, 4, 4)}}


def test_the_page_says_what_is_shown_of_latents():
    assert remarks(Trace(RECIPE, 1, latent=True), False) == ["inside_latent"]
    assert remarks(Trace(RECIPE, 1), False) == []


def test_a_world_without_judges_has_those_that_are_lent_to_it(monkeypatch):
    monkeypatch.setitem(loading.LENT, "borrower", "emoji")  # a world with none of its own
    assert loading.lender("emoji", "judge") == "emoji" and loading.lender("fashion", "judge") == "fashion"
    assert loading.judge_side("borrower") == loading.judge_side("latent") == loading.judge_side("memory") == 64
    assert loading.judge_side("emoji") is loading.judge_side("fashion") is None
    assert loading.load_judge("borrower").labels == loading.load_judge("emoji").labels
    assert len(load_features("borrower").train) == len(load_features("emoji").train)


def test_judges_of_its_own_come_first(tmp_path, monkeypatch):
    (tmp_path / "latent" / "judge").mkdir(parents=True)
    monkeypatch.setattr(loading, "FOLDER", tmp_path)
    assert loading.lender("latent", "judge") == "latent" and loading.judge_side("latent") is None
    assert loading.lender("latent", "reference") == "emoji"


def test_a_clip_of_latents_reads_a_picture_by_its_latents(world):
    from PIL import Image

    picture, seen = Image.new("RGB", (SIDE, SIDE), "red"), []
    hook = world.pipe.clip.model.visual.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0]))
    said = [world.judging.zero_shot(picture, ["a cat", "an apple"], noise)["guide"] for noise in (0.0, 0.5)]
    hook.remove()
    with torch.no_grad():
        torch.testing.assert_close(seen[0], world.pipe.space.encode(world.judging._tensor([picture], SIDE)))
    assert seen[1].shape == (1, 4, 4, 4) and not torch.equal(*seen) and all(sum(s) == pytest.approx(1) for s in said)
