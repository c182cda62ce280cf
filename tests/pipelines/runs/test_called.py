"""A pipeline's call does what users of diffusers expect of every pipeline: diffusers' own pipeline tests, written anew.

Reading and writing is in `test_stored`, dtypes in `test_numbers`.
"""

import inspect

import numpy as np
import pytest
import torch

from pipelines import (
    DDPM,
    CascadePipeline,
    Classifier,
    ClassifierFree,
    ClassifierFreePipeline,
    ClassifierGuidancePipeline,
    GuidedPipeline,
    SemanticGuidancePipeline,
    Style,
)
from pipelines.process.noise import Draw
from pipelines.runs.batched import together
from pipelines.samplers import SAMPLERS
from tests.tiny import tiny_pipeline, tiny_upsampler

from ..conditions.test_contract import disc

SHAPE = (3, 16, 16)


def run(pipe, prompt="red apple", **settings):
    return pipe(prompt, **{"num_inference_steps": 3, "output_type": "latent"} | settings).images


def generator(seed=5):
    return torch.Generator().manual_seed(seed)


# how many pictures, and which noise


def test_the_call_has_the_arguments_that_every_pipeline_has():
    found = {
        **inspect.signature(GuidedPipeline.__call__).parameters,
        **inspect.signature(GuidedPipeline.steps).parameters,
    }
    assert {
        "prompt",
        "negative_prompt",
        "num_inference_steps",
        "num_images_per_prompt",
        "generator",
        "latents",
        "output_type",
        "return_dict",
        "callback_on_step_end",
        "callback_on_step_end_tensor_inputs",
    } <= set(found)


@pytest.mark.parametrize("sampler", [None, DDPM()], ids=repr)
def test_one_generator_is_drawn_from_for_all_pictures_in_turn(pipe, sampler):
    """As diffusers' `randn_tensor` does: the noise of both pictures is one draw of it."""
    settings = dict(sampler=sampler) if sampler else {}
    both = run(pipe, ["red apple", "cat"], generator=generator(), **settings)
    assert torch.equal(both, run(pipe, ["red apple", "cat"], generator=[same := generator(), same], **settings))
    if sampler is None:
        noise = torch.randn((2, *SHAPE), generator=generator())
        assert torch.equal(both, run(pipe, ["red apple", "cat"], latents=noise))
        assert not torch.equal(both[0], run(pipe, ["red apple", "cat"], latents=noise.flip(0))[0])
    else:

        def draw(shape):
            return torch.randn(tuple(shape), generator=same)

        same = generator()
        *_, (_, x, _) = sampler.run(
            *_of(pipe, ["red apple", "cat"]), draw((2, *SHAPE)), pipe.schedule.times(3), draw, 1.0
        )
        assert torch.equal(both, x)


def _of(pipe, texts):
    denoiser = pipe.denoiser(texts, [""] * len(texts))
    return torch.no_grad()(lambda x, t: denoiser(x, t, "conditional")[0]), lambda *_: None


@pytest.mark.parametrize("count", [2, 3])
def test_a_list_of_generators_is_one_a_picture(pipe, count):
    prompts = ["red apple", "cat", "grapes"][:count]
    both = run(pipe, prompts, generator=[generator(seed) for seed in range(count)], sampler=DDPM())
    assert torch.equal(both, run(pipe, prompts, seeds=range(count), sampler=DDPM()))
    assert len(run(pipe, "cat", generator=[generator(seed) for seed in range(count)])) == count


