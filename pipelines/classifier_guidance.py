"""Classifier guidance as a pipeline of its own."""

from __future__ import annotations

from .guidance import Classifier
from .guided import GuidedPipeline


class ClassifierGuidancePipeline(GuidedPipeline):
    """`GuidedPipeline` with one knob: γ ∇ log p(y|x_t) (Dhariwal & Nichol 2021)."""

    def __call__(self, label: str | tuple[str, ...], prompt=None, *, gamma: float = 3.0, pulls=(), **settings):
        """Pictures of a class. label: of the classifier's; gamma: γ; the rest as `GuidedPipeline`."""
        return super().__call__(prompt, pulls=(Classifier(gamma, label), *pulls), **settings)
