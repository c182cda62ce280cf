"""A U-Net whose self-attention is the identity in chosen blocks, for the time of one call (Ahn et al. 2024).

The network may be in use by other threads at the same moment, so what is changed of it must not matter to them: for the time
of the call a layer asks which thread it is in, and only the one that wants it perturbed finds it so.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from diffusers.models.attention_processor import Attention
from torch import Tensor, nn

PARTS = {
    "down": ("down_blocks",),
    "mid": ("mid_block",),
    "up": ("up_blocks",),
    "all": ("down_blocks", "mid_block", "up_blocks"),
}


_perturbed: ContextVar[frozenset[int]] = ContextVar("perturbed", default=frozenset())  # ids of layers, in this thread
_lock = threading.Lock()


def identity(attn: Attention, hidden_states: Tensor) -> Tensor:
    """Attention in which softmax(Q Kᵀ/√d) is replaced by I, so every place gets its own value. (B, L, C) -> (B, L, C)."""
    output = attn.to_out[1](attn.to_out[0](attn.to_v(hidden_states)))
    if attn.residual_connection:
        output = output + hidden_states
    return output / attn.rescale_output_factor


class _Switch:
    """Stands in for a layer's `forward` while anyone perturbs it: perturbed in the threads that asked, its own in others.

    `forward` is looked up once a call and is put in place, and taken away, by one assignment: a call of another thread
    finds the one or the other, and both are the same to it.
    """

    def __init__(self, layer: Attention):
        self.layer, self.own, self.users = layer, layer.forward, 0
        self.replaced = "forward" in vars(layer)

    def __call__(self, hidden_states: Tensor, *others, **named) -> Tensor:
        if id(self.layer) in _perturbed.get():
            return identity(self.layer, hidden_states)
        return self.own(hidden_states, *others, **named)

    def put(self) -> None:
        """One more that perturbs it."""
        self.layer.forward = self
        self.users += 1

    def take(self) -> None:
        """One less; after the last the layer is as it was."""
        self.users -= 1
        if self.users:
            return
        if self.replaced:
            self.layer.forward = self.own
        else:
            del self.layer.forward


def self_attentions(unet: nn.Module, blocks: str) -> list[Attention]:
    """The self-attention layers of these blocks.

    Raises:
        ValueError: unknown blocks, or blocks without any.
    """
    if blocks not in PARTS:
        raise ValueError(f"Unknown blocks {blocks!r}; choose from {sorted(PARTS)}.")
    found = [
        module for name, module in unet.named_modules() if name.startswith(PARTS[blocks]) and name.endswith("attn1")
    ]
    if not found:
        raise ValueError(f"blocks = {blocks!r} is not allowed; this network has no self-attention there.")
    return found


@contextmanager
def identity_attention(unet: nn.Module, blocks: str) -> Iterator[None]:
    """Inside, these layers are perturbed in this thread; afterwards they are as before, whatever happened."""
    layers = self_attentions(unet, blocks)
    with _switched(layers):
        token = _perturbed.set(_perturbed.get() | set(map(id, layers)))
        try:
            yield
        finally:
            _perturbed.reset(token)


@contextmanager
def _switched(layers: Sequence[Attention]) -> Iterator[None]:
    with _lock:
        switches = [layer.forward if isinstance(layer.forward, _Switch) else _Switch(layer) for layer in layers]
        for switch in switches:
            switch.put()
    try:
        yield
    finally:
        with _lock:
            for switch in switches:
                switch.take()


@dataclass(frozen=True)
class PerturbedNetwork:
    """`network`, with `unet` in it perturbed in each call: (x, timesteps, condition) -> (B, C, H, W)."""

    network: Callable[..., Tensor]
    unet: nn.Module
    blocks: str

    def __call__(self, x: Tensor, timesteps: Tensor, condition) -> Tensor:
        with identity_attention(self.unet, self.blocks):
            return self.network(x, timesteps, condition)
