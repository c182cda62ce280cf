"""Classifier-free guidance as a pipeline of its own."""

from __future__ import annotations

from .guidance import ClassifierFree
from .guided import GuidedPipeline


class ClassifierFreePipeline(GuidedPipeline):
    """`GuidedPipeline` with one knob: w of (1+w) ε(x, y) − w ε(x, φ) (Ho & Salimans 2022)."""

    def __call__(self, prompt=None, *, w: float = 2.0, rules=(), **settings):
        """Pictures of a prompt. w: −1 unconditional, 0 conditional, above 0 guided; the rest as `GuidedPipeline`."""
        return super().__call__(prompt, rules=(ClassifierFree(w), *rules), **settings)
