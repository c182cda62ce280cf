"""The quick look at latents: near to what a decoder draws, in place of it on the way, and never at the end."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import interpolate

from pipelines import GuidedPipeline
from pipelines.networks.latent_preview import LatentPreview
from pipelines.training.latent_preview import fit
from pipelines.training.latents import fingerprint
from pipelines.training.world import assemble
from tests.tiny import tiny_latent

SIDE = 32


class Products(nn.Module):
    """A decoder whose colours are products of two channels: no linear map of latents gives them."""

    config = SimpleNamespace(latent_channels=3, scaling_factor=1.0)
    spatial_compression_ratio, dtype = 8, torch.float32

    def __init__(self):
        super().__init__()
        self.decoder = nn.Linear(1, 1)

    def decode(self, z):
        return SimpleNamespace(sample=interpolate((z * z.roll(1, 1)).tanh(), scale_factor=8))


def test_it_is_near_to_a_decoder_that_is_not_linear():
    latents = torch.randn(300, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    seen, unseen, vae = latents[:250], latents[250:], Products()
    wanted = vae.decode(unseen).sample
    left = {n: (fit(vae, seen, features=n)(unseen) - wanted).square().mean().item() for n in (1, 200)}
    assert left[200] < 0.65 * left[1] < wanted.var().item()
    preview = fit(vae, seen, "a name", features=200)
    assert preview(unseen).shape == (50, 3, SIDE, SIDE) and preview.config.autoencoder == "a name"
    assert torch.equal(preview(unseen), fit(vae, seen, "a name", features=200)(unseen))


@pytest.fixture
def pipe():
    pipe = tiny_latent()
    latents = torch.randn(50, 4, 4, 4, generator=torch.Generator().manual_seed(0))
    pipe.register_modules(latent_preview=fit(pipe.vae, latents, features=16))
    return pipe


def test_pictures_on_the_way_are_not_decoded_and_finished_ones_are(pipe):
    from studio.engine import Engine
    from studio.engine.world import World
    from studio.recipe import Recipe

    decoded = []
    pipe.vae.decoder.register_forward_hook(lambda module, inputs, output: decoded.append(len(output)))
    recipe = Recipe(prompt="red apple", steps=7, seeds=(1, 2), w=2.0)
    frames = list(Engine(lambda name: World(pipe)).run(recipe))
    on_the_way = [frame for frame in frames if frame.pictures and frame.index < 7]
    assert len(on_the_way) >= 2 and {p.size for frame in on_the_way for p in frame.pictures} == {(SIDE, SIDE)}
    assert decoded == [2]  # the finished pictures, to show and to judge
    images = pipe("red apple", seeds=(1, 2), num_inference_steps=7).images
    assert len(decoded) == 2 and images[0].size == (SIDE, SIDE)


def test_it_is_saved_and_read_again_with_the_pipeline(pipe, tmp_path):
    pipe.save_pretrained(tmp_path)
    again = GuidedPipeline.from_pretrained(tmp_path)
    *_, step = pipe.steps("red apple", num_inference_steps=2)
    one, other = (np.asarray(each.preview(step)[0]) for each in (pipe, again))
    assert isinstance(again.latent_preview, LatentPreview) and (one == other).all()


def test_without_one_what_is_on_the_way_is_decoded():
    pipe = tiny_latent()
    *_, step = pipe.steps("red apple", num_inference_steps=2)
    assert (np.asarray(pipe.preview(step)[0]) == np.asarray(pipe.to_pil(step.prediction.x0)[0])).all()


def test_a_world_is_joined_with_one_of_its_own_autoencoder(tmp_path):
    import json

    folder, pipe = tmp_path / "world", tiny_latent(weak=None, clip=None, classifier=None)
    pipe.save_pretrained(folder)
    name, file = fingerprint(pipe.vae), tmp_path / "latents.npz"
    recipe = dict(clip_folder="clip", shift=1.0, latents=str(file))
    (folder / "unet" / "training.json").write_text(json.dumps(dict(recipe=recipe, background=0.0, autoencoder=name)))
    assert assemble(folder).latent_preview is None and assemble(folder).space.bilateral  # no latents to fit one to
    latents = np.random.default_rng(0).standard_normal((20, 4, 4, 4)).astype(np.float16)
    np.savez(file, key=np.array(name + "of these pictures"), latents=latents)
    assert assemble(folder).latent_preview.config.autoencoder == name
    assert GuidedPipeline.from_pretrained(folder).latent_preview.config.autoencoder == name
    file.unlink()
    assert assemble(folder).latent_preview is not None  # the one that is there
    LatentPreview(4, 8, autoencoder="another").save_pretrained(folder / "latent_preview")
    assert assemble(folder).latent_preview is None and not (folder / "latent_preview").exists()


def test_a_decoder_in_half_precision_draws_the_same_but_for_rounding():
    pipe = tiny_latent()
    z = torch.randn(2, 4, 4, 4, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        full, known = pipe.pictures(z), pipe.space.encode(torch.zeros(1, 3, SIDE, SIDE))
        pipe.compute_in(torch.bfloat16)
        half, again = pipe.pictures(z), pipe.space.encode(torch.zeros(1, 3, SIDE, SIDE))
    assert next(pipe.vae.decoder.parameters()).dtype == torch.bfloat16
    assert half.dtype == torch.float32 and torch.equal(known, again)
    assert 0 < (half - full).abs().max() < 0.03 * full.abs().max() + 0.02
    x = z.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(pipe.space.decode(x).square().sum(), x)
    assert gradient.isfinite().all() and gradient.any()  # a pull on pictures goes through it


def test_a_bilateral_filter_takes_grain_and_leaves_lines(tmp_path):
    from pipelines.evaluation.paint import paint_shares
    from pipelines.process.space import bilateral

    clean = torch.full((1, 3, 16, 16), 0.5)
    clean[..., 8:] = -0.5
    grain = (clean + 4 / 127.5 * torch.randn(clean.shape, generator=torch.Generator().manual_seed(0))).requires_grad_()
    filtered = bilateral(bilateral(grain))
    assert (filtered - clean).square().mean() < 0.4 * (grain - clean).square().mean()
    assert paint_shares(filtered.detach()).edge == paint_shares(clean).edge > 0
    torch.testing.assert_close(bilateral(clean), clean)
    assert torch.autograd.grad(filtered.sum(), grain)[0].isfinite().all()  # pulls on pictures go through it
    pipe = tiny_latent()
    z = torch.randn(1, 4, 4, 4, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        plain = pipe.space.decode(z)
        pipe.register_to_config(bilateral=2)
        torch.testing.assert_close(pipe.space.decode(z), bilateral(bilateral(plain)))
    pipe.save_pretrained(tmp_path)
    assert GuidedPipeline.from_pretrained(tmp_path).space.bilateral == 2
