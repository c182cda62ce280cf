"""The one loop, on a tiny world that the test builds: guidance, sampling, saving, and what diffusers users expect."""

import json

import numpy as np
import pytest
import torch

from pipelines import (
    DDIM,
    DDPM,
    Classifier,
    ClassifierFree,
    ClassifierFreePipeline,
    ClassifierGuidancePipeline,
    GuidedPipeline,
    Semantic,
    SemanticGuidancePipeline,
)
from pipelines.runs.denoiser import PatchUNet
from tests.tiny import tiny_pipeline


@pytest.fixture(scope="module")
def pipe():
    return tiny_pipeline()


def run(pipe, prompt="red apple", **settings):
    settings = {"num_inference_steps": 3, "seeds": (1, 2), "output_type": "pt"} | settings
    return pipe(prompt, **settings).images


def calls(pipe, **settings):
    """Batch sizes of the network calls of a run."""
    sizes, forward = [], pipe.unet.forward

    def counted(sample, *rest, **named):
        sizes.append(len(sample))
        return forward(sample, *rest, **named)

    pipe.unet.forward = counted
    try:
        run(pipe, **settings)
    finally:
        del pipe.unet.forward
    return sizes


def test_pictures_are_in_range_and_of_the_worlds_size(pipe):
    images = run(pipe)
    assert images.shape == (2, 3, 16, 16) and images.min() >= 0 and images.max() <= 1
    assert run(pipe, output_type="np").shape == (2, 16, 16, 3)
    assert run(pipe, output_type="pil")[0].size == (16, 16)
    np.testing.assert_allclose(
        np.asarray(run(pipe, output_type="pil")[1]) / 255, images[1].permute(1, 2, 0), atol=0.51 / 255
    )


def test_same_seed_same_pixels_and_a_batch_is_its_singles(pipe):
    both = run(pipe, sampler=DDPM())
    assert torch.equal(both, run(pipe, sampler=DDPM()))
    for i, seed in enumerate((1, 2)):
        torch.testing.assert_close(both[i : i + 1], run(pipe, sampler=DDPM(), seeds=(seed,)), rtol=0, atol=1e-5)
    assert not torch.allclose(both[0], both[1])


def test_the_prompt_matters_and_each_picture_may_have_its_own(pipe):
    apple, cat = run(pipe, "red apple"), run(pipe, "cat")
    assert (apple - cat).abs().max() > 1e-4
    mixed = run(pipe, ["red apple", "cat"], seeds=(1, 2))
    torch.testing.assert_close(mixed, torch.stack([apple[0], cat[1]]), rtol=0, atol=1e-5)
    assert len(run(pipe, ["red apple", "cat", "grapes"], seeds=(1,))) == 3


def test_neutral_guidance_is_the_plain_model_to_the_bit(pipe):
    """w = 0, γ = 0: conditional, one branch a step."""
    plain = run(pipe)
    neutral = dict(rules=[ClassifierFree(0)], pulls=[Classifier(0, "food"), Semantic(0, "red apple")])
    assert torch.equal(plain, run(pipe, **neutral))
    assert calls(pipe, **neutral) == [2, 2, 2]


def test_w_minus_1_is_the_null_condition_to_the_bit(pipe):
    assert torch.equal(run(pipe, rules=[ClassifierFree(-1)]), run(pipe, ""))
    assert torch.equal(run(pipe, ""), run(pipe, None))


def test_guidance_makes_one_call_a_step_with_both_branches(pipe):
    assert calls(pipe, rules=[ClassifierFree(2)]) == [4, 4, 4]


def test_the_negative_prompt_takes_the_place_of_the_null_condition(pipe):
    """Equation 24: at w = −1 what is left is the negative prompt."""
    assert torch.equal(run(pipe, negative_prompt="cat", rules=[ClassifierFree(-1)]), run(pipe, "cat"))
    with_it, without = (run(pipe, negative_prompt=n, rules=[ClassifierFree(2)]) for n in ("cat", None))
    assert not torch.allclose(with_it, without)


@pytest.mark.parametrize(
    "pull", [Classifier(20, "food"), Semantic(200, "red apple"), Classifier(9, ("food", "flags"))], ids=str
)
def test_pulls_change_pictures_and_both_at_once_work(pipe, pull):
    assert not torch.equal(run(pipe), run(pipe, pulls=[pull]))
    together = run(pipe, rules=[ClassifierFree(1)], pulls=[pull, Semantic(50, "cat")], sampler=DDPM(route="mean"))
    assert together.isfinite().all()


def test_several_rules_add_up(pipe):
    one = run(pipe, rules=[ClassifierFree(3)], output_type="latent", num_inference_steps=1)
    two = run(pipe, rules=[ClassifierFree(1), ClassifierFree(2)], output_type="latent", num_inference_steps=1)
    torch.testing.assert_close(one, two, rtol=0, atol=1e-4)


def test_steps_stream_what_call_returns(pipe):
    steps = list(pipe.steps("red apple", num_inference_steps=3, seeds=(1, 2)))
    assert [s.index for s in steps] == [0, 1, 2] and all(s.total == 3 for s in steps)
    assert torch.equal(pipe.postprocess(steps[-1].x, "pt"), run(pipe))
    assert len(pipe.preview(steps[0])) == 2


def test_callback_generator_and_tuple_are_as_in_diffusers(pipe):
    seen = []
    images = run(
        pipe, seeds=(5,), callback_on_step_end=lambda p, i, t, kw: seen.append((p is pipe, i, t, kw["latents"].shape))
    )
    assert (
        [s[:2] for s in seen] == [(True, 0), (True, 1), (True, 2)]
        and seen[0][2] == 999
        and seen[0][3] == (1, 3, 16, 16)
    )
    by_generator = run(pipe, generator=torch.Generator().manual_seed(5))
    assert torch.equal(images, by_generator)
    assert torch.equal(
        run(pipe, seeds=(5,), return_dict=True),
        pipe("red apple", num_inference_steps=3, seeds=(5,), output_type="pt", return_dict=False)[0],
    )


