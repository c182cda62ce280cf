"""The diffusion prior: what it reads, its units, and that it saves and loads."""

import pytest
import torch

from pipelines.networks.prior import DiffusionPrior
from pipelines.networks.text_encoder import TextEncoder
from tests.tiny import tiny_clip, tiny_prior


@pytest.fixture(scope="module")
def clip():
    return tiny_clip()


@pytest.fixture(scope="module")
def prior(clip):
    return tiny_prior(clip)


def test_x_has_unit_variance_and_comes_back(prior):
    data = torch.nn.functional.normalize(torch.randn(200, 16, generator=torch.Generator().manual_seed(0)) + 0.3, dim=-1)
    other = DiffusionPrior(dim=16, length=2, heads=1, head_width=8, layers=1)
    other.fit(data)
    x = other.scaled(data)
    assert x.shape == (200, *other.sample_shape)
    torch.testing.assert_close(x.flatten(1).mean(0), torch.zeros(16), rtol=0, atol=1e-5)
    torch.testing.assert_close(x.flatten(1).std(0), torch.ones(16), rtol=0, atol=1e-5)
    torch.testing.assert_close(other.embedding(x), data, rtol=0, atol=1e-5)
    assert not any(other.get_parameter(f"transformer.clip_{name}").requires_grad for name in ("mean", "std"))


@torch.no_grad()
def test_it_is_told_text_time_and_x(prior, clip):
    encoder = TextEncoder.from_clip(clip)
    x, t = torch.randn(2, 16, 1, 1, generator=torch.Generator().manual_seed(0)), torch.tensor([500.0, 500.0])
    told = encoder.encode(["red apple", "cat"])
    plain = prior(x, t, told)
    assert plain.shape == x.shape
    assert not torch.allclose(plain, prior(x, t, encoder.encode(["cat", "red apple"])))
    assert not torch.allclose(plain, prior(x, t + 300, told))
    assert not torch.allclose(plain, prior(x + 1, t, told))
    assert not torch.allclose(plain, prior(x, t, told._replace(states=told.states.flip(0))))
    assert not torch.allclose(plain, prior(x, t, told._replace(pooled=told.pooled.flip(0))))
    torch.testing.assert_close(prior(x[:1], t[:1], told.rows([0])), plain[:1], rtol=0, atol=1e-5)
    assert prior(x.double(), t.double(), told).dtype == torch.float64


@torch.no_grad()
def test_places_without_a_token_are_not_read(prior, clip):
    told = TextEncoder.from_clip(clip).encode(["cat"])
    count = int(told.states.any(-1).sum())
    assert count < prior.config.length
    before = prior.transformer.positional_embedding.clone()
    x, t = torch.randn(1, 16, 1, 1, generator=torch.Generator().manual_seed(0)), torch.tensor([500.0])
    plain = prior(x, t, told)
    prior.transformer.positional_embedding[:, count : prior.config.length] += 1.0
    torch.testing.assert_close(prior(x, t, told), plain, rtol=0, atol=1e-6)
    prior.transformer.positional_embedding.copy_(before)


@torch.no_grad()
def test_it_saves_and_loads(prior, clip, tmp_path):
    prior.save_pretrained(tmp_path)
    again = DiffusionPrior.from_pretrained(tmp_path, torch_dtype=torch.float32).eval()
    assert [file.suffix for file in tmp_path.glob("*model*")] == [".safetensors"]
    told = TextEncoder.from_clip(clip).encode(["cat"])
    x = torch.randn(1, 16, 1, 1, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(
        again(x, torch.tensor([10.0]), told), prior(x, torch.tensor([10.0]), told), rtol=0, atol=1e-5
    )
    assert all(torch.equal(value, again.state_dict()[key]) for key, value in prior.state_dict().items())
    assert torch.equal(again.schedule.alphas_cumprod, prior.schedule.alphas_cumprod)
    assert torch.equal(again.transformer.clip_std, prior.transformer.clip_std)
