"""The cascade on a tiny upsampler: sizes, seeds, a batch and its singles, what is told; its scales and its measures, exactly."""

import pytest
import torch

from pipelines import DDPM, CascadePipeline, GuidedPipeline, Upsampler
from pipelines.evaluation.similarity import cosine, psnr, ssim
from pipelines.runs.cascade import upsample
from tests.tiny import tiny_pictures, tiny_pipeline, tiny_upsampler


@pytest.fixture(scope="module")
def pipe():
    pipe = tiny_pipeline()
    pipe.register_modules(upsampler=tiny_upsampler())
    return pipe


@pytest.fixture(scope="module")
def small():
    return tiny_pictures(2).clamp(-1, 1)


def large(pipe, small, prompt="red apple", seeds=(1, 2), **settings):
    *_, last = upsample(pipe, small, prompt, seeds=seeds, **{"num_inference_steps": 3} | settings)
    return last.x


def test_pictures_are_twice_as_large_and_stream(pipe, small):
    steps = list(upsample(pipe, small, "cat", seeds=(1, 2), num_inference_steps=3))
    assert [(s.index, s.total, tuple(s.x.shape)) for s in steps] == [(i, 3, (2, 3, 32, 32)) for i in range(3)]
    assert steps[-1].x.isfinite().all() and steps[-1].x.abs().max() <= 1


def test_same_seed_same_pixels_and_a_batch_is_its_singles(pipe, small):
    both = large(pipe, small)
    assert torch.equal(both, large(pipe, small))
    for i, seed in enumerate((1, 2)):
        torch.testing.assert_close(both[i : i + 1], large(pipe, small[i : i + 1], seeds=(seed,)), rtol=0, atol=1e-5)
    assert not torch.allclose(large(pipe, small[:1], seeds=(1,)), large(pipe, small[:1], seeds=(2,)))


def test_text_level_and_w_reach_the_network(pipe, small):
    plain = large(pipe, small)
    assert not torch.equal(plain, large(pipe, small, "cat"))
    assert not torch.equal(plain, large(pipe, small, level=0.3))
    assert torch.equal(plain, large(pipe, small, w=0.0))
    assert torch.equal(large(pipe, small, w=-1.0), large(pipe, small, None))
    assert not torch.allclose(plain, large(pipe, small, w=2.0))
    mixed = large(pipe, small, ["red apple", "cat"])
    torch.testing.assert_close(mixed, torch.stack([plain[0], large(pipe, small, "cat")[1]]), rtol=0, atol=1e-5)
    assert large(pipe, small, sampler=DDPM()).isfinite().all()


def test_one_network_call_a_step_with_both_branches(pipe, small):
    sizes, forward = [], pipe.upsampler.forward
    pipe.upsampler.forward = lambda x, *rest: sizes.append(len(x)) or forward(x, *rest)
    try:
        large(pipe, small, w=1.0), large(pipe, small)
    finally:
        del pipe.upsampler.forward
    assert sizes == [4, 4, 4, 2, 2, 2]


def test_the_named_pipeline_is_base_and_upsampler(pipe):
    parts = {name: getattr(pipe, name) for name in ("unet", "text_encoder", "schedule", "upsampler")}
    settings = dict(seeds=(1, 2), num_inference_steps=2)
    whole = CascadePipeline(**parts)("red apple", output_type="pt", upsampler_steps=3, **settings).images
    base = pipe("red apple", output_type="latent", **settings).images
    assert torch.equal(whole, pipe.postprocess(large(pipe, base), "pt"))
    assert CascadePipeline(**parts)("red apple", **settings).images[0].size == (32, 32)


def test_it_saves_and_reloads_with_the_world(pipe, small, tmp_path):
    pipe.save_pretrained(tmp_path)
    again = GuidedPipeline.from_pretrained(tmp_path)
    torch.testing.assert_close(large(again, small), large(pipe, small), rtol=0, atol=1e-5)


def test_a_world_without_upsampler_tells_so(small):
    with pytest.raises(ValueError, match="upsampler is missing"):
        upsample(tiny_pipeline(), small, seeds=(1, 2))


