"""The diffusion prior: which image embeddings a text may mean (Ramesh et al. 2022, arXiv 2204.06125, section 2.2)."""

from __future__ import annotations

import torch
from diffusers import ConfigMixin, ModelMixin, PriorTransformer
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn
from torch.nn.functional import normalize

from ..process.schedule import NoiseSchedule
from .condition_input import Condition
from .precision import in_own_numbers


class DiffusionPrior(ModelMixin, ConfigMixin):
    """f(z^t, t, y), the clean image embedding: diffusers' `PriorTransformer` where a pipeline has its U-Net.

    x is an embedding as a picture of one place, (B, D, 1, 1): each component less its mean, by its standard
    deviation over the training pictures, so that it has unit variance as the noise has. Both are the transformer's
    `clip_mean` and `clip_std`. It reads, causally, the text's states, the text's embedding, the time, x and a last
    token that answers.

    Args:
        dim: D. text_width: W of the text's states, D where it is None. length: states that are read; of a longer
        text the rest is in its embedding alone.
        heads, head_width, layers, dropout: of the transformer.
        shift: of the cosine `NoiseSchedule`.
    """

    sees_pictures = True

    @register_to_config
    def __init__(
        self,
        dim: int = 256,
        length: int = 12,
        heads: int = 4,
        head_width: int = 48,
        layers: int = 3,
        dropout: float = 0.0,
        shift: float = 0.35,
        text_width: int | None = None,
    ):
        super().__init__()
        same = text_width in (None, dim)
        self.states = nn.Identity() if same else nn.Linear(text_width, dim)  # the transformer's own have the width of x
        self.schedule = NoiseSchedule(shift=shift)
        self.transformer = PriorTransformer(
            num_attention_heads=heads,
            attention_head_dim=head_width,
            num_layers=layers,
            embedding_dim=dim,
            num_embeddings=length,
            dropout=dropout,
        )
        for statistic, value in ((self.transformer.clip_mean, 0.0), (self.transformer.clip_std, 1.0)):
            statistic.requires_grad_(False).fill_(value)

    @property
    def sample_shape(self) -> tuple[int, int, int]:
        """(D, 1, 1)."""
        return self.config.dim, 1, 1

    def fit(self, embeddings: Tensor) -> None:
        """Take mean and standard deviation of each component from these, (N, D)."""
        self.transformer.clip_mean.copy_(embeddings.mean(0, keepdim=True))
        self.transformer.clip_std.copy_(embeddings.std(0, keepdim=True))

    def scaled(self, embedding: Tensor) -> Tensor:
        """x of embeddings: (B, D) -> (B, D, 1, 1)."""
        return ((embedding - self.transformer.clip_mean) / self.transformer.clip_std)[..., None, None]

    def embedding(self, x: Tensor) -> Tensor:
        """Embeddings of x, of length 1: (B, D, 1, 1) -> (B, D)."""
        return normalize(self.transformer.post_process_latents(x.flatten(1)), dim=-1)

    def forward(self, x: Tensor, timesteps: Tensor, condition: Condition) -> Tensor:
        """x̂0. x: (B, D, 1, 1); timesteps: (B,). The condition's states are 0 where there is no token."""
        states = condition.states[:, : self.config.length]
        there = states.any(-1)
        return self._answer(x.flatten(1), timesteps, states, condition.pooled, there)[..., None, None]

    @in_own_numbers
    def _answer(self, x: Tensor, timesteps: Tensor, states: Tensor, pooled: Tensor, there: Tensor) -> Tensor:
        pooled = pooled * self.config.dim**0.5  # of length 1 before, of unit variance then
        return self.transformer(x, timesteps, pooled, self.states(states), there.to(torch.bool), return_dict=False)[0]
