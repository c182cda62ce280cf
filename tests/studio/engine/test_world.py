"""The torch side of the studio on a network of a few thousand weights."""

import types

import numpy as np
import pytest
import torch
from diffusers import UNet2DConditionModel

from pipelines import DDIM, DDPM, Classifier, ClassifierFree, GuidedPipeline, NoiseSchedule, Semantic
from pipelines.networks.text_encoder import TextEncoder
from studio.engine import Engine
from studio.engine import world as opened
from studio.recipe import Recipe
from studio.recipe.plan import plan
from studio.recipe.prompts import read
from tests.tiny import tiny_classifier, tiny_clip, tiny_judge


@pytest.fixture(scope="module")
def pipe():
    torch.manual_seed(0)
    clip = tiny_clip()
    text = clip.config.model_cfg
    unet = UNet2DConditionModel(
        sample_size=4,
        in_channels=48,
        out_channels=48,
        block_out_channels=(16, 16),
        layers_per_block=1,
        norm_num_groups=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=text["text_cfg"]["width"],
        attention_head_dim=2,
        class_embed_type="projection",
        projection_class_embeddings_input_dim=text["embed_dim"],
    ).eval()
    return GuidedPipeline(unet, TextEncoder.from_clip(clip).eval(), NoiseSchedule(), clip, tiny_classifier())


@pytest.fixture
def engine(pipe):
    return Engine(lambda name: opened.World(pipe, tiny_judge()))


def final(engine, recipe):
    frames = list(engine.run(recipe))
    return np.stack([np.asarray(picture) for picture in frames[-1].pictures]), frames[-1]


RECIPE = Recipe(prompt="xyzzy", steps=3, seeds=(1, 2))


def test_pictures_are_those_of_the_pipeline(engine, pipe):
    pixels, frame = final(engine, RECIPE)
    images = pipe("xyzzy", rules=[ClassifierFree(2.0)], sampler=DDIM(), num_inference_steps=3, seeds=(1, 2)).images
    assert (pixels == np.stack([np.asarray(image) for image in images])).all()
    assert frame.calls == 3 * 2 * 2 and frame.index == frame.total == 3


@pytest.mark.parametrize(
    "changes", [{}, {"w": 0.0}, {"gamma_clip": 40.0}, {"sampler": "DDPM", "route": "mean"}, {"eta": 0.5}]
)
def test_the_same_recipe_gives_identical_pixels(engine, changes):
    recipe = RECIPE.but(category="fruit", gamma_classifier=2.0, **changes)
    assert (final(engine, recipe)[0] == final(engine, recipe)[0]).all()


def test_counting_leaves_the_network_as_it_was(engine, pipe):
    final(engine, RECIPE)
    assert "forward" not in vars(pipe.unet)
    with pytest.raises(ValueError), opened.World(pipe).counting():
        raise ValueError
    assert "forward" not in vars(pipe.unet)


def test_scores_are_of_the_pictures_and_the_label(engine):
    _, frame = final(engine, RECIPE.but(category="fruit"))
    scores = frame.scores
    assert scores.n == 2 and scores.label == "fruit" and scores.agreement in (0.0, 0.5, 1.0)
    assert scores.agreement_ci[0] <= scores.agreement <= scores.agreement_ci[1]
    assert scores.diversity > 0 and scores.clip_score is not None and scores.calls == frame.calls
    _, alone = final(engine, Recipe(w=-1, steps=1, seeds=(1,)))
    assert alone.scores.agreement is alone.scores.clip_score is alone.scores.diversity is None


def test_the_clip_score_is_by_the_clip_that_never_guides(pipe):
    world = opened.World(pipe, tiny_judge())
    _, guided = final(Engine(lambda name: world), RECIPE)
    assert guided.scores.clip_by == "guide" and guided.scores.clip_word == "clip_score_guide"
    apart = opened.World(pipe, tiny_judge())
    apart.judging.clip = types.SimpleNamespace(
        encode_image=lambda x: torch.tensor([[0.6, 0.8]] * len(x)), encode_text=lambda texts: torch.tensor([[0.0, 1.0]])
    )
    _, judged = final(Engine(lambda name: apart), RECIPE)
    assert judged.scores.clip_score == pytest.approx(80) and judged.scores.clip_by == "judge"
    assert judged.scores.clip_word == "clip_score" and judged.scores.diversity == guided.scores.diversity
    *_, moment = apart.watch(RECIPE, read(RECIPE))
    assert moment.numbers["clip_score"] == pytest.approx([80, 80])


