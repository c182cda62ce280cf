"""Windows by steps: the rule itself, and in a run held to diffusers' own ControlNet pipeline."""

import numpy as np
import pytest
import torch
from diffusers import (
    AutoencoderKL,
    ControlNetModel,
    DDIMScheduler,
    StableDiffusionControlNetPipeline,
    UNet2DConditionModel,
)
from PIL import Image
from torch.nn.functional import pixel_unshuffle

from pipelines import ClassifierFree, ControlNet, GlobalPrompt, GuidedPipeline, NoiseSchedule, UniControlNet
from pipelines.declarations.inline import as_url
from pipelines.networks.condition_input import Condition
from pipelines.process.noise import Draw
from pipelines.process.window import Place, steps_inside
from pipelines.runs.batched import together
from pipelines.samplers import SAMPLERS
from tests.tiny import tiny_conditioned

SEEDS, BETAS = (3, 8), dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")


def picture(seed=0):
    pixels = np.full((32, 32, 3), 255, np.uint8)
    pixels[6:22, 9:27] = np.random.default_rng(seed).integers(0, 255, 3)
    return as_url(Image.fromarray(pixels))


@pytest.mark.parametrize(
    "start, end, total, steps",
    [
        (0.0, 1.0, 5, [0, 1, 2, 3, 4]),
        (0.2, 0.7, 6, [2, 3]),  # step 1 begins at 1/6, step 4 ends at 5/6
        (0.2, 0.8, 5, [1, 2, 3]),
        (0.0, 0.0, 7, []),
        (1.0, 1.0, 7, []),
        (0.0, 0.13, 7, []),
        (0.5, 0.5, 2, []),
        (0.5, 1.0, 2, [1]),
    ],
)
def test_a_step_is_inside_when_all_of_it_is(start, end, total, steps):
    assert steps_inside(start, end, total) == steps


