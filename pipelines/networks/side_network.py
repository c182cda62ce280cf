"""Networks beside the U-Net that tell it of local and global conditions, for the time of one call.

A side network is told its hint by the condition's rows (`ConditionInput`), so that one call of the U-Net may mix rows that know of
a condition with rows that do not. Rows at strength 0 are not evaluated, and where no row speaks the U-Net is called as if
there were no side network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..lazy import Tensor, functional, torch
from .condition_input import Condition, ConditionInput
from .precision import asked

if TYPE_CHECKING:
    from diffusers import ControlNetModel, T2IAdapter

    from .global_adapter import GlobalAdapter

MASKED = 10000.0  # diffusers adds (mask − 1) times this to the logits of the attention to the states


@dataclass
class UNetCall:
    """What one call of a diffusers U-Net is given beside the picture; what several side networks give adds up.

    weights: (B, L), what the attention to each state is multiplied by, before the softmax is normalised; None for ones.
    skips: added to the encoder's skips, from the first to the last; mid: to the middle; features: to the encoder itself,
    at each resolution.
    """

    condition: Condition
    weights: Tensor | None = None
    skips: list[Tensor] = field(default_factory=list)
    mid: Tensor | None = None
    features: list[Tensor] = field(default_factory=list)

    def keywords(self) -> dict:
        """Of `UNet2DConditionModel.forward`."""
        told = dict(encoder_hidden_states=self.condition.states, class_labels=self.condition.pooled)
        if self.weights is not None:
            told |= dict(encoder_attention_mask=(1 + self.weights.log() / MASKED).clamp(min=0))
        if self.mid is not None:
            told |= dict(down_block_additional_residuals=tuple(self.skips), mid_block_additional_residual=self.mid)
        if self.features:
            told |= dict(down_intrablock_additional_residuals=list(self.features))  # the U-Net empties the list
        return told


class SideNetwork:
    """One side network: it extends what the U-Net is told, or joins residuals to it."""

    def extend(self, call: UNetCall, told: ConditionInput, strength: Tensor) -> None:
        """Change what the U-Net is told. strength: (B, K), of this time, not all 0."""

    def join(
        self, call: UNetCall, sample: Tensor, timesteps: Tensor, text: Condition, told: ConditionInput, strength: Tensor
    ) -> None:
        """Add residuals. sample: (B, C, h, w), what the U-Net sees; text: as it was before it was extended."""


@dataclass(frozen=True)
class ControlSideNetwork(SideNetwork):
    """A ControlNet: a copy of the encoder, joined to the skips and the middle (Zhang, Rao & Agrawala 2023).

    The parts of its hint are weighed against the strongest, whose strength scales all residuals: with one part that is
    diffusers' `conditioning_scale`.

    Args:
        network: of this U-Net. channels: of the hint, how many each part has.
    """

    network: ControlNetModel
    channels: tuple[int, ...]

    def join(self, call, sample, timesteps, text, told, strength) -> None:
        rows, strongest = _speaking(strength)
        widths = torch.tensor(self.channels, device=strength.device)
        share = (strength[rows] / strongest[rows, None]).repeat_interleave(widths, 1)
        *skips, mid = _flat(
            asked(
                self.network,
                self.network,
                sample[rows].contiguous(memory_format=torch.channels_last),
                timesteps[rows],
                encoder_hidden_states=text.states[rows],
                class_labels=text.pooled[rows],
                controlnet_cond=told.hint[rows].to(sample) * share[..., None, None].to(sample),
                return_dict=False,
            )
        )
        skips = [_spread(part, rows, strongest) for part in skips]
        mid = _spread(mid, rows, strongest)
        call.skips = _added(call.skips, skips)
        call.mid = mid if call.mid is None else call.mid + mid


@dataclass(frozen=True)
class AdapterSideNetwork(SideNetwork):
    """A T2I-Adapter: features of the hint alone, added to the encoder at each resolution (Mou et al. 2023).

    halved: of each resolution, whether the U-Net takes its features after it has halved the side, as diffusers' does where a
    block has no attention.
    """

    network: T2IAdapter
    halved: tuple[bool, ...]

    @classmethod
    def of(cls, network: T2IAdapter, unet) -> AdapterSideNetwork:
        """The adapter of this U-Net."""
        *blocks, last = unet.config.down_block_types
        return cls(network, (*("Attn" not in block for block in blocks), False))

    def join(self, call, sample, timesteps, text, told, strength) -> None:
        rows, strongest = _speaking(strength)
        features = asked(self.network, self.network, told.hint[rows].to(sample))
        features = [
            functional.avg_pool2d(f, 2) if halved else f for f, halved in zip(features, self.halved, strict=True)
        ]
        call.features = _added(call.features, [_spread(part, rows, strongest) for part in features])


@dataclass(frozen=True)
class GlobalSideNetwork(SideNetwork):
    """The global adapter of Uni-ControlNet: more prompt tokens, of a picture's embedding (Zhao et al. 2023).

    There the strength multiplies the tokens, whose keys are 0 at strength 0 and still take their share of the attention.
    Here it multiplies their weight in the attention, and the change of the pooled vector, so that 0 is the base.
    """

    network: GlobalAdapter

    def extend(self, call, told, strength) -> None:
        tokens, change = self.network(told.hint.to(call.condition.pooled))
        weight = strength[:, :1].to(tokens)
        text, count = call.condition, tokens.shape[1]
        before = torch.ones_like(text.states[..., 0]) if call.weights is None else call.weights
        call.weights = torch.cat([before, weight.expand(-1, count)], 1)
        call.condition = text._replace(states=torch.cat([text.states, tokens], 1), pooled=text.pooled + weight * change)


def speaking(sides: Sequence[SideNetwork], condition: Condition) -> list[tuple[SideNetwork, ConditionInput, Tensor]]:
    """The side networks that speak in any row, each with its strengths (B, K)."""
    found = [(side, told, told.strength) for side, told in zip(sides, condition.told, strict=True)]
    return [each for each in found if bool((each[2] != 0).any())]


def _speaking(strength: Tensor) -> tuple[Tensor, Tensor]:
    """The rows that speak, (n,), and of each row the strength that is largest in size, (B,)."""
    strongest = strength.gather(1, strength.abs().argmax(1, keepdim=True))[:, 0]
    return strongest.nonzero()[:, 0], strongest


def _flat(output: tuple[Sequence[Tensor], Tensor]) -> tuple[Tensor, ...]:
    return *output[0], output[1]


def _spread(part: Tensor, rows: Tensor, strength: Tensor) -> Tensor:
    """strength · part in its rows, 0 in the others: (B, C, h, w)."""
    scaled = part * strength[rows].to(part)[:, None, None, None]
    if len(rows) == len(strength):
        return scaled
    return scaled.new_zeros(len(strength), *part.shape[1:]).index_copy(0, rows, scaled)


def _added(before: list[Tensor], more: Sequence[Tensor]) -> list[Tensor]:
    return [a + b for a, b in zip(before, more, strict=True)] if before else list(more)
