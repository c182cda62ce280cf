"""A pipeline or a network of it held in other numbers by diffusers' `to`: it runs, and draws the same but for rounding."""

import copy

import pytest
import torch

from pipelines import (
    AMED,
    DDPM,
    Classifier,
    ClassifierFree,
    Colour,
    ControlNet,
    Diffusers,
    GlobalPrompt,
    GuidedPipeline,
    Heun,
    LabelMap,
    Perturbed,
    Semantic,
    Style,
    T2IAdapter,
    UniControlNet,
)
from pipelines.exact.dataset import DataSet
from pipelines.process.schedule import NoiseSchedule
from pipelines.runs.batched import together
from pipelines.runs.cascade import CascadePipeline
from pipelines.worlds.memory import MemoryClassifier, MemoryEncoder, MemoryNetwork
from tests.tiny import tiny_clip, tiny_conditioned, tiny_judge, tiny_upsampler

from ..conditions.test_contract import disc

NUMBERS = {torch.float16: 0.01, torch.bfloat16: 0.08, torch.float64: 1e-4}  # how far rounding may move a pixel here
WAYS = {
    "nothing": {},
    "Classifier": dict(pulls=[Classifier(3, "food")]),
    "Classifier normalised": dict(pulls=[Classifier(3, "food", tempering="normalised")]),
    "Classifier clean": dict(pulls=[Classifier(3, "food", encoder="clean")]),
    "Classifier through the network": dict(pulls=[Classifier(3, "food", sees="x0 exact")]),
    "Semantic": dict(pulls=[Semantic(40, "cat", others=("red apple",))]),
    "Semantic of a picture": dict(pulls=[Semantic(40, images=(disc(),))]),
    "Semantic clean": dict(pulls=[Semantic(40, "cat", encoder="clean")]),
    "Style": dict(pulls=[Style(30, images=(disc(),))]),
    "Colour": dict(pulls=[Colour(1)]),
    "LabelMap": dict(pulls=[LabelMap(images=(disc(),))]),
    "ControlNet": dict(conditions=[ControlNet(images=(disc(),), strength=0.5)]),
    "UniControlNet": dict(conditions=[UniControlNet(kind="mask", images=(disc(),), strength=0.5)]),
    "T2IAdapter": dict(conditions=[T2IAdapter(images=(disc(),), strength=0.2)]),
    "GlobalPrompt": dict(conditions=[GlobalPrompt(images=(disc(),), strength=0.2)]),
    "Perturbed": dict(rules=[Perturbed(1.0)]),
    "DDPM": dict(sampler=DDPM(route="mean"), pulls=[Classifier(3, "food")]),
    "Heun": dict(sampler=Heun()),
    "AMED": dict(sampler=AMED()),
    "Diffusers": dict(sampler=Diffusers()),
}


def made():
    pipe = tiny_conditioned()
    parts = pipe.components | dict(upsampler=tiny_upsampler(), clean_classifier=tiny_judge(), clean_clip=tiny_clip())
    pipe = GuidedPipeline(**{name: part for name, part in parts.items() if part is not None})
    pipe.set_progress_bar_config(disable=True)
    return pipe


@pytest.fixture(scope="module")
def full():
    return made()


@pytest.fixture(scope="module", params=NUMBERS, ids=str)
def other(request, full):
    """The same pipeline in other numbers, and which."""
    parts = {name: copy.deepcopy(part) for name, part in full.components.items() if part is not None}
    return GuidedPipeline(**parts).to(request.param), request.param


def draw(pipe, **settings):
    settings = {
        "rules": [ClassifierFree(0.5)],
        "num_inference_steps": 3,
        "seeds": (1, 2),
        "output_type": "latent",
    } | settings
    return pipe("red apple", **settings).images


