"""The side networks that ship: what is drawn keeps what was shown, at a cost that leaves drawing quick."""

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from torch.utils.flop_counter import FlopCounterMode

from pipelines import ClassifierFree, ControlNet, GlobalPrompt, T2IAdapter, UniControlNet, load_judge_clip, load_world
from pipelines.conditions import combine
from pipelines.conditions.extract import extract
from pipelines.declarations.inline import as_url
from pipelines.evaluation.adherence import colour_error, edge_f1, mask_iou
from pipelines.evaluation.measures import cosines

SIDE, SEEDS = 64, range(4)


@pytest.fixture(scope="module")
def pipe():
    return load_world("emoji")


def drawing(shape) -> Image.Image:
    """A shape as a person draws it, on white."""
    picture = Image.new("RGB", (256, 256), "white")
    shape(ImageDraw.Draw(picture))
    return picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


SHAPES = {
    "disc": ("red apple", drawing(lambda d: d.ellipse((30, 40, 220, 230), "#d02020"))),
    "house": (
        "a house",
        drawing(
            lambda d: d.polygon(
                [(128, 20), (230, 110), (205, 110), (205, 230), (50, 230), (50, 110), (25, 110)], "#c08040"
            )
        ),
    ),
    "low": (
        "a fish",
        drawing(
            lambda d: (
                d.ellipse((20, 80, 190, 180), "#3070d0"),
                d.polygon([(180, 130), (240, 80), (240, 180)], "#3070d0"),
            )
        ),
    ),
}


def made(pipe, prompt, *conditions) -> np.ndarray:
    """(4, S, S, 3) uint8."""
    images = pipe(
        prompt, rules=[ClassifierFree(1.0)], conditions=conditions, seeds=SEEDS, num_inference_steps=12
    ).images
    return np.stack([np.asarray(image) for image in images])


def maps(kind, pictures) -> np.ndarray:
    return np.stack([extract(kind, picture, SIDE) for picture in pictures])


def of_shape(kind, picture) -> np.ndarray:
    return np.repeat(extract(kind, picture, SIDE)[None], len(SEEDS), 0)


def test_silhouettes_are_kept(pipe):
    kept = [
        mask_iou(
            maps("mask", made(pipe, prompt, ControlNet(kind="mask", images=[as_url(picture)]))),
            of_shape("mask", picture),
        )
        for prompt, picture in SHAPES.values()
    ]
    assert np.mean(kept) > 0.8, kept


def test_edges_are_kept_and_would_not_be_there_by_chance(pipe):
    kept, plain = [], []
    for prompt, picture in SHAPES.values():
        wanted = of_shape("edges", picture)
        kept.append(edge_f1(maps("edges", made(pipe, prompt, ControlNet(images=[as_url(picture)]))), wanted))
        plain.append(edge_f1(maps("edges", made(pipe, prompt)), wanted))
    assert np.mean(kept) > np.mean(plain) + 0.15, (kept, plain)


def test_colours_are_kept(pipe):
    prompt, picture = SHAPES["low"]
    wanted = of_shape("blocks", picture)
    told = colour_error(maps("blocks", made(pipe, prompt, ControlNet(kind="blocks", images=[as_url(picture)]))), wanted)
    assert told.mean() < 0.5 * colour_error(maps("blocks", made(pipe, prompt)), wanted).mean()


def test_the_adapter_keeps_silhouettes_better_than_nothing(pipe):
    kept, plain = [], []
    for prompt, picture in SHAPES.values():
        wanted = of_shape("mask", picture)
        kept.append(
            mask_iou(maps("mask", made(pipe, prompt, T2IAdapter(kind="mask", images=[as_url(picture)]))), wanted)
        )
        plain.append(mask_iou(maps("mask", made(pipe, prompt)), wanted))
    assert np.mean(kept) > np.mean(plain) + 0.04, (kept, plain)


@torch.no_grad()
def test_a_reference_picture_is_followed_the_more_the_stronger_it_is(pipe):
    clip, picture = load_judge_clip("emoji"), as_url(SHAPES["disc"][1])
    encode = lambda pictures: clip.encode_image(torch.from_numpy(pictures).permute(0, 3, 1, 2) / 127.5 - 1).numpy()
    wanted = np.repeat(encode(np.asarray(SHAPES["disc"][1])[None]), len(SEEDS), 0)
    near = [
        cosines(encode(made(pipe, "", GlobalPrompt(images=[picture], strength=strength))), wanted).mean()
        for strength in (0.0, 0.4, 1.0)
    ]
    assert near[0] + 0.1 < near[1] < near[2], near


@torch.no_grad()
def test_a_step_with_maps_costs_at_most_1_6_of_a_plain_one(pipe):
    picture = as_url(SHAPES["disc"][1])
    conditions = [UniControlNet(kind=kind, images=[picture]) for kind in ("edges", "mask", "blocks")]
    x, t = torch.randn(2, 3, SIDE, SIDE), pipe.schedule.at(500)
    flops = []
    for told in ((), conditions):
        denoiser = pipe.denoiser(["cat"] * 2, [""] * 2, combine(told, pipe, 2))
        with FlopCounterMode(display=False) as counter:
            denoiser(x, t, "conditional", "null")
        flops.append(counter.get_total_flops())
    assert 1.2 < flops[1] / flops[0] < 1.6, flops