def test_without_a_judge_there_are_pictures_and_a_reason(pipe):
    _, frame = final(Engine(lambda name: opened.World(pipe, None, "judge/x.safetensors is missing.")), RECIPE)
    assert len(frame.pictures) == 2 and frame.scores.agreement is None
    assert "judge/x.safetensors" in str(frame.notes[-1])


def test_a_missing_judge_and_a_missing_world(monkeypatch, pipe):
    def missing(name, precision=""):
        raise opened.WorldError("judge is missing")

    monkeypatch.setattr(opened, "load_world", lambda name, precision: pipe)
    monkeypatch.setattr(opened, "load_judge", missing)
    assert opened.World.open("emoji").no_judge == "judge is missing"
    monkeypatch.setattr(opened, "load_world", missing)
    with pytest.raises(opened.WorldError):
        list(Engine().run(RECIPE))


@pytest.mark.parametrize(
    "fields, rule, pulls",
    [
        ({"prompt": "cat"}, 2.0, []),
        ({"prompt": "cat", "w": 0, "gamma_classifier": 3}, 0.0, [Classifier(3.0, "mammal")]),
        ({"prompt": "cat", "w": -1, "gamma_clip": 40, "style": "flat"}, -1.0, [Semantic(40.0, "flat cat")]),
        (
            {"prompt": "cat", "category": "food", "gamma_classifier": -1, "gamma_clip": 5},
            2.0,
            [Classifier(-1.0, "food"), Semantic(5.0, "cat")],
        ),
        ({"prompt": "xyzzy", "gamma_classifier": 3}, 2.0, []),
        ({"gamma_clip": 3, "gamma_classifier": 3}, -1.0, []),
        ({"negative_prompt": "dog"}, 2.0, []),
    ],
)
def test_a_recipe_becomes_pipeline_arguments(fields, rule, pulls):
    arguments = plan(Recipe(**fields))
    assert arguments["rules"] == (ClassifierFree(rule),) and list(arguments["pulls"]) == pulls
    assert arguments["prompt"] == (read(Recipe(**fields)).text or None)
    assert arguments["negative_prompt"] == (fields.get("negative_prompt") or None)


def test_samplers_get_their_options():
    assert plan(Recipe(eta=0.5))["sampler"] == DDIM(0.5)
    assert plan(Recipe(sampler="DDPM", variance="beta", route="mean"))["sampler"] == DDPM("beta", "mean")


def test_guidance_off_makes_no_other_pictures(engine):
    plain, _ = final(engine, RECIPE.but(w=0.0))
    assert (plain == final(engine, RECIPE.but(w=0.0, gamma_classifier=3.0))[0]).all()  # no label: left out
    assert (plain != final(engine, RECIPE.but(w=0.0, gamma_classifier=3.0, category="fruit"))[0]).any()


@pytest.mark.parametrize(
    "content, granted",
    [("max 100000", 64), ("150000 100000", 2), ("100000 100000", 1), ("50 100000", 1), ("", 64)],
)
def test_a_container_s_share_of_cores_is_kept(monkeypatch, content, granted):
    monkeypatch.setattr(opened.os, "sched_getaffinity", lambda pid: range(64), raising=False)
    monkeypatch.setattr(opened, "Path", lambda path: types.SimpleNamespace(read_text=lambda: content))
    assert opened.granted_cores() == granted


def test_a_controlnet_is_counted_as_a_share_of_a_call():
    class Network:
        def forward(self, sample):
            return sample

    pipe = types.SimpleNamespace(unet=Network(), controlnet=Network(), weak=None)
    with opened.World(pipe).counting() as counter:
        for _ in range(10):
            pipe.unet.forward([0] * 8)
            pipe.controlnet.forward([0] * 4)
    assert counter.calls == 96 and "forward" not in vars(pipe.controlnet)
