"""Reading, writing and making pipelines of others, with every keyword and class by which users of diffusers do it."""

import copy

import diffusers
import pytest
import torch
from diffusers import DDPMPipeline, DDPMScheduler, DiffusionPipeline, UNet2DModel

from pipelines import (
    CascadePipeline,
    Classifier,
    ClassifierFree,
    ClassifierFreePipeline,
    ClassifierGuidancePipeline,
    ControlNet,
    GlobalPrompt,
    GuidedPipeline,
    Semantic,
    SemanticGuidancePipeline,
    Style,
)
from pipelines.networks.clip import CLIP
from pipelines.networks.text_encoder import TextEncoder
from pipelines.worlds.memory import MemoryEncoder, MemoryNetwork
from tests.tiny import tiny_conditioned

from ..conditions.test_contract import disc

LEARNED = {2: {"r": [0.4, 0.6], "c": [1.0, 1.1]}}
KINDS = (GuidedPipeline, CascadePipeline, ClassifierFreePipeline, ClassifierGuidancePipeline, SemanticGuidancePipeline)


@pytest.fixture(scope="module")
def pipe():
    pipe = tiny_conditioned()
    pipe.amed = LEARNED
    return pipe


@pytest.fixture(scope="module")
def folder(pipe, tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    pipe.save_pretrained(folder)
    return folder


def networks(pipe):
    return {
        name: next(part.parameters()) for name, part in pipe.components.items() if isinstance(part, torch.nn.Module)
    }


def draw(pipe):
    return GuidedPipeline.__call__(
        pipe,
        "cat",
        rules=[ClassifierFree(1)],
        num_inference_steps=2,
        seeds=(1, 2),
        output_type="pt",
        pulls=[Classifier(3, "food"), Semantic(40, "cat"), Style(30, images=(disc(),))],
        conditions=[each(images=(disc(),), strength=0.1) for each in (ControlNet, GlobalPrompt)],
    ).images


@pytest.mark.parametrize("keyword", ["dtype", "torch_dtype"])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64, torch.float32])
def test_every_part_is_read_in_the_dtype_that_is_asked_for(pipe, folder, keyword, dtype):
    again = GuidedPipeline.from_pretrained(folder, **{keyword: dtype})
    assert {weight.dtype for weight in networks(again).values()} == {dtype} and len(networks(again)) >= 7
    assert (draw(again) - draw(pipe)).abs().mean() < 0.03 and again.amed == LEARNED


def test_without_a_dtype_and_with_none_it_is_float32_whatever_the_files_hold(pipe, tmp_path):
    half = GuidedPipeline(**{name: copy.deepcopy(part) for name, part in pipe.components.items() if part is not None})
    half.to(torch.float16).save_pretrained(tmp_path)
    for keywords in ({}, {"torch_dtype": None}, {"dtype": None}):
        again = GuidedPipeline.from_pretrained(tmp_path, **keywords)
        assert {weight.dtype for weight in networks(again).values()} == {torch.float32}


def test_a_dtype_for_each_part(folder):
    again = GuidedPipeline.from_pretrained(folder, torch_dtype={"unet": torch.bfloat16, "default": torch.float64})
    found = {name: weight.dtype for name, weight in networks(again).items()}
    assert found.pop("unet") == torch.bfloat16 and set(found.values()) == {torch.float64}
    assert draw(again).isfinite().all()


@pytest.mark.parametrize("kind", [CLIP, TextEncoder], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("keyword", ["dtype", "torch_dtype"])
def test_a_network_alone_too(folder, kind, keyword):
    name = "clip" if kind is CLIP else "text_encoder"
    assert next(kind.from_pretrained(folder / name, **{keyword: torch.float16}).parameters()).dtype == torch.float16


def test_what_else_diffusers_takes_is_taken(pipe, folder):
    unet = copy.deepcopy(pipe.unet)
    again = GuidedPipeline.from_pretrained(
        pretrained_model_name_or_path=str(folder), unet=unet, clip=None, torch_dtype=torch.float32
    )
    assert again.unet is unet and again.clip is None


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_diffusers_finds_the_class_by_the_folder(pipe, kind, tmp_path):
    saved = kind.from_pipe(pipe)
    saved.save_pretrained(tmp_path)
    again = DiffusionPipeline.from_pretrained(tmp_path)
    assert (
        type(again) is kind
        and again.amed == LEARNED
        and {weight.dtype for weight in networks(again).values()} == {torch.float32}
    )
    torch.testing.assert_close(draw(again), draw(pipe), rtol=0, atol=1e-4)
    assert DiffusionPipeline.from_pretrained(tmp_path, torch_dtype=torch.bfloat16).unet.dtype == torch.bfloat16


def test_a_name_of_diffusers_own_is_left_alone():
    own = diffusers.StableDiffusionPipeline
    type("StableDiffusionPipeline", (GuidedPipeline,), {})
    assert diffusers.StableDiffusionPipeline is own


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_pipeline_of_another_shares_its_parts_and_settings(pipe, kind):
    other = GuidedPipeline(
        **{name: part for name, part in pipe.components.items() if part is not None},
        target="v",
        background=0.5,
        clip_sample_range=None,
    )
    other.amed = LEARNED
    made = kind.from_pipe(other)
    assert type(made) is kind and made.components == other.components and made.amed == LEARNED
    assert (made.config.target, made.config.background, made.config.clip_sample_range) == ("v", 0.5, None)
    torch.testing.assert_close(draw(made), draw(other), rtol=0, atol=0)
    assert {weight.dtype for weight in networks(made).values()} == {torch.float32}


def test_parts_and_settings_may_be_changed_and_moved(pipe):
    parts = {name: copy.deepcopy(part) for name, part in pipe.components.items() if part is not None}
    half = GuidedPipeline(**parts).to(torch.bfloat16)
    made = GuidedPipeline.from_pipe(half, classifier=None, background=0.0)
    assert made.classifier is None and made.config.background == 0.0 and half.classifier is not None
    assert made.unet is half.unet and made.unet.dtype == torch.bfloat16  # sharing moves nothing that is not asked for
    for keyword in ("dtype", "torch_dtype"):
        assert GuidedPipeline.from_pipe(half, **{keyword: torch.float32}).unet.dtype == torch.float32
        half.to(torch.bfloat16)


def test_networks_of_ones_own_are_taken_too(pipe):
    """Diffusers' own leaves out every component that is not of the very class of an annotation."""

    class Own(type(pipe.text_encoder)):
        pass

    own = Own.from_clip(pipe.clip)
    assert GuidedPipeline.from_pipe(GuidedPipeline(pipe.unet, own, pipe.schedule)).text_encoder is own
    exact = GuidedPipeline(MemoryNetwork(None, pipe.schedule), MemoryEncoder(None, [], {}, {}), pipe.schedule)
    assert GuidedPipeline.from_pipe(exact).unet is exact.unet


def test_what_does_not_fit_is_told(pipe):
    theirs = DDPMPipeline(
        UNet2DModel(
            sample_size=8, block_out_channels=(32,), down_block_types=("DownBlock2D",), up_block_types=("UpBlock2D",)
        ),
        DDPMScheduler(),
    )
    with pytest.raises(
        ValueError, match="DDPMPipeline has no text_encoder, which GuidedPipeline needs; give text_encoder=."
    ):
        GuidedPipeline.from_pipe(theirs)
    with pytest.raises(
        TypeError, match="scheduler = 3 is not part of a GuidedPipeline; it has unet, text_encoder, schedule"
    ):
        GuidedPipeline.from_pipe(pipe, scheduler=3)
