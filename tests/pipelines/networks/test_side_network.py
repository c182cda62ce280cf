"""What side networks give a call of the U-Net, held to diffusers' own and to the equations."""

import pytest
import torch
from diffusers import ControlNetModel, MultiControlNetModel

from pipelines import ControlNet, GlobalPrompt, TwoScales, UniControlNet
from pipelines.conditions import combine
from pipelines.networks.condition_input import Condition, ConditionInput
from pipelines.networks.side_network import ControlSideNetwork, GlobalSideNetwork, UNetCall
from tests.tiny import tiny_conditioned

from ..conditions.test_contract import disc


@pytest.fixture(scope="module")
def pipe():
    return tiny_conditioned()


@pytest.fixture()
def asked():
    torch.manual_seed(3)
    text = Condition(torch.randn(2, 5, 24), torch.randn(2, 16))
    return torch.randn(2, 48, 4, 4), torch.tensor([300.0, 300.0]), text


def told(hint, strength):
    strength = torch.tensor(strength)
    return ConditionInput(hint, strength, torch.zeros_like(strength), torch.ones_like(strength))


@torch.no_grad()
def test_several_published_control_nets_add_up_as_diffusers_own(pipe, asked):
    sample, timesteps, text = asked
    networks = [
        ControlNetModel.from_unet(pipe.unet, conditioning_embedding_out_channels=(16, 32, 16)) for _ in range(2)
    ]
    for network in networks:
        for parameter in network.parameters():
            if not parameter.any():
                torch.nn.init.normal_(parameter, std=0.1)
    hints, scales = [torch.rand(2, 3, 16, 16) for _ in networks], [0.7, 1.3]
    call = UNetCall(text)
    for network, hint, scale in zip(networks, hints, scales, strict=True):
        ControlSideNetwork(network, (3,)).join(
            call, sample, timesteps, text, told(hint, [[scale]] * 2), torch.full((2, 1), scale)
        )
    skips, mid = MultiControlNetModel(networks)(
        sample, timesteps, text.states, hints, scales, class_labels=text.pooled, return_dict=False
    )
    torch.testing.assert_close(call.mid, mid)
    torch.testing.assert_close(call.skips, list(skips))


@torch.no_grad()
def test_a_published_control_net_of_three_channels_sees_the_map_as_a_picture(pipe):
    network = ControlNetModel.from_unet(pipe.unet, conditioning_embedding_out_channels=(16, 32, 16))
    seen, forward = [], network.forward
    network.forward = lambda *a, **k: seen.append(k["controlnet_cond"]) or forward(*a, **k)
    held, pipe.controlnet = pipe.controlnet, network
    try:
        pipe("cat", conditions=[ControlNet(kind="mask", images=[disc()])], num_inference_steps=1)
    finally:
        pipe.controlnet = held
    assert seen[0].shape == (1, 3, 16, 16)
    assert seen[0][0, :, 8, 8].tolist() == [1, 1, 1] and seen[0][0, :, 0, 0].tolist() == [0, 0, 0]  # the shape is white


@torch.no_grad()
def test_rows_that_are_not_told_are_not_evaluated_and_stay_as_they_are(pipe, asked):
    sample, timesteps, text = asked
    network, sizes = pipe.controlnet, []
    handle = network.register_forward_pre_hook(
        lambda module, args, kwargs: sizes.append(len(args[0])), with_kwargs=True
    )
    hint = torch.randn(2, network.config.conditioning_channels, 16, 16)
    strength = torch.tensor([[0.0] * 5, [0.5, 0, 0, 0, 0]])
    call = UNetCall(text)
    combine(  # the side as the pipeline makes it
        [UniControlNet(images=[disc()])], pipe, 2
    ).sides[0].join(call, sample, timesteps, text, told(hint, strength.tolist()), strength)
    handle.remove()
    assert sizes == [1]
    assert not call.mid[0].any() and call.mid[1].any()


