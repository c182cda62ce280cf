"""A map of colours as target, with the exact segmenter of its colours: one small guidance function."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from functools import lru_cache

from ..declarations.inline import as_tensor, size_of
from ..declarations.options import OptionError, number, pictures
from ..declarations.phrases import Phrase
from ..lazy import Tensor, torch
from ..process.times import Time
from .gradient import Differentiable

MAX_LABELS = 16


@dataclass(frozen=True)
class LabelMap(Differentiable):
    """γ ∇ Σ_pixels log p(l(pixel) | x_t(pixel)): each pixel should be taken for the label that the map has there.

    A label is a colour c_l of the map. Pixels of a label are N(c_l, τ² I) when clean, so N(a c_l, (a² τ² + b²) I) when
    noised, and p(l | x_t) is known in closed form at every time: no segmenter has to be trained. A map of two colours
    is a mask. It pulls only as far as the labels can be told apart: inside a label the picture is free.
    """

    of_pictures = True
    summary = "A map drawn in a few flat colours says what goes where; two colours make a mask."
    equation = (
        r"\varphi = \sum_p \log \frac{\exp(-\lVert x_t(p) - a\,c_{l(p)}\rVert^2/2v)}"
        r"{\sum_k \exp(-\lVert x_t(p) - a\,c_k\rVert^2/2v)},\quad v = a^2\tau^2 + b^2"
    )
    source = "a guidance function of this studio; any φ: Bansal et al. 2023"

    gamma: float = number(0.3, low=-100, high=100, step=0.1, label="γ", help="How strongly the map pulls.")
    images: tuple[str, ...] = pictures(
        max_count=1, flat=True, label="map", help="A picture of at most 16 flat colours."
    )
    _: KW_ONLY
    softness: float = number(
        0.3,
        low=0.02,
        high=2,
        step=0.02,
        label="τ",
        help="How far a colour may be from the map's and still be its label.",
    )

    def __post_init__(self):
        super().__post_init__()
        if self.images and len(_colours(self.images)[0]) > MAX_LABELS:
            raise OptionError("images", Phrase("given_colours"), "flat_colours", most=MAX_LABELS)

    def filled(self, text: str, label: str | None) -> LabelMap | None:
        """No prompt says what it pulls to."""
        return self if self.images else None

    def begin(self, pipe) -> LabelMap:
        """Itself.

        Raises:
            ValueError: there is no map.
        """
        if self.gamma and not self.images:
            raise ValueError("images is empty; allowed: one map of flat colours.")
        return self

    def value(self, z: Tensor, t: Time) -> Tensor:
        """Σ log p(l(pixel) | z(pixel)): (B,)."""
        colours, labels = _colours(self.images)
        height, width = z.shape[-2:]
        rows = torch.arange(height) * labels.shape[0] // height
        columns = torch.arange(width) * labels.shape[1] // width
        labels = labels[rows][:, columns].to(z.device)
        gap = z[:, None] - t.a * colours.to(z)[None, :, :, None, None]
        logits = -gap.square().sum(2) / (2 * (t.a**2 * self.softness**2 + t.b**2))
        return logits.log_softmax(1).gather(1, labels.expand(len(z), 1, -1, -1)).sum((1, 2, 3))


@lru_cache(maxsize=8)
def _colours(images: tuple[str, ...]) -> tuple[Tensor, Tensor]:
    """The colours of a map, (L, 3) in [−1, 1], and which one each of its pixels has, (H, W)."""
    picture = as_tensor(images[:1], size_of(images[0]))[0].permute(1, 2, 0)
    colours, labels = torch.unique(picture.flatten(0, 1), dim=0, return_inverse=True)
    return colours, labels.reshape(picture.shape[:2])
