"""The autoencoder's trainer on tiny data, and the measure of paint on pictures whose shares are known."""

import numpy as np
import pytest
import torch
from diffusers import AutoencoderDC

from pipelines.evaluation.paint import paint_shares
from pipelines.training.autoencoder import AutoencoderTask, reconstruction
from pipelines.training.loop import Loop
from pipelines.training.recipe import read
from pipelines.training.task import DEFAULTS
from tests.tiny import tiny_data

TINY = dict(
    threads=1,
    steps=4,
    batch=8,
    channels=[8, 16, 16],
    encoder_layers=[1, 1, 1],
    decoder_layers=[1, 1, 1],
    latents=4,
    crop=16,
    warmup=0,
    cooldown=0.0,
    held_out=3,
)


def task(**changes):
    return AutoencoderTask(read("autoencoder", DEFAULTS) | TINY | changes, tiny_data(32))


def test_the_loss_falls(tmp_path):
    loop = Loop(task(steps=60, lr=5e-3), tmp_path)
    losses = [loop.update()[0] for _ in range(60)]
    assert np.mean(losses[-5:]) < 0.5 * np.mean(losses[:5])


def test_latents_are_an_eighth_of_the_side_and_pictures_come_back_in_size():
    x, z = task().network()(torch.zeros(2, 3, 32, 16))
    assert x.shape == (2, 3, 32, 16) and z.shape == (2, 4, 4, 2)


def test_noise_reaches_the_decoder_and_not_the_latents():
    network, x = task().network(), torch.rand(2, 3, 16, 16) * 2 - 1
    plain, z = network(x)
    noised, again = network(x, torch.ones(2, 4, 2, 2))
    assert torch.equal(z, again) and not torch.allclose(plain, noised)


def test_a_batch_holds_empty_space_and_as_many_pixels_whole_as_in_crops():
    crops = task(whole=0.0, crop=16).crops(torch.Generator().manual_seed(0))
    whole = task(whole=1.0, crop=16).crops(torch.Generator().manual_seed(0))
    assert crops.shape == (8, 3, 16, 16) and whole.shape == (2, 3, 32, 32)
    assert (crops[0] == 1).all() and not (crops[1:] == 1).all()


def test_nothing_held_out_is_trained_on():
    each = task(whole=1.0, crop=32, batch=200)
    each.data.images[each.data.held_out] = 7
    assert not (each.crops(torch.Generator().manual_seed(0)) == 7 / 127.5 - 1).all((1, 2, 3)).any()


def test_latents_of_empty_space_are_drawn_to_nothing(tmp_path):
    loop = Loop(task(steps=40, hold=10.0, lr=5e-3), tmp_path)
    empty = torch.ones(1, 3, 16, 16)
    before = loop.bare(empty)[1].square().mean().item() + 1e-3
    for _ in range(40):
        loop.update()
    assert loop.bare(empty)[1].square().mean().item() < before


def test_what_is_exported_is_diffusers_own_and_scales_latents_to_one(tmp_path):
    loop = Loop(task(), tmp_path / "run").run()
    loop.export(tmp_path / "out")
    vae = AutoencoderDC.from_pretrained(tmp_path / "out", torch_dtype=torch.float32)
    data = tiny_data(32)
    x = torch.from_numpy(data.images[data.train]).permute(0, 3, 1, 2) / 127.5 - 1
    z = vae.encode(x).latent * vae.config.scaling_factor
    assert z.square().mean().item() == pytest.approx(1, abs=0.05)
    assert loop.figures[0.05].keys() >= {"psnr", "ssim", "flat", "flat_data", "blotched"}


def test_reconstruction_is_nothing_for_the_same_picture_and_counts_each_part():
    x = torch.rand(2, 3, 8, 8)
    assert reconstruction(x, x, 2.0, 0.5) == 0
    shifted = reconstruction(x + 0.1, x, 2.0, 0.5)  # no edge is new: 0.1 + 2 · 0.01 + 0.5 · 0.1
    assert shifted.item() == pytest.approx(0.17, abs=1e-5)


def test_shares_of_paint_are_counted_by_the_largest_difference_of_a_colour():
    x = torch.full((1, 3, 2, 4), 255.0)
    x[0, 1, :, 2:] = 254  # one level: flat
    x[0, 2, :, 3] = 225  # thirty: a blotch
    flat, blotched, edge = paint_shares(x / 127.5 - 1)  # 3 pairs in each of 2 rows, 4 down
    assert (flat, blotched, edge) == pytest.approx((8 / 10, 2 / 10, 0.0))
    x[0, 0, :, 0] = 0
    assert paint_shares(x / 127.5 - 1) == pytest.approx((6 / 10, 2 / 10, 2 / 10))
    with pytest.raises(ValueError, match="x has shape"):
        paint_shares(torch.zeros(3, 4, 4))


def test_the_card_says_what_was_measured(tmp_path):
    from pipelines.training.autoencoder_card import ROWS, card, measure
    from tests.tiny import tiny_judge

    loop = Loop(task(), tmp_path / "run").run()
    loop.export(tmp_path / "autoencoder")
    import json

    data = tiny_data(128)
    rows = measure(loop.bare.vae.eval(), data, tiny_judge())
    assert [row["pictures"] for row in rows] == [name for name, _ in ROWS] and rows[0]["psnr"] is None
    assert rows[0]["flat"] > 0.9 and rows[1]["psnr"] >= rows[3]["psnr"] - 1 and rows[1]["n"] == len(data.held_out)
    text = card(json.loads((tmp_path / "autoencoder" / "training.json").read_text()), data, rows)
    assert "| both ways |" in text and "MIT" in text and "nan" not in text.lower()
