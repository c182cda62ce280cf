"""A run of tiny networks opened up: the pictures of the plain run, and numbers as directly computed."""

import numpy as np
import pytest
import torch

from pipelines import SAMPLERS
from studio.engine import Engine
from studio.engine.judging import Judging
from studio.engine.observation import Scores
from studio.engine.world import World
from studio.recipe import Recipe
from studio.recipe.prompts import read
from studio.tabs.inside.trace import tracing
from tests.tiny import tiny_judge, tiny_pipeline

RECIPE = Recipe(prompt="red apple", category="food", steps=3, seeds=(1, 2), w=2.0)


@pytest.fixture(scope="module")
def world():
    return World(tiny_pipeline(), tiny_judge())


def traced(world, recipe=RECIPE, seed=1):
    (*_, (trace, _)) = Engine(lambda name: world).stream(tracing(world, recipe, seed))
    return trace


def drawn(world, recipe):
    (*_, frame) = Engine(lambda name: world).run(recipe)
    return frame


@pytest.mark.parametrize("w, rule, pulls", [
    (2, "", ()),
    (0, "", ()),
    (-1, "", ()),
    (3, {"name": "Interval", "low": 0.4, "high": 0.6}, ()),
    (0.6, "CFGPlusPlus", ()),
    (2, "CFGZeroStar", ()),
    (3, {"name": "Projected"}, ({"name": "Colour", "gamma": 3.0}, {"name": "Classifier", "gamma": 2.0})),
])  # fmt: skip
def test_the_traced_picture_is_that_of_the_plain_run(world, w, rule, pulls):
    recipe = RECIPE.but(w=float(w), rule=rule, pulls=pulls, gamma_clip=5.0)
    trace, plain = traced(world, recipe), drawn(world, recipe)
    assert (trace.frames[-1].x == np.asarray(plain.pictures[0])).all()
    assert trace.calls == plain.calls


@pytest.mark.parametrize("sampler", sorted(SAMPLERS))
def test_with_every_sampler_and_in_one_step(world, sampler):
    for steps in (1, 3):
        recipe = RECIPE.but(sampler=sampler, steps=steps)
        trace, plain = traced(world, recipe, seed=2), drawn(world, recipe)
        assert (trace.frames[-1].x == np.asarray(plain.pictures[1])).all() and trace.calls == plain.calls
        assert len(trace.frames) == steps + 1 and trace.extra == 0
        assert trace.looks == (SAMPLERS[sampler].calls if steps > 1 or sampler == "AMED" else 1)
        assert np.isfinite(trace.numbers["difference"][:-1]).all()


def test_the_numbers_are_those_of_a_direct_computation(world):
    trace, pipe, reading = traced(world), world.pipe, read(RECIPE)
    from pipelines.process.noise import Draw
    from pipelines.runs.denoiser import Denoiser

    branches = {"conditional": pipe.encode([reading.text] * 2), "null": pipe.encode([""] * 2)}
    denoiser = Denoiser(pipe.network, branches, pipe.config.target)
    draw = Draw.from_seeds(RECIPE.seeds)
    x, t = draw((2, *pipe.sample_shape)), pipe.schedule.times(3)[0]
    with torch.no_grad():
        c, n = denoiser(x, t, "conditional", "null")
    wanted = (c.eps - n.eps).flatten(1).norm(dim=1)
    np.testing.assert_allclose(trace.numbers["difference"][0], wanted, rtol=1e-5)
    np.testing.assert_allclose(trace.numbers["change"][0], 2 * wanted, rtol=1e-3)
    cosine = torch.nn.functional.cosine_similarity(c.eps.flatten(1), n.eps.flatten(1))
    np.testing.assert_allclose(trace.numbers["cosine"][0], cosine, rtol=1e-5)
    assert trace.levels[0] == (t.a, t.b) and trace.levels[-1] == (1, 0)


def test_scores_are_those_of_the_models_on_the_final_picture(world):
    trace = traced(world)
    (*_, step) = world.steps(RECIPE, read(RECIPE))
    x = step.x.clamp(-1, 1)
    with torch.no_grad():
        head, index = world.judge.find("food")
        judged = world.judge(x)[head].softmax(-1)[:, index]
        guide = world.pipe.classifier.log_prob(x, torch.zeros(2), "food").exp()
        clip = 100 * world.pipe.clip.similarity(x, [read(RECIPE).text] * 2).clamp(min=0)
    for name, wanted in {"judge": judged, "guide": guide, "clip_score": clip}.items():
        np.testing.assert_allclose(trace.numbers[name][-1], wanted, rtol=1e-5)
    np.testing.assert_allclose(trace.numbers["variance"][-1], x.flatten(1).numpy().var(1), rtol=1e-5)


def test_without_guidance_there_is_no_change_no_pull_and_no_heat(world):
    trace = traced(world, RECIPE.but(w=0.0))
    assert not trace.numbers["change"][:-1].any() and not trace.numbers["pull"][:-1].any()
    assert all(frame.peak == 0 and not frame.heat.any() for frame in trace.frames)
    assert trace.numbers["difference"][:-1].all() and trace.extra == trace.calls == 6


def test_an_interval_is_silent_outside(world):
    recipe = RECIPE.but(steps=12, rule={"name": "Interval", "low": 0.3, "high": 0.6})
    trace = traced(world, recipe)
    levels = [2 / np.pi * np.arctan2(b, a) for a, b in trace.levels[:-1]]
    inside = np.array([0.3 <= level <= 0.6 for level in levels])
    assert inside.any() and not inside.all()
    assert ((trace.numbers["change"][:-1, 0] > 0) == inside).all()
    assert [frame.peak > 0 for frame in trace.frames[:-1]] == inside.tolist()


def test_a_pull_is_measured_in_the_units_of_the_noise(world):
    trace = traced(world, RECIPE.but(w=0.0, gamma_classifier=4.0))
    assert trace.numbers["pull"][:-1].all() and (np.abs(trace.numbers["pull_cosine"][:-1]) <= 1).all()
    assert not trace.numbers["change"][:-1].any() and trace.frames[0].peak > 0
    assert np.isnan(trace.numbers["pull"][-1]).all()


def test_a_world_without_judge_clip_and_classifier_has_fewer_numbers():
    pipe = tiny_pipeline(classifier=False)
    pipe.register_modules(clip=None)
    found = Scores(pipe, Judging(pipe, None), read(RECIPE))(torch.zeros(2, 3, 16, 16))
    assert list(found) == ["variance"] and not found["variance"].any()
