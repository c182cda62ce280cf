"""Style guidance by Gram matrices (Gatys et al. 2016; Liu et al. 2021)."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field, replace

from ..declarations.options import choice, number, pictures
from ..lazy import Tensor, torch
from ..process.times import Time, timesteps
from .gradient import Differentiable


@dataclass(frozen=True)
class Style(Differentiable):
    """−γ ∇ Σ_l ‖G_l(x_t) − G_l(y_t)‖², G = F Fᵀ/(C H W) of the classifier's feature maps F: (C, H W) (Liu et al. 2021).

    A Gram matrix says which features occur together, not where. Each is of one image: nothing is mixed over the batch.
    A layer's term is 4 times that of Gatys et al. (2016), 1/(4 C² (HW)²) ‖F Fᵀ − Y Yᵀ‖², and all layers count alike. Liu et al.
    divide each once more by C², so that wide layers count less; a γ of theirs is none of this.
    The reference is noised as x_t is, so that a noise-aware network sees both alike.

    Args:
        gamma: γ.
        images: one style picture for all images, or one an image.
        layers: feature maps of the finest, the middle or the coarsest resolution, or of all.
    """

    summary = "Texture and colours of a picture, wherever they are in it."
    equation = (
        r"\hat\varepsilon = \varepsilon + b\,\gamma \nabla \sum_l \lVert G_l(x_t) - G_l(y_t) \rVert_F^2,"
        r"\quad G_l = \tfrac{1}{CHW} F_l F_l^\top"
    )
    source = "Gatys et al. 2016; Liu et al. 2021, without their 1/C² a layer"
    cost = "no network call; the classifier twice and its backward pass"
    needs = ("classifier", "maps")

    gamma: float = number(30.0, low=-10000, high=10000, step=10, label="γ", help="How strongly the style pulls.")
    images: tuple[str, ...] = pictures(each=True, label="pictures", help="One style picture, or one an image.")
    _: KW_ONLY
    layers: str = choice(
        "all", ("all", "fine", "middle", "coarse"), label="layers", help="Which size of texture counts."
    )
    encoder: object = field(default=None, repr=False, compare=False)

    def filled(self, text: str, label: str | None) -> Style | None:
        """No prompt says what it pulls to."""
        return self if self.images else None

    def begin(self, pipe) -> Style:
        """Bound to the pipeline's classifier, whose feature maps it looks at.

        Raises:
            ValueError: there is none, or there is no style picture.
        """
        if self.gamma == 0:
            return self
        if self.encoder is None and (missing := self.lacks(pipe)):
            raise ValueError(f"Style guidance needs a classifier's feature maps. {missing}")
        if not self.images:
            raise ValueError("images is empty; allowed: one style picture, or one an image.")
        return replace(self, encoder=self.encoder or pipe.classifier)

    def value(self, z: Tensor, t: Time) -> Tensor:
        """−Σ_l ‖G_l(z) − G_l(y)‖²: (B,)."""
        if len(self.images) not in (1, len(z)):
            raise ValueError(f"images holds {len(self.images)} pictures; allowed: 1, or one an image, {len(z)}.")
        with torch.no_grad():
            wanted = self._grams(self.references(z, t), t)
        pairs = zip(self._grams(z, t), wanted, strict=True)
        return -sum((have - want).square().sum((1, 2)) for have, want in pairs)

    def _grams(self, z: Tensor, t: Time) -> list[Tensor]:
        maps = self.encoder.maps(z, timesteps(t, z))
        chosen = {
            "all": maps,
            "fine": maps[:1],
            "middle": maps[len(maps) // 2 : len(maps) // 2 + 1],
            "coarse": maps[-1:],
        }
        return [gram(each) for each in chosen[self.layers]]


def gram(features: Tensor) -> Tensor:
    """F Fᵀ/(C H W) of each image. (B, C, H, W) -> (B, C, C)."""
    flat = features.flatten(2)
    return flat @ flat.mT / flat[0].numel()