def test_saves_and_reloads(pipe, tmp_path):
    pipe.save_pretrained(tmp_path)
    index = json.loads((tmp_path / "model_index.json").read_text())
    assert index["clip"] == ["pipelines.networks.clip", "CLIP"] and index["target"] == "x0"
    again = GuidedPipeline.from_pretrained(tmp_path)
    settings = dict(rules=[ClassifierFree(2)], pulls=[Classifier(3, "food"), Semantic(40, "cat")])
    torch.testing.assert_close(run(again, **settings), run(pipe, **settings), rtol=0, atol=1e-5)
    assert again.classifier.labels == pipe.classifier.labels


def test_named_pipelines_are_one_knob_each(pipe):
    parts = {name: getattr(pipe, name) for name in ("unet", "text_encoder", "schedule", "clip", "classifier")}
    rest = dict(num_inference_steps=3, seeds=(1, 2), output_type="pt")
    free = ClassifierFreePipeline(**parts)("red apple", w=3.0, **rest).images
    assert torch.equal(free, run(pipe, rules=[ClassifierFree(3)]))
    by_class = ClassifierGuidancePipeline(**parts)("food", gamma=9.0, **rest).images
    assert torch.equal(by_class, run(pipe, None, pulls=[Classifier(9, "food")]))
    by_text = SemanticGuidancePipeline(**parts)("cat", gamma=90.0, **rest).images
    assert torch.equal(by_text, run(pipe, None, pulls=[Semantic(90, "cat")]))


def test_patches_are_lossless_and_the_background_is_zero(pipe):
    """The U-Net sees x − a·white in patches: a white picture without noise is nothing at all."""
    seen = {}

    class Spy(torch.nn.Module):
        config = pipe.unet.config

        def forward(self, sample, *rest, **named):
            seen["sample"] = sample
            return (sample,)

    t = pipe.schedule.at(300)
    network = PatchUNet(Spy(), pipe.schedule)
    white = torch.full((1, 3, 16, 16), t.a)
    condition = pipe.encode([""])
    out = network(white, torch.tensor([300.0]), condition)
    assert seen["sample"].shape == (1, 12, 8, 8) and seen["sample"].abs().max() < 1e-6
    torch.testing.assert_close(out, torch.ones_like(white), rtol=0, atol=1e-6)
    x = torch.randn(1, 3, 16, 16)
    torch.testing.assert_close(network(x, torch.tensor([300.0]), condition) - 1, x - t.a, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    "settings, told",
    [
        (dict(seeds=()), "seeds is empty"),
        (dict(output_type="gif"), "output_type = 'gif'.*'pil'"),
        (dict(num_inference_steps=0), "num_inference_steps = 0.*1 to 1000"),
        (dict(num_inference_steps=2.5), "num_inference_steps = 2.5.*whole numbers from 1"),
        (dict(num_inference_steps="5"), "num_inference_steps = '5'.*whole numbers from 1"),
        (dict(prompt=3), "prompt = 3.*a text, or a list"),
        (dict(prompt=[]), "prompt has 0 texts"),
        (dict(negative_prompt=3), "negative_prompt = 3.*a text"),
        (dict(seeds=[1.5]), r"seeds\[0\] = 1.5.*whole number"),
        (dict(sampler="DDIM"), r"sampler = 'DDIM'.*DDIM\(\)"),
        (dict(sampler=DDIM), r"sampler = <class.*an instance of Sampler"),
        (dict(rules=ClassifierFree(2)), r"rules = ClassifierFree\(w=2.0\).*a list"),
        (dict(guidance_scale=7.5), r"guidance_scale = 7.5.*ClassifierFree.from_s\(7.5\)"),
        (dict(prompt=["a", "b", "c"]), "prompt has 3 texts for 2 pictures"),
        (dict(prompt=["a", 7]), r"prompt\[1\] = 7.*a text"),
        (dict(rules=["cfg"]), r"rules\[0\] = 'cfg'"),
        (dict(pulls=[ClassifierFree(1)]), r"pulls\[0\] = ClassifierFree"),
        (dict(pulls=[Classifier(1, "no such thing")]), "no such thing"),
        (dict(conditions=["edges"]), r"conditions\[0\] = 'edges'"),
    ],
)
def test_what_does_not_fit_is_told(pipe, settings, told):
    with pytest.raises((ValueError, TypeError), match=told):
        run(pipe, **settings)


def test_what_is_not_computed_or_shown_in_is_told(pipe):
    with pytest.raises(ValueError, match="dtype = 'bfloat16'.*torch.bfloat16"):
        pipe.compute_in("bfloat16")
    with pytest.raises(ValueError, match="output_type = 'jpg'.*'pil'"):
        pipe.postprocess(torch.zeros(1, 3, 16, 16), "jpg")


def test_a_world_without_classifier_tells_so():
    bare = tiny_pipeline(classifier=False)
    assert run(bare).isfinite().all()
    with pytest.raises(ValueError, match="needs a classifier"):
        run(bare, pulls=[Classifier(1, "food")])


def test_unknown_target_is_told(pipe):
    with pytest.raises(ValueError, match="Unknown target 'noise'"):
        GuidedPipeline(pipe.unet, pipe.text_encoder, pipe.schedule, target="noise")


def test_ddim_eta_1_is_ddpm_on_pictures(pipe):
    torch.testing.assert_close(run(pipe, sampler=DDIM(1.0)), run(pipe, sampler=DDPM()), rtol=0, atol=1e-4)
