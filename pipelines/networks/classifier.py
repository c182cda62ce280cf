"""The noise-aware classifier p(y | x_t): the one whose gradient guides (Dhariwal & Nichol 2021)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from diffusers.models.attention_processor import Attention
from diffusers.models.embeddings import TimestepEmbedding, Timesteps
from diffusers.models.resnet import ResnetBlock2D
from torch import Tensor, nn

from . import labels as named
from .precision import in_own_numbers


class NoisyClassifier(ModelMixin, ConfigMixin):
    """Group norms, SiLU, the time as scale and shift in every block: smooth in x_t, as a guide must be.

    Args:
        labels: {"group": [...], "subgroup": [...], "style": [...]}, a head each.
        channels: of each stage; the first has half the side of the picture, every further one half of that before.
        blocks: residual blocks of each stage. groups: of the group norms.
        dropout: before the heads, in training. time_width: of the sinusoids that the time becomes.
        colours: channels of x, 3 of a picture. opened: 0 where the first stage has half the side of x; n where x is latents, and
            it has n times their side.
    """

    @register_to_config
    def __init__(
        self,
        labels: dict[str, list[str]],
        channels: Sequence[int] = (32, 96, 192),
        blocks: Sequence[int] = (1, 1, 2),
        groups: int = 8,
        dropout: float = 0.1,
        time_width: int = 64,
        colours: int = 3,
        opened: int = 0,
    ):
        super().__init__()
        width = channels[-1]
        self.time = nn.Sequential(Timesteps(time_width, True, 0), TimestepEmbedding(time_width, width))
        self.stem = nn.Conv2d(colours, channels[0], 5, stride=2, padding=2)
        if opened:
            wide = nn.Conv2d(colours, channels[0] * opened**2, 3, padding=1)
            self.stem = nn.Sequential(wide, nn.PixelShuffle(opened))
        self.stages = nn.ModuleList()
        before = channels[0]
        for channel, count in zip(channels, blocks):
            if self.stages:
                self.stages.append(nn.Conv2d(before, before, 3, stride=2, padding=1))
            for _ in range(count):
                self.stages.append(
                    ResnetBlock2D(
                        in_channels=before,
                        out_channels=channel,
                        temb_channels=width,
                        groups=groups,
                        time_embedding_norm="scale_shift",
                    )
                )
                before = channel
        self.attention = Attention(
            width, heads=4, dim_head=width // 4, norm_num_groups=groups, residual_connection=True, bias=True
        )
        self.norm = nn.GroupNorm(groups, width)
        self.drop = nn.Dropout(dropout)
        self.heads = nn.ModuleDict({head: nn.Linear(width, len(names)) for head, names in labels.items()})

    @property
    def labels(self) -> dict[str, list[str]]:
        """Head -> the names of its classes, in the order of its logits."""
        return self.config.labels

    def find(self, label: str) -> tuple[str, int]:
        """(head, index) of "food" or "subgroup:fruit"; ValueError with near matches for an unknown one."""
        return named.find(self.labels, label)

    @in_own_numbers
    def forward(self, x: Tensor, timesteps: Tensor) -> dict[str, Tensor]:
        """x_t: (B, C, H, W); timesteps: (B,) or (), indices of the schedule -> logits a head, (B, labels)."""
        h = self.maps(x, timesteps)[-1]
        h = nn.functional.silu(self.norm(self.attention(h))).mean((2, 3))
        h = self.drop(h)
        return {head: linear(h) for head, linear in self.heads.items()}

    @in_own_numbers
    def maps(self, x: Tensor, timesteps: Tensor) -> list[Tensor]:
        """The last feature map of each resolution, finest first, (B, C, H, W) each: what a style is read from."""
        time = self.time[0](torch.as_tensor(timesteps, device=x.device).expand(len(x)))
        time = self.time[1](time.to(x.dtype))
        h, found = self.stem(x.contiguous(memory_format=torch.channels_last)), []
        for stage in self.stages:
            if isinstance(stage, nn.Conv2d):
                found.append(h)
                h = stage(h)
            else:
                h = stage(h, time)
        return [*found, h]

    def log_prob(self, x: Tensor, timesteps: Tensor, label: str | Sequence[str]) -> Tensor:
        """log p(label | x_t), (B,). One label for all pictures, or one a picture."""
        wanted = [label] * len(x) if isinstance(label, str) else list(label)
        if len(wanted) != len(x):
            raise ValueError(f"label has {len(wanted)} entries; it must be one string, or one a picture, {len(x)}.")
        logits = self(x, timesteps)
        log_probs = {head: logits[head].log_softmax(-1) for head in logits}
        found = named.each_found(wanted, self.find) if not isinstance(label, str) else [self.find(label)] * len(x)
        return torch.stack([log_probs[head][row, index] for row, (head, index) in enumerate(found)])
