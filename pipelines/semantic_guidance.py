"""Semantic guidance as a pipeline of its own."""

from __future__ import annotations

from .guidance import Semantic
from .guided import GuidedPipeline


class SemanticGuidancePipeline(GuidedPipeline):
    """`GuidedPipeline` with one knob: γ ∇ cos(E1(x_t), E2(text)) (Liu et al. 2021)."""

    def __call__(self, text: str | tuple[str, ...], prompt=None, *, gamma: float = 40.0, pulls=(), **settings):
        """Pictures that are like a text. gamma: γ; the rest as `GuidedPipeline`."""
        return super().__call__(prompt, pulls=(Semantic(gamma, text), *pulls), **settings)
