"""A U-Net whose self-attention is the identity in chosen blocks, for the time of one call (Ahn et al. 2024)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from diffusers.models.attention_processor import Attention
from torch import Tensor, nn

PARTS = {
    "down": ("down_blocks",),
    "mid": ("mid_block",),
    "up": ("up_blocks",),
    "all": ("down_blocks", "mid_block", "up_blocks"),
}


class IdentityAttention:
    """An attention processor: softmax(Q Kᵀ/√d) is replaced by I, so every place gets its own value."""

    def __call__(
        self,
        attn: Attention,
        hidden_states: Tensor,
        encoder_hidden_states=None,
        attention_mask=None,
        temb=None,
        **ignored,
    ) -> Tensor:
        """hidden_states: (B, L, C) -> (B, L, C)."""
        output = attn.to_out[1](attn.to_out[0](attn.to_v(hidden_states)))
        if attn.residual_connection:
            output = output + hidden_states
        return output / attn.rescale_output_factor


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
    """Inside, these layers are perturbed; afterwards they have their own processors again, whatever happened."""
    layers = self_attentions(unet, blocks)
    processors = [layer.processor for layer in layers]
    try:
        for layer in layers:
            layer.set_processor(IdentityAttention())
        yield
    finally:
        for layer, processor in zip(layers, processors, strict=True):
            layer.set_processor(processor)


@dataclass(frozen=True)
class PerturbedNetwork:
    """`network`, with `unet` in it perturbed for each call: (x, timesteps, condition) -> (B, C, H, W)."""

    network: Callable[..., Tensor]
    unet: nn.Module
    blocks: str

    def __call__(self, x: Tensor, timesteps: Tensor, condition) -> Tensor:
        with identity_attention(self.unet, self.blocks):
            return self.network(x, timesteps, condition)
