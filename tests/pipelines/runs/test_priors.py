"""Embeddings as just another space: the one loop on a tiny prior, with the studio's samplers and rules; the
autoregressive one beside it."""

import pytest
import torch

from pipelines import (
    AMED,
    DDIM,
    DDPM,
    Auto,
    ClassifierFree,
    Euler,
    Heun,
    Interval,
    Projected,
    Rescale,
)
from pipelines.networks.text_encoder import TextEncoder
from pipelines.runs.batched import together
from pipelines.runs.priors import AutoregressivePriorPipeline, DiffusionPriorPipeline
from tests.tiny import tiny_autoregressive_prior, tiny_clip, tiny_prior

STEPS = dict(num_inference_steps=4)


@pytest.fixture(scope="module")
def clip():
    return tiny_clip()


@pytest.fixture(scope="module")
def pipe(clip):
    return DiffusionPriorPipeline.of(tiny_prior(clip), clip)


@pytest.fixture(scope="module")
def autoregressive(clip):
    return AutoregressivePriorPipeline.of(tiny_autoregressive_prior(clip), clip)


def embeds(pipe, prompt="red apple", **settings):
    return pipe(prompt, **STEPS | dict(seeds=(1, 2)) | settings).image_embeds


@pytest.mark.parametrize("sampler", [DDIM(), DDIM(eta=1.0), DDPM(), Euler(), Heun(), AMED()], ids=str)
def test_every_sampler_gives_embeddings_of_length_one(pipe, sampler):
    found = embeds(pipe, sampler=sampler, rules=[ClassifierFree(1.0)])
    torch.testing.assert_close(found.norm(dim=-1), torch.ones(2))
    assert found.shape == (2, 16) and not torch.allclose(found[0], found[1])
    torch.testing.assert_close(
        embeds(pipe, sampler=sampler, rules=[ClassifierFree(1.0)], seeds=(2,)), found[1:], rtol=0, atol=1e-4
    )


@pytest.mark.parametrize(
    "rule",
    [
        ClassifierFree(3.0),
        Projected(3.0),
        Rescale(rule=ClassifierFree(3.0), phi=0.7),
        Interval(ClassifierFree(3.0), 0.2, 0.9),
    ],
    ids=lambda rule: type(rule).__name__,
)
def test_every_rule_acts_and_its_neutral_value_does_not(pipe, rule):
    plain = embeds(pipe)
    assert not torch.allclose(embeds(pipe, rules=[rule]), plain, atol=1e-4)
    torch.testing.assert_close(embeds(pipe, rules=[rule.with_strength(0.0)]), plain, rtol=0, atol=1e-5)


def test_w_is_classifier_free_and_reaches_no_text_at_minus_one(pipe):
    assert torch.equal(embeds(pipe, rules=[ClassifierFree(0.0)]), embeds(pipe))
    torch.testing.assert_close(embeds(pipe, rules=[ClassifierFree(-1.0)]), embeds(pipe, None), rtol=0, atol=1e-5)
    assert not torch.allclose(embeds(pipe, None), embeds(pipe))


def test_auto_asks_a_weaker_prior_where_there_is_one(pipe, clip):
    with pytest.raises(ValueError, match="Auto cannot be used here"):
        embeds(pipe, rules=[Auto(1.0)])
    torch.manual_seed(5)
    weak = type(pipe.unet)(
        **{key: pipe.unet.config[key] for key in ("dim", "length", "heads", "head_width", "layers", "text_width")}
    ).eval()
    both = DiffusionPriorPipeline(pipe.unet, pipe.text_encoder, pipe.schedule, weak=weak, clip_sample_range=None)
    both.set_progress_bar_config(disable=True)
    assert not torch.allclose(embeds(both, rules=[Auto(1.0)]), embeds(both))


def test_several_runs_at_once_are_those_alone(pipe):
    runs = [dict(prompt="cat", seeds=(1, 2), rules=[ClassifierFree(w)], **STEPS) for w in (0.0, 2.0)]
    for run, step in zip(runs, list(together(pipe, runs))[-1], strict=True):
        alone = embeds(pipe, **run)
        torch.testing.assert_close(pipe.unet.embedding(step.x), alone, rtol=0, atol=1e-4)


def test_the_network_is_asked_once_a_step_with_both_branches(pipe):
    sizes, forward = [], pipe.unet.forward
    pipe.unet.forward = lambda x, *rest: sizes.append(len(x)) or forward(x, *rest)
    try:
        embeds(pipe, rules=[ClassifierFree(1.0)])
    finally:
        del pipe.unet.forward
    assert sizes == [4] * 4


def test_it_saves_and_loads(pipe, autoregressive, tmp_path):
    for each, settings in ((pipe, STEPS), (autoregressive, {})):
        folder = tmp_path / type(each).__name__
        each.save_pretrained(folder)
        again = type(each).from_pretrained(folder, torch_dtype=torch.float32)
        again.set_progress_bar_config(disable=True)
        found, wanted = (one("cat", seeds=(1, 2), **settings).image_embeds for one in (again, each))
        torch.testing.assert_close(found, wanted, rtol=0, atol=1e-4)


def test_the_autoregressive_one_by_seed_and_prompt(autoregressive):
    found = autoregressive("cat", seeds=(1, 2, 3), top_k=3, temperature=0.8)
    assert found.image_embeds.shape == (3, 16) and found.generated.kept.shape == (3, 3, 4)
    torch.testing.assert_close(found.image_embeds.norm(dim=-1), torch.ones(3))
    assert torch.equal(
        autoregressive("cat", seeds=(2,), top_k=3, temperature=0.8).image_embeds[0], found.image_embeds[1]
    )
    each = autoregressive(["cat", "red apple"], seeds=(1, 2), w=1.0, do_sample=False, num_beams=2)
    assert len(each.generated.trees) == 2 and each.image_embeds.shape == (2, 16)
    assert isinstance(autoregressive("cat", return_dict=False), tuple)
    assert isinstance(autoregressive.text_encoder, TextEncoder)
