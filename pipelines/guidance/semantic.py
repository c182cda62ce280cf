"""Semantic guidance by CLIP similarity (Liu et al. 2021; GLIDE, Nichol et al. 2021)."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field, replace

from ..declarations.declared import Run
from ..declarations.options import OptionError, choice, number, numbers, pictures, texts
from ..lazy import Tensor, functional, torch
from ..process.times import Time
from .classifier import ENCODERS
from .gradient import Differentiable


@dataclass(frozen=True)
class Semantic(Differentiable):
    """γ ∇ Σ_i w_i cos(E1(x_t), E2(y_i)), with an image encoder trained on noised pictures (Liu et al. 2021).

    Args:
        gamma: γ; the cosine's gradient is small, so γ is tens to hundreds.
        text: one text for all images, or one an image; "" for none.
        others: more texts, each for all images.
        images: reference pictures, each for all images; noised as x_t is before they are encoded.
        weights: one for the text, then for each of `others` and each of `images`; equal shares by default, and below
            0 to push away.
        encoder: the noise-aware CLIP, or one of clean pictures, to see why noise matters.
    """

    summary = "CLIP, trained on noised pictures, pulls towards texts and pictures, each with a weight."
    equation = (
        r"\hat\varepsilon = \varepsilon - b\,\gamma \nabla \sum_i w_i"
        r"\frac{E_1(x_t) \cdot E_2(y_i)}{\lVert E_1 \rVert\,\lVert E_2 \rVert}"
    )
    source = "Liu et al. 2021; Nichol et al. 2021, section 2.4"
    cost = "no network call; CLIP and its backward pass"
    needs = ("clip",)

    gamma: float = number(40.0, low=-1000, high=1000, step=5, label="γ", help="How strongly CLIP pulls to the text.")
    text: str | tuple[str, ...] = texts("", label="text", help="What the picture should be like.")
    _: KW_ONLY
    others: tuple[str, ...] = texts((), label="more texts", help="Further texts, each with its weight.")
    images: tuple[str, ...] = pictures(label="pictures", help="Pictures that it should be like.")
    weights: tuple[float, ...] = numbers(
        (), low=-10, high=10, max_count=33, label="weights", help="One a text and picture; below 0 pushes away."
    )
    encoder: str = choice(
        "noise-aware", ENCODERS, label="CLIP", help="One that was trained on noised pictures, or on clean ones."
    )
    clip: object = field(default=None, repr=False, compare=False)
    target: Tensor | None = field(default=None, repr=False, compare=False)

    def __post_init__(self):
        super().__post_init__()
        if isinstance(self.others, str):
            object.__setattr__(self, "others", (self.others,))
        if self.weights and len(self.weights) != max(self._count, 1):  # of no text at all, the empty one
            raise OptionError("weights", self.weights, "weights", count=self._count)

    @property
    def of_pictures(self) -> bool:
        """Clean networks see pictures."""
        return self.encoder == "clean"

    @property
    def _count(self) -> int:
        return bool(self.text) + len(self.others) + len(self.images)

    @property
    def needed(self) -> tuple[str, ...]:
        """The CLIP of this encoder."""
        if self.gamma == 0 or self.clip is not None:
            return ()
        return ("clip",) if self.encoder == "noise-aware" else ("clean_clip",)

    def inactive(self, run: Run) -> set[str]:
        """Without a weight that is not 0 it does not pull."""
        return {"gamma"} if self.weights and not any(self.weights) else super().inactive(run)

    def filled(self, text: str, label: str | None) -> Semantic | None:
        """With the prompt's text where it has neither a text nor a picture."""
        return self if self._count else replace(self, text=text) if text else None

    def begin(self, pipe) -> Semantic:
        """Bound to the pipeline's CLIP, with the texts embedded once.

        Raises:
            ValueError: the pipeline has no such CLIP.
        """
        if self.gamma == 0:
            return self
        if missing := self.lacks(pipe):
            raise ValueError(f"Semantic guidance needs a CLIP, and this pipeline has none of this kind. {missing}")
        clip = self._clip_of(pipe)
        # Of no text at all, the empty one: a CLIP has an answer to it, and a run is not stopped by an empty box.
        first = [self.text] if isinstance(self.text, str) else list(self.text) or [""]
        parts = [clip.encode_text(first)] if self.text or not self._count else []
        parts += [clip.encode_text([each]) for each in self.others]
        return replace(self, clip=clip, target=self._mixed(parts, self._weights[: len(parts)]) if parts else None)

    def _clip_of(self, pipe):
        return self.clip or getattr(pipe, "clip" if self.encoder == "noise-aware" else "clean_clip")

    def texts(self, pipe) -> dict[str, tuple]:
        """`text` and `others`, which the CLIP reads; none at γ = 0."""
        return {name: (self._clip_of(pipe), getattr(self, name)) for name in ("text", "others")} if self.gamma else {}

    @property
    def _weights(self) -> tuple[float, ...]:
        return self.weights or (1 / max(self._count, 1),) * max(self._count, 1)

    @staticmethod
    def _mixed(parts: list[Tensor], weights) -> Tensor:
        """Σ w_i E2(y_i)/‖E2(y_i)‖, (1 or B, D): the cosines' weighted sum is the product with it."""
        return sum(weight * functional.normalize(part, dim=-1) for part, weight in zip(parts, weights, strict=True))

    def value(self, z: Tensor, t: Time) -> Tensor:
        """The weighted cosines: (B,).

        Raises:
            ValueError: neither one text for all images nor one each.
        """
        target = self.target
        if target is not None and len(target) not in (1, len(z)):
            raise ValueError(f"text holds {len(target)} texts; allowed: 1, or one an image, {len(z)}.")
        if self.images:
            with torch.no_grad():
                noised = self.references(z, t)
                seen = self._mixed(list(self.clip.encode_image(noised)[:, None]), self._weights[-len(self.images) :])
            target = seen if target is None else target.to(seen) + seen
        target = target.to(z)
        return functional.cosine_similarity(self.clip.encode_image(z), target) * target.norm(dim=-1)