def test_parts_are_weighed_against_the_strongest(pipe, asked):
    sample, timesteps, text = asked
    seen = []
    handle = pipe.controlnet.register_forward_pre_hook(
        lambda module, args, kwargs: seen.append(kwargs["controlnet_cond"]), with_kwargs=True
    )
    conditions = [
        UniControlNet(kind="edges", images=[disc()], strength=0.4),
        UniControlNet(kind="mask", images=[disc()], strength=0.8),
    ]
    pipe("cat", conditions=conditions, num_inference_steps=1)
    pipe("cat", conditions=[UniControlNet(kind=c.kind, images=c.images) for c in conditions], num_inference_steps=1)
    handle.remove()
    from pipelines.conditions.hint import START

    edges, mask = START["edges"], START["mask"]
    torch.testing.assert_close(seen[0][:, edges], 0.5 * seen[1][:, edges])
    torch.testing.assert_close(seen[0][:, mask], seen[1][:, mask])
    assert not seen[0][:, START["blocks"] :].any()


def test_one_kind_twice_cannot_be_told_to_one_network_but_adds_up_in_two(pipe):
    with pytest.raises(ValueError, match="Two UniControlNet conditions of one kind"):
        combine([UniControlNet(images=[disc()]), UniControlNet(images=[disc(3)])], pipe, 1)
    assert len(combine([ControlNet(images=[disc()]), ControlNet(images=[disc(3)])], pipe, 1).sides) == 2
    assert (
        len(combine([UniControlNet(images=[disc()]), UniControlNet(kind="mask", images=[disc()])], pipe, 1).sides) == 1
    )


@torch.no_grad()
def test_the_strength_of_the_global_prompt_is_a_factor_of_its_weight_in_the_attention(pipe, asked):
    sample, timesteps, text = asked
    attention = next(m for n, m in pipe.unet.named_modules() if n.endswith("attn2"))
    tokens, change = pipe.global_adapter(torch.ones(2, 16) / 4)
    call = UNetCall(text)
    strength = torch.tensor([[0.0], [0.5]])
    GlobalSideNetwork(pipe.global_adapter).extend(call, told(torch.ones(2, 16) / 4, strength.tolist()), strength)
    torch.testing.assert_close(call.condition.pooled, text.pooled + strength * change)
    mask = call.keywords()["encoder_attention_mask"]
    bias = ((1 - mask) * -10000.0)[:, None].repeat_interleave(attention.heads, 0)
    hidden = torch.randn(2, 4, 32)
    query, key = (
        attention.head_to_batch_dim(p) for p in (attention.to_q(hidden), attention.to_k(call.condition.states))
    )
    weights = attention.get_attention_scores(query, key, bias)
    raw = (query @ key.mT * attention.scale).exp()
    raw[:, :, 5:] *= strength.repeat_interleave(attention.heads, 0)[:, None]
    torch.testing.assert_close(weights, raw / raw.sum(-1, keepdim=True), atol=2e-4, rtol=2e-3)
    assert not weights[: attention.heads, :, 5:].any()


@torch.no_grad()
def test_two_scales_is_its_equation(pipe):
    x, t = torch.randn(2, 3, 16, 16), pipe.schedule.at(500)
    told_of = [ControlNet(kind="mask", images=[disc()], branches="both"), GlobalPrompt(images=[disc()])]
    denoiser = pipe.denoiser(["cat"] * 2, [""] * 2, combine(told_of, pipe, 2))
    full, condition, bare = (p.eps for p in denoiser(x, t, "conditional", "conditioned", "bare"))
    for w, w_condition in ((2.0, 0.5), (0.0, 3.0), (3.0, 0.0), (2.0, 2.0)):
        wanted = bare + (1 + w_condition) * (condition - bare) + (1 + w) * (full - condition)
        torch.testing.assert_close(TwoScales(w, w_condition)(denoiser, x, t).eps, wanted, atol=1e-4, rtol=1e-4)
