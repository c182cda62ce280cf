"""Streams of noise: two never meet, and a picture's own is torch's generator of its seed, to the bit."""

import itertools

import pytest
import torch

from pipelines.guidance.gradient import reference
from pipelines.process.noise import OTHERS, PICTURE, Draw, normal, stream
from pipelines.runs.batch import batch_of
from pipelines.runs.cascade import upsample
from tests.tiny import tiny_pictures, tiny_pipeline, tiny_upsampler

SEEDS = (0, 1, 5, 2**16, 2**31 - 1, 2**31, 2**32 - 1)
SHAPE = (3, 4, 4)


def test_no_two_streams_meet():
    """No value of one is a value of another, at any place: a shifted or a reordered stream would be found as well."""
    drawn = {
        (seed, purpose): set(normal(stream(seed, purpose), (64,), torch.float64).tolist())
        for seed in SEEDS
        for purpose in (PICTURE, *OTHERS)
    }
    assert len(drawn) == len(SEEDS) * (1 + len(OTHERS)) >= 3 * len(SEEDS)
    for one, other in itertools.combinations(drawn, 2):
        assert not drawn[one] & drawn[other], (one, other)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16])
def test_a_pictures_own_noise_is_torchs_generator_of_its_seed(dtype):
    draw, generators = Draw.from_seeds(SEEDS, dtype=dtype), [torch.Generator().manual_seed(seed) for seed in SEEDS]
    for _ in range(2):
        wanted = torch.stack([torch.randn(SHAPE, generator=generator, dtype=dtype) for generator in generators])
        assert torch.equal(draw((len(SEEDS), *SHAPE)), wanted)


@pytest.mark.parametrize("purpose", OTHERS)
def test_other_streams_are_standard_normal_begin_anew_and_go_on(purpose):
    noise = normal(stream(7, purpose), (100_000,))
    assert noise.dtype == torch.float32 and abs(noise.mean()) < 0.02 and abs(noise.std() - 1) < 0.02
    assert normal(stream(7, purpose), (4,), torch.float16).dtype == torch.float16
    draw = Draw.from_seeds([7, 8], purpose=purpose)
    first, second = draw((2, *SHAPE)), draw((2, *SHAPE))
    assert torch.equal(first, Draw.from_seeds([7, 8], purpose=purpose)((2, *SHAPE))) and not torch.equal(first, second)
    assert torch.equal(first[1:], Draw.from_seeds([8], purpose=purpose)((1, *SHAPE)))  # a batch is its singles


def test_what_is_no_stream_is_told():
    with pytest.raises(
        ValueError, match="Unknown purpose 'large'.*'picture', 'prior', 'reference', 'training', 'upsampler'"
    ):
        stream(0, "large")
    for wrong in (True, -1, 2**32, 5 + 2**40):
        for make in (stream, lambda seed: Draw.from_seeds([seed]), lambda seed: batch_of("cat", seeds=[seed])):
            with pytest.raises(ValueError, match=r"seeds\[0\] = .*0 to 4294967295"):
                make(wrong)


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_the_upsampler_does_not_begin_with_the_base_runs_noise(seed):
    pipe, seen = tiny_pipeline(), []
    pipe.register_modules(upsampler=tiny_upsampler())
    forward = pipe.upsampler.forward
    pipe.upsampler.forward = lambda x, *rest: seen.append(x.clone()) or forward(x, *rest)
    list(upsample(pipe, tiny_pictures(1).clamp(-1, 1), "cat", seeds=(seed,), num_inference_steps=2))
    own = set(torch.randn(20_000, generator=torch.Generator().manual_seed(seed)).tolist())
    # float32 has few numbers, so that two independent streams share some values: far from all of them.
    assert len(seen) == 2 and sum(value in own for value in seen[0].flatten().tolist()) < 0.1 * seen[0].numel()


def test_a_reference_pictures_noise_is_no_seeds_own():
    """At the noisiest time a reference is its noise almost alone, and must look like no picture's beginning."""
    t = tiny_pipeline().schedule.at(999)
    noise = reference(torch.zeros(2, 3, 16, 16), t) / t.b
    assert torch.equal(noise[0], noise[1])
    for seed in (*range(16), *SEEDS):
        own = Draw.from_seeds([seed])((1, 3, 16, 16))[0]
        assert torch.corrcoef(torch.stack([noise[0].flatten(), own.flatten()]))[0, 1].abs() < 0.2, seed
