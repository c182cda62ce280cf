"""Perturbed in one thread, a network is as it was in every other, and afterwards everywhere."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import pytest
import torch

from pipelines.networks.perturbed import PARTS, identity_attention, self_attentions
from pipelines.training.unet import make_unet
from tests.tiny import state_of

THREADS, ROUNDS = 4, 40


@pytest.fixture(scope="module")
def unet():
    torch.manual_seed(5)
    made = make_unet([16, 32], [True, True], patch=2, size=16, text_width=24, text_dim=16).eval()
    for name, parameter in made.named_parameters():
        if name.startswith("conv_out"):  # 0 before training: nothing would show
            torch.nn.init.normal_(parameter)
    return made


def asked(unet, blocks=None):
    """One call of the network, perturbed in these blocks; None for as it is."""
    rng = torch.Generator().manual_seed(2)
    x = torch.randn(1, unet.config.in_channels, 8, 8, generator=rng)
    text, pooled = torch.randn(1, 3, 24, generator=rng), torch.randn(1, 16, generator=rng)

    def call():
        return unet(x, torch.tensor([300.0]), encoder_hidden_states=text, class_labels=pooled, return_dict=False)[0]

    if blocks is None:
        return call()
    with identity_attention(unet, blocks):
        return call()


def alike(a, b):
    return torch.allclose(a, b, rtol=0, atol=1e-5)


@torch.no_grad()
def test_threads_that_perturb_other_blocks_or_none_do_not_hear_of_one_another(unet):
    kinds = [None, *PARTS]
    alone = {blocks: asked(unet, blocks) for blocks in kinds}
    assert not any(alike(alone[a], alone[b]) for a, b in combinations(kinds, 2)), "each is another answer"
    before, start = state_of(unet), threading.Barrier(THREADS)

    @torch.no_grad()
    def work(number):
        start.wait()
        return [
            blocks
            for turn in range(ROUNDS)
            for blocks in [kinds[(number + turn) % len(kinds)]]
            if not alike(asked(unet, blocks), alone[blocks])
        ]

    with ThreadPoolExecutor(THREADS) as threads:
        wrong = sum(threads.map(work, range(THREADS)), [])
    assert not wrong
    assert state_of(unet) == before
    assert all(alike(asked(unet, blocks), answer) for blocks, answer in alone.items())


@torch.no_grad()
def test_while_one_thread_perturbs_another_sees_the_network_as_it_is(unet):
    """The order that threads meet in is not left to chance."""
    plain, perturbed = asked(unet), asked(unet, "all")
    inside, seen = threading.Event(), threading.Event()

    def hold():
        with identity_attention(unet, "mid"):
            inside.set()
            assert seen.wait(30)

    before, holder = state_of(unet), threading.Thread(target=hold)
    holder.start()
    try:
        assert inside.wait(30)
        assert alike(asked(unet), plain) and alike(asked(unet, "all"), perturbed)
    finally:
        seen.set()
        holder.join()
    assert state_of(unet) == before


@torch.no_grad()
def test_perturbed_within_perturbed_is_both_and_then_the_outer_again(unet):
    with identity_attention(unet, "down"):
        down = asked(unet)
        both = asked(unet, "mid")
        assert alike(asked(unet), down) and not alike(both, down)
    assert alike(asked(unet, "down"), down)
    assert not alike(asked(unet, "mid"), both)


@torch.no_grad()
def test_a_forward_that_someone_put_in_place_is_called_and_stays(unet):
    layer, calls = self_attentions(unet, "mid")[0], []
    own = layer.forward

    def counted(*given, **named):
        calls.append(1)
        return own(*given, **named)

    layer.forward = counted
    try:
        plain = asked(unet)
        with identity_attention(unet, "down"):
            asked(unet)
        asked(unet, "mid")
        assert layer.forward is counted and len(calls) == 2, "it is not asked where it is perturbed"
    finally:
        del layer.forward
    assert torch.equal(asked(unet), plain)
