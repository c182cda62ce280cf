"""What a text tells of a whole picture: a small picture that the U-Net sees beside x_t.

At high noise the best prediction is the mean of the pictures that a text may mean. A U-Net of few channels learns that map
from words to places slowly; a plain network learns it fast. GLIDE's successors split the task the same way, into a
prior of the text alone and a network that draws (Ramesh et al. 2022).
"""

from __future__ import annotations

from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from .precision import in_own_numbers


class Layout(ModelMixin, ConfigMixin):
    """E[x0 | text] at one pixel a patch, relative to the background: pooled (B, D) -> (B, 3, side, side).

    Args:
        dim: D, length of the pooled text, a vector of length 1; width: of the two inner layers; side: in patches.
    """

    @register_to_config
    def __init__(self, dim: int = 256, width: int = 768, side: int = 16):
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(dim, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, 3 * side**2)
        )

    @in_own_numbers
    def forward(self, pooled: Tensor) -> Tensor:
        """pooled: (B, D)."""
        side = self.config.side
        return self.body(pooled * self.config.dim**0.5).unflatten(1, (3, side, side))