def test_so_many_pictures_of_each_prompt_side_by_side(pipe):
    four = run(pipe, "cat", num_images_per_prompt=4, seeds=7)
    assert torch.equal(four, run(pipe, "cat", seeds=range(7, 11)))
    assert len({each.numpy().tobytes() for each in four}) == 4
    six = run(
        pipe,
        ["cat", "grapes"],
        num_images_per_prompt=3,
        negative_prompt=["red apple", ""],
        rules=[ClassifierFree(1)],
        seeds=2,
    )
    wanted = run(
        pipe,
        ["cat"] * 3 + ["grapes"] * 3,
        negative_prompt=["red apple"] * 3 + [""] * 3,
        rules=[ClassifierFree(1)],
        seeds=[2, 3, 4] * 2,
    )
    assert torch.equal(six, wanted)
    assert torch.equal(
        six,
        run(
            pipe,
            ["cat", "grapes"],
            num_images_per_prompt=3,
            negative_prompt=["red apple", ""],
            rules=[ClassifierFree(1)],
            seeds=[2, 3, 4, 2, 3, 4],
        ),
    )
    assert len(run(pipe, ["cat"], num_images_per_prompt=1)) == len(run(pipe, None, num_images_per_prompt=1)) == 1


def test_so_many_pictures_with_generators(pipe):
    noise = torch.randn((4, *SHAPE), generator=generator())
    both = ["cat", "grapes"]
    assert torch.equal(
        run(pipe, both, num_images_per_prompt=2, generator=generator()),
        run(pipe, both, num_images_per_prompt=2, latents=noise),
    )
    each = [generator(seed) for seed in range(4)]
    assert torch.equal(
        run(pipe, both, num_images_per_prompt=2, generator=each),
        run(pipe, both, num_images_per_prompt=2, seeds=range(4)),
    )


def test_what_holds_one_a_picture_holds_with_so_many_of_each_prompt(pipe):
    """Labels and style pictures are one a picture, of the pictures that are made."""
    pulls = [Classifier(3, ("food", "flags") * 2), Style(30, images=(disc(), disc(3)) * 2)]
    assert run(pipe, ["cat", "grapes"], num_images_per_prompt=2, pulls=pulls).isfinite().all()


@pytest.mark.parametrize("name", sorted(SAMPLERS))
def test_latents_take_the_place_of_the_first_noise(pipe, name):
    if name in ("DDPM", "ReverseSDE"):  # which draw further noise
        first = run(pipe, latents=Draw.from_seeds([5])((1, *SHAPE)), seeds=6, sampler=SAMPLERS[name]())
        assert not torch.equal(first, run(pipe, seeds=5, sampler=SAMPLERS[name]()))
        return
    noise = Draw.from_seeds([5, 9])((2, *SHAPE))
    assert torch.equal(
        run(pipe, latents=noise, seeds=[1, 2], sampler=SAMPLERS[name]()),
        run(pipe, seeds=[5, 9], sampler=SAMPLERS[name]()),
    )
    assert torch.equal(noise, Draw.from_seeds([5, 9])((2, *SHAPE)))  # and stay as they are


def test_a_batch_is_its_singles(pipe):
    prompts = ["red apple", "cat", "grapes"]
    batch = run(pipe, prompts, seeds=[3, 4, 5])
    for row, prompt in enumerate(prompts):
        torch.testing.assert_close(batch[row : row + 1], run(pipe, prompt, seeds=3 + row), rtol=0, atol=1e-5)