@pytest.mark.parametrize(
    "settings, told",
    [
        (dict(seeds=(1,)), "seeds has 1 numbers for 2 pictures"),
        (dict(prompt=["a", "b", "c"]), "prompt has 3 texts"),
        (dict(level=1.5), "level = 1.5.*0 to 1"),
        (dict(level=float("nan")), "level = nan"),
        (dict(num_inference_steps=0), "num_inference_steps = 0"),
    ],
)
def test_what_does_not_fit_is_told(pipe, small, settings, told):
    with pytest.raises(ValueError, match=told):
        large(pipe, small, **settings)


def test_pictures_of_another_size_are_told(pipe):
    with pytest.raises(ValueError, match=r"\(2, 3, 8, 8\).*\(B, 3, 16, 16\)"):
        large(pipe, torch.zeros(2, 3, 8, 8))
    with pytest.raises(ValueError, match="patch = 4.*multiple of factor, 3"):
        Upsampler(factor=3)


def test_before_training_the_picture_is_the_enlarged_one(small):
    """The network begins with a residual of 0, so any number of steps ends at the bicubic picture."""
    fresh = tiny_pipeline()
    fresh.register_modules(upsampler=Upsampler(size=32, channels=[16, 32], text_dim=16, groups=8).eval())
    torch.testing.assert_close(large(fresh, small), fresh.upsampler.enlarged(small).clamp(-1, 1), rtol=0, atol=1e-6)


def test_the_scales_give_unit_variance():
    """With r ~ N(0, s²) and y = a r + b ε: c_in y has variance 1, and so has r / c_out."""
    upsampler = Upsampler(size=32, channels=[16, 32], text_dim=16, groups=8, residual_std=0.1)
    timesteps, level = torch.tensor([10, 400, 999]), torch.tensor([0.0, 0.2, 0.1], dtype=torch.float64)
    a, c_in, c_out = (part.flatten() for part in upsampler.scales(timesteps, level))
    b2, s2 = 1 - a**2, 0.1**2 + level**2
    torch.testing.assert_close(c_in**2 * (a**2 * s2 + b2), torch.ones(3, dtype=torch.float64))
    torch.testing.assert_close(c_out**2, s2)


def test_measures_against_what_is_known():
    x = tiny_pictures(2, 32, torch.float64).clamp(-1, 1)
    torch.testing.assert_close(psnr(x, x + 0.02), torch.full((2,), 40.0, dtype=torch.float64))
    torch.testing.assert_close(ssim(x, x), torch.ones(2, dtype=torch.float64))
    torch.testing.assert_close(cosine(x, 1 + 3 * (x - 1)), torch.ones(2, dtype=torch.float64))
    # Two flat pictures have structure terms of 1: what is left is (2 m n + c)/(m² + n² + c).
    flat = [torch.full((1, 3, 16, 16), value, dtype=torch.float64) for value in (0.5, 0.25)]
    c = 0.02**2
    torch.testing.assert_close(ssim(*flat).item(), (2 * 0.5 * 0.25 + c) / (0.5**2 + 0.25**2 + c))


def test_every_picture_of_generators_is_upsampled_with_noise_of_its_own():
    whole = CascadePipeline(**tiny_pipeline().components | {"upsampler": tiny_upsampler()})

    def drawn(generators, count=1):
        settings = dict(num_inference_steps=2, upsampler_steps=3, level=0.5, output_type="pt", latents=latents[:count])
        return whole(["cat"] * count, generator=generators, **settings).images

    latents = tiny_pictures(1).clamp(-1, 1).repeat(2, 1, 1, 1)  # the same small picture twice
    one = torch.Generator().manual_seed(5)
    both = drawn(one, 2)
    assert not torch.equal(both[0], both[1])
    assert torch.equal(both, drawn(torch.Generator().manual_seed(5), 2)) and not torch.equal(both, drawn(one, 2))
    listed = drawn([torch.Generator().manual_seed(seed) for seed in (5, 6)], 2)
    for i, seed in enumerate((5, 6)):
        torch.testing.assert_close(listed[i : i + 1], drawn([torch.Generator().manual_seed(seed)]), rtol=0, atol=1e-5)
    assert not torch.equal(listed[0], listed[1])
