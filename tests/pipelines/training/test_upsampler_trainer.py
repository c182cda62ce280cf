"""The upsampler's trainer on a tiny data set: its loss falls, a run resumes to the bit, what it exports is whole."""

import json

import numpy as np
import pytest
import torch

from pipelines.networks.text_encoder import TextEncoder
from pipelines.networks.upsampler import Upsampler
from pipelines.training.corruption import blurred, corrupted, noisy
from pipelines.training.loop import DEFAULTS, Loop
from pipelines.training.pictures import to_model
from pipelines.training.recipe import read
from pipelines.training.redrawn import redraw_all
from pipelines.training.upsampler import UpsamplerTask, load_large, load_redrawn
from pipelines.worlds.reference import load_larger
from tests.tiny import tiny_clip, tiny_data, tiny_pictures, tiny_pipeline

TINY = dict(redrawn="", channels=[16, 32], groups=8, batch=12, bf16=False, threads=1, warmup=2, steps=4, held_out=3)


@pytest.fixture(scope="module")
def text_encoder():
    return TextEncoder.from_clip(tiny_clip())


@pytest.fixture
def make(text_encoder):
    def make(folder, **changes):
        recipe = read("upsampler", DEFAULTS) | TINY | changes
        return Loop(UpsamplerTask(recipe, tiny_data(16), tiny_data(32).images, text_encoder), folder)

    return make


def test_the_loss_falls(make, tmp_path):
    loop = make(tmp_path, steps=60, lr=3e-3, cooldown=0.0)
    losses = [loop.update()[0] for _ in range(60)]
    assert np.mean(losses[-10:]) < 0.85 * np.mean(losses[:10])


def test_resumed_equals_uninterrupted_to_the_bit(make, tmp_path):
    whole = make(tmp_path / "whole").run()
    make(tmp_path / "parts").run(until=2)
    parts = make(tmp_path / "parts").run()
    for (name, value), again in zip(whole.bare.state_dict().items(), parts.bare.state_dict().values(), strict=True):
        assert torch.equal(value, again), name
    assert whole.figures == parts.figures and whole.figures[0.05]["psnr_bicubic"] > 0
    assert (tmp_path / "whole" / "pictures" / "0000004.png").exists()


def test_export_reloads_with_held_out_pictures(make, tmp_path):
    loop = make(tmp_path / "run").run()
    loop.export(tmp_path / "upsampler")
    again = Upsampler.from_pretrained(tmp_path / "upsampler", torch_dtype=torch.float32)
    best = min(loop.averages, key=lambda average: loop.figures[average.width]["loss"]).network
    for (name, value), saved in zip(best.state_dict().items(), again.state_dict().values(), strict=True):
        torch.testing.assert_close(value, saved, rtol=1e-3, atol=1e-6, msg=name)
    assert json.loads((tmp_path / "upsampler" / "training.json").read_text())["held_out"] == 3
    held = load_larger(tmp_path)
    truth = to_model(loop.task.large[loop.task.data.held_out[::8]])
    assert torch.equal(held.pictures, truth) and held.names == ["cat"]


def test_the_network_of_the_recipe_keeps_to_its_cost():
    from torch.utils.flop_counter import FlopCounterMode

    recipe = read("upsampler", DEFAULTS)
    network = Upsampler(**{key: recipe[key] for key in ("channels", "layers", "patch", "groups")})
    one = torch.zeros(1)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        network(torch.zeros(1, 3, 128, 128), one, torch.zeros(1, 3, 64, 64), one, torch.zeros(1, 256))
    assert counter.get_total_flops() <= 1.2e9
    assert 2 * sum(p.numel() for p in network.parameters()) <= 7e6


def test_data_that_does_not_fit_is_told(make, tmp_path):
    data, large = tiny_data(16), tiny_data(32)
    large.save(tmp_path / "large.npz")
    assert np.array_equal(load_large(tmp_path / "large.npz", data), large.images)
    large.style[0] = 1
    large.save(tmp_path / "other.npz")
    with pytest.raises(ValueError, match="other.npz.*--size 128"):
        load_large(tmp_path / "other.npz", data)
    np.savez(tmp_path / "redrawn.npz", images=np.zeros((2, len(data), 8, 8, 3), np.uint8))
    with pytest.raises(ValueError, match="redrawn.npz.*pipelines.training.redrawn"):
        load_redrawn(tmp_path / "redrawn.npz", data)


def test_pictures_are_redrawn_by_the_base_model(make, tmp_path):
    """The same version gives the same pictures; a model that sees nothing but white draws white."""
    pipe, data = tiny_pipeline(), tiny_data(16)
    drawn = redraw_all(pipe, data, version=0, batch=8, bf16=False)
    assert drawn.shape == data.images.shape and drawn.dtype == np.uint8
    assert np.array_equal(drawn, redraw_all(pipe, data, version=0, batch=8, bf16=False))
    assert not np.array_equal(drawn, redraw_all(pipe, data, version=1, batch=8, bf16=False))
    np.savez(tmp_path / "redrawn.npz", images=drawn[None])
    with_it = make(tmp_path / "a", redrawn=str(tmp_path / "redrawn.npz"), redrawn_share=1.0, corrupted=0.0)
    assert with_it.update()[0] != make(tmp_path / "b", corrupted=0.0).update()[0]
    pipe.unet.forward = lambda sample, *rest, **named: (torch.zeros_like(sample),)
    assert (redraw_all(pipe, data, batch=8, bf16=False) == 255).all()


def test_corruption_changes_a_share_and_keeps_the_rest_to_the_bit():
    small, rng = tiny_pictures(200).clamp(-1, 1), torch.Generator().manual_seed(0)
    bad = corrupted(small, rng, share=0.5)
    kept = (bad == small).flatten(1).all(1).float().mean().item()
    assert kept == pytest.approx(0.5, abs=0.1) and bad.abs().max() <= 1
    assert torch.equal(corrupted(small, rng, share=0.0), small)


def test_a_blur_keeps_what_is_flat_and_has_the_width_it_says():
    flat = torch.full((1, 3, 16, 16), 0.3)
    torch.testing.assert_close(blurred(flat, torch.tensor([0.8])), flat)
    point = torch.zeros(2, 1, 15, 15)
    point[:, :, 7, 7] = 1
    spread = blurred(point, torch.tensor([0.8, 0.05]))
    at = torch.arange(15.0) - 7
    assert (spread[0, 0].sum(0) * at**2).sum().item() == pytest.approx(0.8**2, rel=0.02)
    torch.testing.assert_close(spread[1], point[1])


def test_noise_has_the_level_that_is_told():
    small = torch.zeros(400, 3, 16, 16)
    x, level = noisy(small, torch.Generator().manual_seed(0), 0.3)
    assert (level == 0).float().mean().item() == pytest.approx(0.25, abs=0.07) and level.max() <= 0.3
    torch.testing.assert_close(x.flatten(1).std(1), level, rtol=0.12, atol=1e-6)
