"""One kind of guidance each as a pipeline of its own, with one knob."""

from __future__ import annotations

from ..guidance import Classifier, ClassifierFree, Semantic
from .guided import GuidedPipeline


class ClassifierFreePipeline(GuidedPipeline):
    """`GuidedPipeline` with one knob: w of (1+w) ε(x, y) − w ε(x, φ) (Ho & Salimans 2022)."""

    def __call__(self, prompt=None, *, w: float = 2.0, rules=(), **settings):
        """Pictures of a prompt. w: −1 unconditional, 0 conditional, above 0 guided; the rest as `GuidedPipeline`."""
        return super().__call__(prompt, rules=(ClassifierFree(w), *rules), **settings)


class ClassifierGuidancePipeline(GuidedPipeline):
    """`GuidedPipeline` with one knob: γ ∇ log p(y|x_t) (Dhariwal & Nichol 2021)."""

    def __call__(self, label: str | tuple[str, ...], prompt=None, *, gamma: float = 3.0, pulls=(), **settings):
        """Pictures of a class. label: of the classifier's; gamma: γ; the rest as `GuidedPipeline`."""
        return super().__call__(prompt, pulls=(Classifier(gamma, label), *pulls), **settings)


class SemanticGuidancePipeline(GuidedPipeline):
    """`GuidedPipeline` with one knob: γ ∇ cos(E1(x_t), E2(text)) (Liu et al. 2021)."""

    def __call__(self, text: str | tuple[str, ...], prompt=None, *, gamma: float = 40.0, pulls=(), **settings):
        """Pictures that are like a text. gamma: γ; the rest as `GuidedPipeline`."""
        return super().__call__(prompt, pulls=(Semantic(gamma, text), *pulls), **settings)
