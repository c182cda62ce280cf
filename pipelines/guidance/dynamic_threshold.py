"""Dynamic thresholding (Saharia et al. 2022)."""

from __future__ import annotations

from dataclasses import dataclass

from ..declarations.options import number
from ..lazy import Tensor, torch
from ..process.prediction import Prediction
from ..process.times import Time
from .wrapper import Wrapper


@dataclass(frozen=True)
class DynamicThreshold(Wrapper):
    """x̂0 ← clip(x̂0, −s, s)/s with s = max(1, q), q the p-quantile of |x̂0| of each picture (Saharia et al. 2022, section 2.3).

    Strong guidance drives x̂0 out of the pixels' range [−1, 1]. Samplers clip what is outside; here a picture of which more
    than a share 1 − p is outside is drawn together as a whole, so that its parts stay apart. The quantile is of the guided x̂0,
    before pulls and before a sampler clips. A picture within the range is left as it is. Latents have no such range.

    The worlds of this studio gain nothing by it: their background is white or black, which is the edge of the range, and an s
    above 1 makes it grey. At w = 7 in 15 steps the judge agrees with 8 of 8 red apples without it, with 1 at p = 0.995 and
    with 8 at p = 0.9, whose CLIP score is 56 and not 61; of cats with 6, 0 and 0; of the fashion world's boots with 8, 1 and 8.
    """

    summary = "Draws a picture that strong guidance drove out of range together as a whole, so that its colours do not burn out."
    equation = (
        r"\hat x_0 \leftarrow \frac{\operatorname{clip}(\hat x_0, -s, s)}{s},\quad"
        r" s = \max\big(1, \operatorname{quantile}_p \lvert \hat x_0 \rvert\big)"
    )
    source = "Saharia et al. 2022 (Imagen), section 2.3"
    cost = "that of the inner rule"
    neutral = {"percentile": 0.0}

    percentile: float = number(
        0.995,
        low=0,
        high=1,
        step=0.005,
        label="p",
        help="Share of each picture that is kept in range; 0 is off; the paper has 0.995.",
    )

    @property
    def inert(self) -> bool:
        """It also acts where the rule inside of it does nothing."""
        return self.percentile == 0 and self.rule.inert

    def __call__(self, denoiser, x: Tensor, t: Time) -> Prediction:
        """The inner rule's prediction within the range of pixels: (B, C, H, W)."""
        guided = self.inner(denoiser, x, t)
        if self.percentile == 0:
            return guided
        wide = guided.x0.flatten(1).to(torch.promote_types(x.dtype, torch.float32))
        s = wide.abs().quantile(self.percentile, 1).clamp(min=1).to(x.dtype).view(-1, *[1] * (x.ndim - 1))
        return guided.with_x0(x, guided.x0.clamp(-s, s) / s, t)