@pytest.mark.parametrize("way", WAYS)
def test_it_runs_and_draws_the_same_but_for_rounding(full, other, way):
    pipe, dtype = other
    wanted, found = draw(full, **WAYS[way]), draw(pipe, **WAYS[way])
    assert found.dtype == (torch.float64 if dtype == torch.float64 else torch.float32)
    off = (found - wanted).abs()
    assert off.max() > 0 and off.mean() < NUMBERS[dtype], off.mean()


@pytest.mark.parametrize(
    "pull", [Classifier(3, "food"), Semantic(40, "cat"), Style(30, images=(disc(),))], ids=lambda p: type(p).__name__
)
def test_gradients_are_those_of_float32_but_for_rounding(full, other, pull):
    """Half precision does not lose small ones."""
    pipe, dtype = other
    x, t = torch.randn(2, 3, 16, 16, generator=torch.Generator().manual_seed(0)), full.schedule.at(300)
    wanted = pull.begin(full)(x, t, None)
    for given in (x, x.double()):
        found = pull.begin(pipe)(given, t, None)
        assert found.dtype == given.dtype and wanted.abs().max() > 0
        error = (found - wanted).norm() / wanted.norm()
        assert error < {torch.float16: 0.02, torch.bfloat16: 0.15, torch.float64: 1e-4}[dtype]


@pytest.mark.parametrize(
    "part", ["unet", "text_encoder", "classifier", "clip", "controlnet", "adapter", "global_adapter"]
)
@pytest.mark.parametrize("dtype", NUMBERS, ids=str)
def test_one_network_alone_may_be_in_other_numbers(full, part, dtype):
    parts = {
        name: copy.deepcopy(each) if name == part else each
        for name, each in full.components.items()
        if each is not None
    }
    torch.nn.Module.to(parts[part], dtype)
    pipe = GuidedPipeline(**parts)
    settings = dict(
        pulls=[Classifier(3, "food"), Semantic(40, "cat"), Style(30, images=(disc(),))],
        conditions=[each(images=(disc(),), strength=0.1) for each in (ControlNet, T2IAdapter, GlobalPrompt)],
    )
    off = (draw(pipe, **settings) - draw(full, **settings)).abs()
    assert off.max() > 0 and off.mean() < 3 * NUMBERS[dtype]


def test_runs_together_and_the_cascade(full, other):
    pipe, dtype = other
    runs = [dict(prompt="cat", num_inference_steps=2, seeds=(1, 2), rules=[ClassifierFree(w)]) for w in (0.0, 1.0)]
    for ours, theirs in zip(list(together(pipe, runs))[-1], list(together(full, runs))[-1], strict=True):
        assert (ours.x - theirs.x).abs().mean() < NUMBERS[dtype]
    large = [
        CascadePipeline(**{k: v for k, v in each.components.items() if v is not None})(
            "cat", num_inference_steps=2, seeds=(1, 2), output_type="pt"
        ).images
        for each in (pipe, full)
    ]
    assert large[0].shape == (2, 3, 32, 32) and (large[0] - large[1]).abs().mean() < NUMBERS[dtype]


@pytest.mark.parametrize("dtype", NUMBERS, ids=str)
def test_an_exact_world_too(dtype):
    generator, schedule = torch.Generator().manual_seed(0), NoiseSchedule()
    data = DataSet(torch.rand(6, 8, 8, 3, generator=generator), {"group": ["food", "flags"] * 3}, 0.1)
    encoder = MemoryEncoder(data, [(f"thing {i}", "") for i in range(6)], {}, {})

    def world():
        return GuidedPipeline(
            MemoryNetwork(data, schedule), encoder, schedule, classifier=MemoryClassifier(data, schedule)
        )

    settings = dict(num_inference_steps=4, pulls=[Classifier(1, "food")], output_type="latent")
    off = (world().to(dtype)("", **settings).images - world()("", **settings).images).abs()
    assert off.max() < 1e-3


def test_pictures_come_out_of_every_output_type(other):
    pipe, _ = other
    for kind in ("pil", "np", "pt"):
        assert len(draw(pipe, output_type=kind)) == 2
