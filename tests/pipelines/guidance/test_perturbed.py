"""Attention that sees each place alone, and what such a network costs."""

import pytest
import torch

from pipelines.guidance import Perturbed
from pipelines.networks.perturbed import identity_attention, self_attentions
from pipelines.process.schedule import NoiseSchedule
from tests.tiny import tiny_pictures

T = NoiseSchedule().at(500)


@pytest.fixture(scope="module")
def unet():
    from pipelines.training.unet import make_unet

    torch.manual_seed(0)
    return make_unet([16, 32], [True, True], patch=2, size=16, text_width=24, text_dim=16).eval()


@torch.no_grad()
@pytest.mark.parametrize("blocks", ["mid", "down", "up", "all"])
def test_perturbed_attention_is_the_identity_for_one_call_only(unet, blocks):
    """Ahn et al. 2024: the maps become I, so each place keeps its own value; afterwards everything is as before."""
    layers, before = self_attentions(unet, blocks), dict(unet.attn_processors)
    states = torch.randn(1, 4, layers[0].to_q.in_features)
    with identity_attention(unet, blocks):
        for layer in layers:
            states = torch.randn(1, 4, layer.to_q.in_features)
            torch.testing.assert_close(layer(states), layer.to_out[0](layer.to_v(states)))
    assert unet.attn_processors == before
    with pytest.raises(KeyError), identity_attention(unet, blocks):
        raise KeyError
    assert unet.attn_processors == before


@torch.no_grad()
def test_perturbed_and_weak_networks_are_counted_calls(unet):
    from pipelines.networks.perturbed import PerturbedNetwork
    from pipelines.runs.denoiser import Condition, Denoiser, PatchUNet

    class Flat:
        def signal(self, timesteps):
            return torch.full_like(timesteps, 0.5).double()

    network, calls, forward = PatchUNet(unet, Flat()), [], unet.forward

    def counted(sample, *rest, **named):
        calls.append(len(sample))
        return forward(sample, *rest, **named)

    unet.forward = counted
    try:
        branch = Condition(torch.randn(2, 3, 24), torch.randn(2, 16))
        variants = {"perturbed mid": PerturbedNetwork(network, unet, "mid")}
        denoiser = Denoiser(network, {"conditional": branch, "null": branch}, "x0", variants)
        x = tiny_pictures(2)
        plain, perturbed = denoiser(x, T, "conditional", "perturbed mid")
        assert calls == [2, 2] and not torch.equal(plain.x0, perturbed.x0)
        torch.testing.assert_close(Perturbed(2)(denoiser, x, T).x0, 3 * plain.x0 - 2 * perturbed.x0, rtol=0, atol=1e-5)
        assert torch.equal(denoiser(x, T, "conditional")[0].x0, plain.x0), "nothing of the perturbed call is left"
    finally:
        del unet.forward
    with pytest.raises(ValueError, match="Unknown branch 'weak'.*'conditional', 'null', 'perturbed mid'"):
        denoiser(x, T, "weak")


def test_blocks_without_self_attention_are_told():
    from pipelines.training.unet import make_unet

    plain = make_unet([16, 32], [False, False], patch=2, size=16, text_width=24, text_dim=16)
    with pytest.raises(ValueError, match="blocks = 'down' is not allowed; this network has no self-attention there"):
        self_attentions(plain, "down")
