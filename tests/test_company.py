"""A picture drawn among others and the same one drawn alone: how far apart they are, and that this is what is promised."""

import inspect
from pathlib import Path

import numpy as np
import pytest
import torch

from pipelines import DDPM, Classifier, ClassifierFree, GuidedPipeline, Heun, Perturbed, Semantic, load_world
from pipelines.runs.batched import together
from pipelines.runs.cascade import upsample
from studio.api import generate as api
from studio.recipe import snippet
from studio.words import WORDS

ROOT = Path(__file__).resolve().parents[1]
SEEDS = (3, 14, 159, 2653, 58979)
LEVELS, SHARE = 1, 0.01  # what is promised, in words:
PROMISE = "at most one level of 255 off, in at most one value in a hundred"
CASES = {
    "plain": dict(),
    "strong": dict(rules=[ClassifierFree(20)]),
    "ancestral": dict(rules=[ClassifierFree(4)], sampler=DDPM()),
    "Heun": dict(rules=[ClassifierFree(2)], sampler=Heun()),
    "perturbed": dict(rules=[Perturbed(5)]),
    "pulls": dict(rules=[ClassifierFree(2)], pulls=[Classifier(5, "food"), Semantic(40, "red apple")]),
}


@pytest.fixture(scope="module")
def pipe():
    if not (ROOT / "assets" / "worlds" / "emoji" / "model_index.json").is_file():
        pytest.skip("the weights of the emoji world are not there")
    return load_world("emoji")


def bytes_of(pipe, x):
    return np.stack([np.asarray(picture) for picture in pipe.to_pil(x)]).astype(int)


def drawn(pipe, seeds, **settings):
    *_, last = pipe.steps("whale", seeds=seeds, num_inference_steps=12, **settings)
    return last.x


def assert_near(some, others):
    apart = np.abs(some - others)
    assert apart.max() <= LEVELS
    for picture in apart:
        assert (picture > 0).mean() <= SHARE


@pytest.mark.parametrize("name", CASES)
def test_a_seed_among_others_is_the_seed_alone_as_far_as_is_promised(pipe, name):
    among, again = (drawn(pipe, SEEDS, **CASES[name]) for _ in range(2))
    assert torch.equal(among, again), "the same seeds, to the bit"
    alone = torch.cat([drawn(pipe, [seed], **CASES[name]) for seed in SEEDS])
    assert_near(bytes_of(pipe, among), bytes_of(pipe, alone))
    assert np.abs(bytes_of(pipe, among)[:1] - bytes_of(pipe, alone)[1:]).max() > 20, "other seeds are other pictures"


def test_settings_drawn_together_are_each_alone_as_far_as_is_promised(pipe):
    runs = [
        dict(prompt="whale", seeds=SEEDS[:3], num_inference_steps=12, rules=[ClassifierFree(w)])
        for w in (0.0, 2.0, 7.0)
    ]
    *_, last = together(pipe, runs)
    for run, step in zip(runs, last, strict=True):
        alone = torch.cat([drawn(pipe, [seed], rules=run["rules"]) for seed in run["seeds"]])
        assert_near(bytes_of(pipe, step.x), bytes_of(pipe, alone))


def test_an_enlarged_picture_too(pipe):
    def large(seeds):
        *_, last = upsample(pipe, drawn(pipe, seeds, rules=[ClassifierFree(2)]), "whale", seeds=seeds)
        return last.x

    assert_near(bytes_of(pipe, large(SEEDS[:3])), bytes_of(pipe, torch.cat([large([seed]) for seed in SEEDS[:3]])))


@pytest.mark.parametrize(
    "where, text",
    {
        "README": (ROOT / "README.md").read_text("utf-8"),
        "/generate": inspect.getsource(api),
        "Copy as Python": snippet.__doc__,
        "the library": GuidedPipeline.steps.__doc__,
    }.items(),
)
def test_the_promise_is_made_where_pictures_are_said_to_come_again(where, text):
    assert PROMISE in " ".join(text.split())


def test_the_page_promises_no_more():
    english, chinese = WORDS["keep_column_help"]
    assert "at most one level of 255 is off, in at most one value in a hundred" in english and "百分之一" in chinese