def test_together_takes_the_same(pipe):
    runs = [
        dict(prompt=["cat", "grapes"], num_images_per_prompt=2, seeds=3),
        dict(prompt="cat", latents=torch.ones(1, *SHAPE)),
    ]
    *_, last = together(pipe, [run | dict(num_inference_steps=3) for run in runs])
    for settings, step in zip(runs, last, strict=True):
        torch.testing.assert_close(step.x, run(pipe, **settings), rtol=0, atol=1e-5)
    *_, last = together(pipe, [dict(prompt=["cat", "grapes"], generator=generator(), num_inference_steps=3)])
    torch.testing.assert_close(last[0].x, run(pipe, ["cat", "grapes"], generator=generator()), rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    "kind", [ClassifierFreePipeline, ClassifierGuidancePipeline, SemanticGuidancePipeline, CascadePipeline]
)
def test_every_kind_of_pipeline_takes_them(kind):
    pipe = tiny_pipeline()
    pipe = kind.from_pipe(pipe, upsampler=tiny_upsampler())
    first = {ClassifierGuidancePipeline: ("food",), SemanticGuidancePipeline: ("cat",)}.get(kind, ())
    settings = dict(num_inference_steps=2, output_type="pt")
    images = pipe(*first, ["cat", "grapes"], num_images_per_prompt=2, seeds=4, **settings).images
    assert torch.equal(images, pipe(*first, ["cat"] * 2 + ["grapes"] * 2, seeds=[4, 5, 4, 5], **settings).images)
    assert len(pipe(*first, ["cat", "grapes"], generator=generator(), **settings).images) == 2
    assert len(pipe(*first, "cat", latents=torch.zeros(1, *SHAPE), **settings).images) == 1
    seen = []
    pipe(*first, "cat", callback_on_step_end=lambda p, i, t, given: seen.append(i), **settings)
    assert seen == [0, 1] and pipe.num_timesteps == 2


# the rest of diffusers' list


def test_a_tuple_has_what_the_dictionary_has(pipe):
    for kind in ("pt", "np", "latent", "pil"):
        named = pipe("cat", num_inference_steps=2, output_type=kind)
        plain = pipe("cat", num_inference_steps=2, output_type=kind, return_dict=False)
        assert isinstance(plain, tuple) and len(plain) == 1
        assert np.array_equal(np.asarray(named.images[0]), np.asarray(plain[0][0])) and named["images"] is named.images


def test_components_make_the_same_pipeline_again(pipe):
    again = GuidedPipeline(**pipe.components)
    again.set_progress_bar_config(disable=True)
    assert again.components == pipe.components and torch.equal(run(again), run(pipe))


def test_parts_that_are_optional_may_be_left_out(pipe, tmp_path):
    bare = GuidedPipeline(**pipe.components | dict.fromkeys(pipe._optional_components))
    bare.save_pretrained(tmp_path)
    again = GuidedPipeline.from_pretrained(tmp_path)
    assert all(getattr(again, name) is None for name in again._optional_components)
    torch.testing.assert_close(run(again), run(pipe), rtol=0, atol=1e-4)


def test_files_of_a_variant_are_written_and_read(pipe, tmp_path):
    pipe.save_pretrained(tmp_path, variant="half")
    assert list(tmp_path.glob("unet/*.half.safetensors"))
    torch.testing.assert_close(
        run(GuidedPipeline.from_pretrained(tmp_path, variant="half")), run(pipe), rtol=0, atol=1e-4
    )
    with pytest.raises((ValueError, OSError), match="variant"):
        GuidedPipeline.from_pretrained(tmp_path, variant="other")


def test_attention_in_slices_is_the_same(pipe):
    plain = run(pipe, rules=[ClassifierFree(1)])
    sliced = tiny_pipeline()
    for size in (1, "auto", "max"):
        sliced.enable_attention_slicing(size)
        torch.testing.assert_close(run(sliced, rules=[ClassifierFree(1)]), plain, rtol=0, atol=1e-3)
    sliced.disable_attention_slicing()


def test_moving_to_the_same_place_changes_nothing(pipe):
    plain = run(pipe)
    assert pipe.to("cpu") is pipe and pipe.device.type == "cpu" and torch.equal(run(pipe), plain)


def test_both_branches_are_one_call_and_without_guidance_there_is_one_branch(pipe):
    sizes, forward = [], pipe.unet.forward
    pipe.unet.forward = lambda sample, *a, **k: sizes.append(len(sample)) or forward(sample, *a, **k)
    try:
        run(pipe, ["cat", "grapes"], num_images_per_prompt=2)
        run(pipe, ["cat", "grapes"], num_images_per_prompt=2, rules=[ClassifierFree(2)])
    finally:
        del pipe.unet.forward
    assert sizes == [4] * 3 + [8] * 3
