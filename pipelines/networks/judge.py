"""The judge: a classifier of clean pictures, trained apart, that measures and never guides."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from . import labels as named
from .precision import in_own_numbers


class Judge(ModelMixin, ConfigMixin):
    """A small residual network of timm with batch norms and ReLU: in nothing like the classifier that guides.

    Args:
        labels: {"group": [...], "subgroup": [...], "style": [...]}, a head each.
        architecture: timm's name. layers, channels: of its stages. dropout: before the heads, in training.
    """

    @register_to_config
    def __init__(
        self,
        labels: dict[str, list[str]],
        architecture: str = "resnet10t",
        layers: Sequence[int] = (1, 2, 2, 1),
        channels: Sequence[int] = (32, 64, 128, 256),
        dropout: float = 0.2,
    ):
        super().__init__()
        import timm

        self.body = timm.create_model(
            architecture,
            pretrained=False,
            num_classes=0,
            layers=list(layers),
            channels=list(channels),
            stem_width=16,
        )
        self.body.maxpool = nn.Identity()  # pictures are small: one halving less
        self.drop = nn.Dropout(dropout)
        self.heads = nn.ModuleDict(
            {head: nn.Linear(self.body.num_features, len(names)) for head, names in labels.items()}
        )

    @property
    def labels(self) -> dict[str, list[str]]:
        """Head -> the names of its classes, in the order of its logits."""
        return self.config.labels

    def find(self, label: str) -> tuple[str, int]:
        """(head, index) of "food" or "subgroup:fruit"; ValueError with near matches for an unknown one."""
        return named.find(self.labels, label)

    @in_own_numbers
    def features(self, x: Tensor) -> Tensor:
        """x: (B, 3, H, W) clean, in [-1, 1] -> (B, F), what diversity and distances are measured on."""
        return self.body(x.contiguous(memory_format=torch.channels_last))

    @in_own_numbers
    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Logits of every head, (B, labels)."""
        features = self.drop(self.features(x))
        return {head: linear(features) for head, linear in self.heads.items()}