def test_every_step_is_inside_the_default_window_and_its_own():
    for total in (1, 3, 7, 25, 49, 1000):
        assert steps_inside(0.0, 1.0, total) == list(range(total))
        for index in {0, total // 3, total - 1}:
            place = Place(index, total)
            assert steps_inside(place.before, place.after, total) == [index]


class ConditionInput(torch.nn.Module):
    """Two texts and what is told of them."""

    def __init__(self):
        super().__init__()
        generator = torch.Generator().manual_seed(1)
        self.states = {text: torch.randn(5, 32, generator=generator) for text in ("", "cat")}

    def encode(self, texts):
        states = torch.stack([self.states[text] for text in texts])
        return Condition(states, states[:, 0])


@pytest.fixture(scope="module")
def pair():
    """One tiny U-Net and ControlNet in both pipelines: diffusers' latents are the 2 × 2 patches of these pixels."""
    torch.manual_seed(0)
    unet = UNet2DConditionModel(
        block_out_channels=(32, 64),
        layers_per_block=1,
        sample_size=8,
        in_channels=12,
        out_channels=12,
        cross_attention_dim=32,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
    ).eval()
    network = ControlNetModel.from_unet(unet, conditioning_embedding_out_channels=(8, 16)).eval()
    for parameter in network.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.2)
    coder = AutoencoderKL(
        block_out_channels=[32, 32],
        down_block_types=["DownEncoderBlock2D"] * 2,
        up_block_types=["UpDecoderBlock2D"] * 2,
        latent_channels=12,
    )
    scheduler = DDIMScheduler(**BETAS, clip_sample=False, timestep_spacing="trailing")
    theirs = StableDiffusionControlNetPipeline(
        vae=coder,
        text_encoder=None,
        tokenizer=None,
        unet=unet,
        controlnet=network,
        scheduler=scheduler,
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    theirs.set_progress_bar_config(disable=True)
    ours = GuidedPipeline(
        unet,
        ConditionInput(),
        NoiseSchedule(kind="scaled_linear"),
        controlnet=network,
        target="eps",
        clip_sample_range=None,
        background=0.0,
    )
    return theirs, ours


# Numbers of steps that divide 1000: at others diffusers' DDIM takes the next time to be 1000 // N earlier, which it then is not.
@pytest.mark.parametrize(
    "start, end, steps",
    [
        (0.0, 1.0, 4),
        (0.2, 0.7, 8),
        (0.3, 0.7, 10),
        (0.0, 0.0, 4),
        (0.5, 0.5, 4),
        (0.0, 0.2, 4),
        (0.75, 1.0, 4),
        (0.1, 0.6, 5),
    ],
)
def test_it_is_diffusers_own(pair, start, end, steps):
    theirs, ours = pair
    condition = ControlNet(kind="edges", images=[picture()], strength=0.8, start=start, end=end)
    noise = Draw.from_seeds(SEEDS)((2, 3, 16, 16))
    states = ours.text_encoder.states
    # Diffusers needs a start below the end; a window between two steps is as empty as one of no width.
    wanted = theirs(
        prompt_embeds=states["cat"].expand(2, -1, -1),
        negative_prompt_embeds=states[""].expand(2, -1, -1),
        image=condition.hint(ours, 2),
        num_inference_steps=steps,
        guidance_scale=3.0,
        latents=pixel_unshuffle(noise, 2),
        controlnet_conditioning_scale=0.8,
        control_guidance_start=start,
        control_guidance_end=max(end, start + 1e-6),
        output_type="latent",
    ).images

    def made(*conditions):
        return ours(
            "cat",
            conditions=conditions,
            rules=[ClassifierFree(2.0)],
            num_inference_steps=steps,
            seeds=SEEDS,
            output_type="latent",
        ).images

    found = made(condition)
    torch.testing.assert_close(pixel_unshuffle(found, 2), wanted, rtol=1e-4, atol=1e-4)
    assert torch.equal(found, made()) == (not steps_inside(start, end, steps))
    if 0 < len(steps_inside(start, end, steps)) < steps:  # and the window counts
        assert (found - made(ControlNet(kind="edges", images=[picture()], strength=0.8))).abs().max() > 1e-2


@pytest.fixture(scope="module")
def conditioned():
    return tiny_conditioned()


def spoken(pipe, run):
    """How often the ControlNet was asked in each step."""
    asked, counts = [], []
    handle = pipe.controlnet.register_forward_pre_hook(lambda *_: asked.append(1))
    try:
        for _ in run():
            counts.append(len(asked))
            asked.clear()
    finally:
        handle.remove()
    return counts


@pytest.mark.parametrize("name", sorted(SAMPLERS))
def test_steps_are_counted_whatever_times_a_sampler_asks_at(conditioned, name):
    """All calls of a step belong to it: also the second, which Heun and AMED make at a later time."""
    condition = ControlNet(images=[picture()], start=0.25, end=0.75)
    settings = dict(conditions=[condition], sampler=SAMPLERS[name](), num_inference_steps=4)
    counts = spoken(conditioned, lambda: conditioned.steps("cat", **settings))
    calls = SAMPLERS[name].calls
    assert counts == [0, calls, calls, 0]


def test_runs_together_have_windows_of_their_own(conditioned):
    first = [ControlNet(images=[picture()], end=0.5), GlobalPrompt(images=[picture(1)], start=0.75)]
    second = [
        UniControlNet(kind="mask", images=[picture()], start=0.5),
        UniControlNet(images=[picture()], start=0.25, end=0.5),
    ]
    runs = [
        dict(prompt="cat", conditions=each, rules=[ClassifierFree(2.0)], num_inference_steps=4, seeds=SEEDS)
        for each in (first, second, ())
    ]
    *_, last = together(conditioned, runs)
    for settings, step in zip(runs, last, strict=True):
        *_, alone = conditioned.steps(**settings)
        torch.testing.assert_close(step.x, alone.x, atol=1e-4, rtol=1e-4)
    assert not torch.allclose(last[0].x, last[2].x) and not torch.allclose(last[1].x, last[2].x)
    assert spoken(conditioned, lambda: together(conditioned, runs[1:])) == [0, 1, 1, 1]
