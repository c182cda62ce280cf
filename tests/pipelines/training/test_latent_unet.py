"""The latent world's U-Net on tiny data: it begins as the pixel world's, learns, resumes, and draws pictures through its autoencoder."""

import numpy as np
import pytest
import torch
from torch.nn.functional import conv2d, pixel_unshuffle

from pipelines import ClassifierFree, GuidedPipeline
from pipelines.networks.layout import Layout
from pipelines.networks.text_encoder import TextEncoder
from pipelines.training import latents as latents_module
from pipelines.training.latent_unet import LatentUNetTask
from pipelines.training.latents import fingerprint, latents
from pipelines.training.loop import Loop
from pipelines.training.recipe import read
from pipelines.training.task import DEFAULTS
from pipelines.training.unet import make_unet
from tests.tiny import tiny_autoencoder, tiny_clip, tiny_data

SIDE = 64  # 8 × 8 latents, 8 × 8 patches of the halved picture
TINY = dict(
    channels=[16, 32],
    attention=[False, True],
    batch=12,
    threads=1,
    warmup=2,
    steps=4,
    held_out=3,
    latents="",
    cooldown=0.0,
)


def origin():
    clip = tiny_clip()
    torch.manual_seed(1)
    unet = make_unet([16, 32], [False, True], 4, SIDE // 2, text_width=24, text_dim=16, more=3)
    return dict(clip=clip, unet=unet, text_encoder=TextEncoder.from_clip(clip), layout=Layout(16, 24, SIDE // 8))


def task(**changes):
    return LatentUNetTask(read("latent_unet", DEFAULTS) | TINY | changes, tiny_data(SIDE), tiny_autoencoder(), origin())


def test_the_loss_falls(tmp_path):
    loop = Loop(task(steps=60, lr=3e-3), tmp_path)
    losses = [loop.update()[0] for _ in range(60)]
    assert np.mean(losses[-10:]) < 0.8 * np.mean(losses[:10])


def test_resumed_equals_uninterrupted_to_the_bit(tmp_path):
    whole = Loop(task(), tmp_path / "whole").run()
    Loop(task(), tmp_path / "parts").run(until=2)
    parts = Loop(task(), tmp_path / "parts").run()
    for (name, value), again in zip(whole.bare.state_dict().items(), parts.bare.state_dict().values(), strict=True):
        assert torch.equal(value, again), name
    assert (tmp_path / "whole" / "pictures" / "0000004.png").exists()


def test_where_latents_are_linear_in_patches_it_begins_as_the_pixel_world(monkeypatch):
    """With latents that are an invertible map of the patches, the first layer sees what it saw, and the last says what it said."""
    monkeypatch.setattr(latents_module, "RIDGE", 0.0)
    each = task()
    torch.manual_seed(0)
    each.data.images[:] = np.random.default_rng(0).integers(0, 256, each.data.images.shape, dtype=np.uint8)
    turn = torch.linalg.qr(torch.randn(48, 48))[0]
    x = torch.nn.functional.avg_pool2d(torch.from_numpy(each.data.images).permute(0, 3, 1, 2) / 127.5 - 1, 2) - 1
    patches = pixel_unshuffle(x, 4)
    each.source.x = torch.einsum("nphw,pc->nchw", patches, turn)
    old = each.origin["unet"].state_dict()
    new = each.moved_in(old)
    seen = conv2d(each.source.x[:3], new["conv_in.weight"][:, :48], padding=1)
    torch.testing.assert_close(
        seen, conv2d(patches[:3], old["conv_in.weight"][:, :48], padding=1), atol=1e-3, rtol=1e-3
    )
    h = torch.randn(2, 16, 8, 8)
    said = conv2d(h, new["conv_out.weight"], new["conv_out.bias"], padding=1)
    wanted = torch.einsum("nphw,pc->nchw", conv2d(h, old["conv_out.weight"], old["conv_out.bias"], padding=1), turn)
    torch.testing.assert_close(said, wanted, atol=1e-3, rtol=1e-3)
    assert torch.equal(new["conv_in.weight"][:, 48:], old["conv_in.weight"][:, 48:])  # the layout's channels


def test_moved_latents_go_with_what_the_layout_is_told():
    each = task(moved=1.0)
    each.source.x = torch.rand(len(each.data), 4, 8, 8)
    each.source.means = each.source.x[:, :3].clone()
    x0, told = each.source.shown(np.arange(5), torch.Generator().manual_seed(3), 1.0, 1)
    torch.testing.assert_close(x0[:, :3], told)
    assert not torch.equal(x0, each.source.x[:5])


def test_latents_are_kept_for_one_autoencoder(tmp_path):
    each, images = task(), tiny_data(SIDE).images
    first = latents(each.source.space, images, tmp_path / "latents.npz")
    with np.load(tmp_path / "latents.npz") as kept:
        assert torch.equal(torch.from_numpy(kept["latents"]), first)
    before = fingerprint(each.source.vae)
    with torch.no_grad():
        each.source.vae.encoder.conv_out.bias += 1
    again = latents(each.source.space, images, tmp_path / "latents.npz")
    assert fingerprint(each.source.vae) != before and not torch.equal(again, first)


def test_the_pipeline_draws_pictures_of_the_autoencoders_size_and_saves_and_reloads(tmp_path):
    each = task()
    pipe = each.pipeline(each.network().eval())
    assert pipe.sample_shape == (4, 8, 8) and pipe.picture_shape == (3, SIDE, SIDE)
    settings = dict(rules=[ClassifierFree(2)], num_inference_steps=3, seeds=[0, 1])
    drawn = pipe("red apple", output_type="pt", **settings).images
    assert drawn.shape == (2, 3, SIDE, SIDE) and drawn.min() >= 0 and drawn.max() <= 1
    latent = pipe("red apple", output_type="latent", **settings).images
    with torch.no_grad():
        torch.testing.assert_close(drawn, (pipe.space.decode(latent) / 2 + 0.5).clamp(0, 1))
    pipe.save_pretrained(tmp_path)
    again = GuidedPipeline.from_pretrained(tmp_path)
    torch.testing.assert_close(again("red apple", output_type="pt", **settings).images, drawn)
    assert again("red apple", **settings).images[0].size == (SIDE, SIDE)


@pytest.mark.parametrize("kind", ["AutoencoderKL", "AutoencoderTiny", "AutoencoderDC"])
def test_a_space_goes_both_ways_by_the_autoencoders_own_scale(kind):
    import diffusers

    from pipelines.process.space import LatentSpace

    torch.manual_seed(0)
    vae = {
        "AutoencoderKL": lambda: diffusers.AutoencoderKL(
            block_out_channels=(8, 8),
            down_block_types=("DownEncoderBlock2D",) * 2,
            up_block_types=("UpDecoderBlock2D",) * 2,
            norm_num_groups=4,
            latent_channels=4,
            scaling_factor=0.5,
            shift_factor=0.1,
        ),
        "AutoencoderTiny": lambda: diffusers.AutoencoderTiny(
            encoder_block_out_channels=(8, 8),
            decoder_block_out_channels=(8, 8),
            num_encoder_blocks=(1, 1),
            num_decoder_blocks=(1, 1),
        ),
        "AutoencoderDC": tiny_autoencoder,
    }[kind]().eval()
    space, x = LatentSpace(vae, batch=2), torch.rand(3, 3, 32, 32) * 2 - 1
    with torch.no_grad():
        z = space.encode(x)
        assert z.shape == (3, 4, 32 // space.factor, 32 // space.factor) and space.channels == 4
        own = vae.encode(x)
        own = (
            own.latent_dist.mode()
            if kind == "AutoencoderKL"
            else own.latents
            if kind == "AutoencoderTiny"
            else own.latent
        )
        shift = 0.1 if kind == "AutoencoderKL" else 0.0
        torch.testing.assert_close(z, (own - shift) * vae.config.scaling_factor)
        torch.testing.assert_close(space.decode(z), vae.decode(own).sample)
