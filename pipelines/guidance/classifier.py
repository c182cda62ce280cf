"""Classifier guidance (Dhariwal & Nichol 2021)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from ..options import number
from ..prediction import Prediction
from ..schedule import Time
from .base import Pull
from .gradient import gradient


@dataclass(frozen=True)
class Classifier(Pull):
    """γ ∇ log p(y | x_t), of a classifier trained on noised pictures (Dhariwal & Nichol 2021, algorithms 1, 2).

    Args:
        gamma: γ; above 1 asks for pictures that are more typical of the label, below 0 for less.
        label: one label for all images, or one an image; a label of any head, as in "food" or "subgroup:fruit".
    """

    gamma: float = number(3.0, low=-100, high=100, step=0.5, label="γ", help="How strongly the classifier pulls.")
    label: str | tuple[str, ...] = ""
    classifier: object = field(default=None, repr=False, compare=False)

    def begin(self, pipe) -> Classifier:
        """Bound to the pipeline's classifier.

        Raises:
            ValueError: the pipeline has no classifier, or it does not know the label.
        """
        if self.gamma == 0:
            return self
        classifier = self.classifier or pipe.classifier
        if classifier is None:
            raise ValueError("Classifier guidance needs a classifier, and this pipeline has none.")
        labels = (self.label,) if isinstance(self.label, str) else tuple(self.label)
        for label in labels:
            classifier.find(label)
        return replace(self, classifier=classifier)

    def __call__(self, x: Tensor, t: Time, prediction: Prediction | None) -> Tensor | None:
        """γ ∇ log p(y|x): (B, C, H, W)."""
        if self.gamma == 0:
            return None
        timesteps = torch.full((len(x),), float(t.index), device=x.device)
        label = self.label if isinstance(self.label, str) else list(self.label)
        return self.gamma * gradient(lambda z: self.classifier.log_prob(z, timesteps, label), x)
