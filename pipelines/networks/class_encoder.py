"""The classes that a class-conditional U-Net is told of, by name: the counterpart of the text encoder."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn

from ..declarations.arguments import text_list
from .classes import named
from .condition_input import Condition


class ClassEncoder(ModelMixin, ConfigMixin):
    """Texts that name a class to a learned vector each; "" is the null class, "nothing is asked for".

    Args:
        forms: of each class, how a text may name it, in any language; the first is its label.
        width: of the vectors.
    """

    @register_to_config
    def __init__(self, forms: Sequence[Sequence[str]], width: int = 64):
        super().__init__()
        self.embedding = nn.Embedding(len(forms) + 1, width)  # the last row is the null class

    @property
    def null(self) -> int:
        """Index of the null class."""
        return len(self.config.forms)

    def find(self, text: str) -> int:
        """Index of the class that a text names first ("a sneaker", "运动鞋"); of the null class for "".

        Raises:
            ValueError: a text that names none.
        """
        if not text.strip():
            return self.null
        labels = [written[0] for written in self.config.forms]
        found = named(text, dict(zip(labels, self.config.forms, strict=True)))
        if not found:
            raise ValueError(f"Unknown class {text!r}; a text must name one of {labels}, or be empty for any.")
        return labels.index(found[0])

    def tokenize(self, texts: Sequence[str]) -> Tensor:
        """Index of each text's class, (B,) long. Raises as `find`."""
        return torch.tensor(
            [self.find(text) for text in text_list("texts", texts)], device=self.embedding.weight.device
        )

    def forward(self, ids: Tensor) -> Condition:
        """ids: (B,) long. pooled (B, D); states (B, 1, D), the same vector as the only token."""
        pooled = self.embedding(ids)
        return Condition(pooled[:, None], pooled)

    def encode(self, texts: Sequence[str]) -> Condition:
        """What the U-Net is told of each text. Raises as `find`."""
        return self(self.tokenize(texts))
