"""Semantic guidance by CLIP similarity (Liu et al. 2021; GLIDE, Nichol et al. 2021)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from torch import Tensor
from torch.nn.functional import cosine_similarity

from ..options import number
from ..prediction import Prediction
from ..schedule import Time
from .base import Pull
from .gradient import gradient


@dataclass(frozen=True)
class Semantic(Pull):
    """γ ∇ cos(E1(x_t), E2(y)), with an image encoder trained on noised pictures (Liu et al. 2021, eq. 5).

    Args:
        gamma: γ; the cosine's gradient is small, so γ is tens to hundreds.
        text: one text for all images, or one an image.
    """

    gamma: float = number(40.0, low=-1000, high=1000, step=5, label="γ", help="How strongly CLIP pulls to the text.")
    text: str | tuple[str, ...] = ""
    clip: object = field(default=None, repr=False, compare=False)
    target: Tensor | None = field(default=None, repr=False, compare=False)

    def begin(self, pipe) -> Semantic:
        """Bound to the pipeline's CLIP, with the text embedded once.

        Raises:
            ValueError: the pipeline has no CLIP.
        """
        if self.gamma == 0:
            return self
        clip = self.clip or pipe.clip
        if clip is None:
            raise ValueError("Semantic guidance needs a CLIP, and this pipeline has none.")
        texts = [self.text] if isinstance(self.text, str) else list(self.text)
        return replace(self, clip=clip, target=clip.encode_text(texts))

    def __call__(self, x: Tensor, t: Time, prediction: Prediction | None) -> Tensor | None:
        """γ ∇ cos(E1(x), E2(y)): (B, C, H, W)."""
        if self.gamma == 0:
            return None
        return self.gamma * gradient(lambda z: cosine_similarity(self.clip.encode_image(z), self.target.to(z)), x)
