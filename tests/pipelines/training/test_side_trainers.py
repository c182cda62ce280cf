"""The trainers of ControlNet, T2I-Adapter and global adapter on a tiny world: the loss falls, a run resumes to the bit, what
is exported is whole, and the U-Net is held."""

import json

import numpy as np
import pytest
import torch
from diffusers import ControlNetModel, T2IAdapter

from pipelines.conditions.extract import KINDS
from pipelines.conditions.hint import START, WIDTHS
from pipelines.networks.global_adapter import GlobalAdapter
from pipelines.training import maps, side
from pipelines.training.adapter import AdapterTask
from pipelines.training.controlnet import ControlNetTask, make_controlnet
from pipelines.training.global_adapter import GlobalAdapterTask
from pipelines.training.loop import DEFAULTS, Loop
from pipelines.training.recipe import read
from tests.tiny import tiny_conditioned, tiny_data, tiny_latent

TASKS = {
    "controlnet": (ControlNetTask, ControlNetModel),
    "adapter": (AdapterTask, T2IAdapter),
    "global_adapter": (GlobalAdapterTask, GlobalAdapter),
}
TINY = dict(batch=12, bf16=False, threads=1, warmup=2, steps=4, held_out=3, compile=False)


def make(name, folder, **changes):
    recipe = read(name, DEFAULTS) | TINY | changes
    return Loop(TASKS[name][0](recipe, tiny_data(), tiny_conditioned(loud=False)), folder)


@pytest.mark.parametrize("name", list(TASKS))
def test_the_loss_falls_and_the_unet_is_held(name, tmp_path):
    loop = make(name, tmp_path, steps=60, lr=3e-3, cooldown=0.0, max_weight=1.0)
    before = {n: p.clone() for n, p in loop.task.unet.state_dict().items()}

    def loss():
        with torch.no_grad():
            return np.mean([loop.task.loss(loop.bare, torch.Generator().manual_seed(seed)).item() for seed in range(8)])

    first = loss()
    for _ in range(60):
        loop.update()
    assert loss() < 0.95 * first
    assert all(torch.equal(before[n], p) for n, p in loop.task.unet.state_dict().items())


@pytest.mark.parametrize("name", list(TASKS))
def test_beside_a_unet_of_latents_the_loss_falls_and_what_is_trained_draws(name, tmp_path):
    """Maps are of the pictures' size, x0 is their latents; on 32 × 32 pictures in 4 × 4 latents."""
    recipe = read(f"latent/{name}", DEFAULTS) | TINY | dict(steps=40, lr=3e-3, cooldown=0.0, max_weight=1.0)
    loop = Loop(TASKS[name][0](recipe, tiny_data(32), tiny_latent()), tmp_path)

    def loss():
        with torch.no_grad():
            return np.mean([loop.task.loss(loop.bare, torch.Generator().manual_seed(seed)).item() for seed in range(8)])

    first = loss()
    for _ in range(40):
        loop.update()
    assert loss() < 0.98 * first
    assert loop.task.pictures(loop.bare).size[0] > 32 and np.isfinite(loop.task.evaluate(loop.bare)["loss"])


@pytest.mark.parametrize("name", list(TASKS))
def test_resumed_equals_uninterrupted_to_the_bit_and_what_is_exported_is_whole(name, tmp_path):
    whole = make(name, tmp_path / "whole").run()
    make(name, tmp_path / "parts").run(until=2)
    parts = make(name, tmp_path / "parts").run()
    for (key, value), again in zip(whole.bare.state_dict().items(), parts.bare.state_dict().values(), strict=True):
        assert torch.equal(value, again), key
    assert whole.figures == parts.figures and whole.figures[0.05]["none_500"] > 0
    assert (tmp_path / "whole" / "pictures" / "0000004.png").exists()
    whole.export(tmp_path / "out")
    again = TASKS[name][1].from_pretrained(tmp_path / "out", torch_dtype=torch.float32)
    best = min(whole.averages, key=lambda average: whole.figures[average.width]["loss"]).network
    for (key, value), saved in zip(best.state_dict().items(), again.state_dict().values(), strict=True):
        torch.testing.assert_close(value, saved, rtol=1e-3, atol=1e-6, msg=key)
    assert json.loads((tmp_path / "out" / "training.json").read_text())["held_out"] == 3


def test_an_untrained_control_net_is_a_copy_of_the_encoder_and_adds_nothing():
    unet = tiny_conditioned().unet
    network = make_controlnet(unet)
    for name in ("conv_in", "time_embedding", "down_blocks"):
        copied = getattr(network, name).state_dict()
        assert all(torch.equal(copied[key], value) for key, value in getattr(unet, name).state_dict().items())
    skips, mid = network(
        torch.randn(1, 48, 4, 4),
        10,
        torch.randn(1, 3, 24),
        torch.randn(1, sum(WIDTHS), 16, 16),
        class_labels=torch.randn(1, 16),
        return_dict=False,
    )
    assert not mid.any() and not any(skip.any() for skip in skips)


def test_any_subset_is_told_and_only_that():
    data, rng = tiny_data(), torch.Generator().manual_seed(0)
    x0, told = maps.batch(data.images, maps.Maps(data.images), np.arange(12), rng, 0.0, 1.0, 0.5, 0.5)
    assert told.hint.shape == (12, sum(WIDTHS), 16, 16) and (told.strength.sum(1) >= 1).all()
    for k, (kind, width) in enumerate(zip(KINDS, WIDTHS, strict=True)):
        part = told.hint[:, START[kind] : START[kind] + width]
        for row in range(12):
            assert part[row, -1].eq(told.strength[row, k]).all()
            assert told.strength[row, k] == 1 or not part[row].any()
    assert 3 < (told.strength.sum(1) == 1).sum() < 12  # half of one kind, and some of the subsets are of one by chance


def test_maps_move_with_their_pictures():
    data = tiny_data()
    stack = maps.Maps(data.images)
    still, _ = maps.batch(data.images, stack, np.arange(12), torch.Generator().manual_seed(1), 0.0, 1.0, 0.0, 0.0)
    moved, told = maps.batch(data.images, stack, np.arange(12), torch.Generator().manual_seed(1), 1.0, 1.0, 0.0, 0.0)
    assert not torch.equal(still, moved)
    for row in range(12):
        if told.strength[row, KINDS.index("mask")]:
            inside = told.hint[row, START["mask"]] > 0.5
            assert (moved[row, :, inside] < 0.99).any(0).float().mean() > 0.9  # the object is where the mask is


def test_some_are_shown_the_layout_of_another_text_and_all_are_told_their_own(tmp_path, monkeypatch):
    def told(misled):
        seen = []

        def patch_unet(unet, schedule, background, layout, sides, channels):
            def sees(x, timesteps, text):
                seen.append((text.pooled, layout(text.pooled)))
                return x

            return sees

        monkeypatch.setattr(side, "PatchUNet", patch_unet)
        task = make("controlnet", tmp_path / str(misled), misled=misled).task
        task.pipe.layout = torch.nn.Identity()
        task.loss(task.network(), torch.Generator().manual_seed(0))
        return seen[0]

    (said, own), (heard, mixed) = told(0.0), told(0.5)
    assert torch.equal(own, said) and torch.equal(heard, said)
    assert 2 <= (mixed != own).any(1).sum() <= 10
    assert all((row == own).all(1).any() for row in mixed)
