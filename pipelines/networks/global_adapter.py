"""The global adapter's network: a picture's embedding as more tokens of the prompt."""

from __future__ import annotations

from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from .precision import in_own_numbers


class GlobalAdapter(ModelMixin, ConfigMixin):
    """An image embedding to K prompt tokens and a change of the pooled text (Zhao et al. 2023, section 3.3).

    The paper's has tokens only; the U-Net here listens to the pooled text more than to the tokens, so it is changed too.

    Args:
        dim: D, length of the embedding, a vector of length 1; hidden: width of the inner layer; tokens: K.
        width: W of the U-Net's token states; pooled: length of its pooled text.
    """

    @register_to_config
    def __init__(self, dim: int = 256, hidden: int = 384, tokens: int = 4, width: int = 256, pooled: int = 256):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(dim, hidden), nn.SiLU())
        self.to_tokens, self.to_pooled = nn.Linear(hidden, tokens * width), nn.Linear(hidden, pooled)
        nn.init.zeros_(self.to_pooled.weight)
        nn.init.zeros_(self.to_pooled.bias)

    @in_own_numbers
    def forward(self, embedding: Tensor) -> tuple[Tensor, Tensor]:
        """embedding: (B, D). Tokens (B, K, W), and what is added to the pooled text, (B, pooled)."""
        inner = self.body(embedding * self.config.dim**0.5)  # of unit variance, as the layers expect
        return self.to_tokens(inner).unflatten(1, (self.config.tokens, self.config.width)), self.to_pooled(inner)
