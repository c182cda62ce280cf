"""Classifier guidance (Dhariwal & Nichol 2021)."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field, replace

from ..declarations.declared import Run
from ..declarations.options import choice, number, texts
from ..lazy import Tensor, torch
from ..networks.labels import each_found
from ..process.times import Time, timesteps
from .gradient import Differentiable

ENCODERS = ("noise-aware", "clean")


@dataclass(frozen=True)
class Classifier(Differentiable):
    """γ ∇ log p(y | x_t), of a classifier trained on noised pictures (Dhariwal & Nichol 2021, algorithms 1, 2).

    Args:
        gamma: γ; above 1 asks for pictures that are more typical of the label, below 0 for less.
        label: one label for all images, or one an image; a label of any head, as in "food" or "subgroup:fruit".
        tempering: p_y^γ is no probability: its sum over labels is not 1 and changes with x. "naive" drops that sum;
            "normalised" divides by it: γ [∇log p_y − Σ_j p̃_j ∇log p_j], p̃_j ∝ p_j^γ over the labels of one head. Both
            are one at γ = 1.
        encoder: the noise-aware classifier, or one of clean pictures, to see why noise matters.
    """

    summary = "A classifier that understands noise pulls towards a label."
    equation = (
        r"\hat\varepsilon = \varepsilon - b\,\gamma \nabla \log p(y \mid x_t);\quad \text{normalised: }"
        r"\gamma\Big[\nabla \log p_y - \sum_j \tilde p_j \nabla \log p_j\Big],\ \tilde p_j \propto p_j^\gamma"
    )
    source = "Dhariwal & Nichol 2021, algorithms 1 and 2"
    cost = "no network call; the classifier and its backward pass"
    needs = ("classifier",)

    gamma: float = number(3.0, low=-100, high=100, step=0.5, label="γ", help="How strongly the classifier pulls.")
    label: str | tuple[str, ...] = texts("", max_length=100, label="label", help="What the picture should be of.")
    _: KW_ONLY
    tempering: str = choice(
        "naive", ("naive", "normalised"), label="tempering", help="Whether p^γ is made a probability again."
    )
    encoder: str = choice(
        "noise-aware", ENCODERS, label="classifier", help="One that was trained on noised pictures, or on clean ones."
    )
    classifier: object = field(default=None, repr=False, compare=False)

    @property
    def of_pictures(self) -> bool:
        """Clean networks see pictures."""
        return self.encoder == "clean"

    @property
    def needed(self) -> tuple[str, ...]:
        """The classifier of this encoder."""
        if self.gamma == 0 or self.classifier is not None:
            return ()
        return ("classifier",) if self.encoder == "noise-aware" else ("clean_classifier",)

    def inactive(self, run: Run) -> set[str]:
        """At γ = 1 the law is a probability already."""
        return super().inactive(run) | ({"tempering"} if self.gamma == 1 else set())

    def filled(self, text: str, label: str | None) -> Classifier | None:
        """With the prompt's label where it names none."""
        return self if self.label else replace(self, label=label) if label else None

    def begin(self, pipe) -> Classifier:
        """Bound to the pipeline's classifier.

        Raises:
            ValueError: the pipeline has no such classifier, or it does not know the label.
        """
        if self.gamma == 0:
            return self
        if missing := self.lacks(pipe):
            raise ValueError(
                f"Classifier guidance needs a classifier, and this pipeline has none of this kind. {missing}"
            )
        part = "classifier" if self.encoder == "noise-aware" else "clean_classifier"
        classifier = self.classifier or getattr(pipe, part)
        each_found(self.label, classifier.find)
        return replace(self, classifier=classifier)

    def value(self, z: Tensor, t: Time) -> Tensor:
        """log p(y|z), or that of the tempered law over γ: (B,)."""
        label = self.label if isinstance(self.label, str) else list(self.label)
        times = timesteps(t, z)
        if self.encoder == "noise-aware" and self.tempering == "naive":
            return self.classifier.log_prob(z, times, label)
        logits = self.classifier(z) if self.encoder == "clean" else self.classifier(z, times)
        # log p̃_y has the gradient of the row above, with γ in front: `Differentiable` multiplies by it.
        power = self.gamma if self.tempering == "normalised" else 1.0
        return self._pick(
            {head: (power * each).log_softmax(-1) / power for head, each in logits.items()}, label, len(z)
        )

    def _pick(self, log_probs: dict[str, Tensor], label: str | list[str], batch: int) -> Tensor:
        wanted = [label] * batch if isinstance(label, str) else label
        if len(wanted) != batch:
            raise ValueError(f"label has {len(wanted)} entries; it must be one, or one a picture, {batch}.")
        return torch.stack(
            [log_probs[head][row, index] for row, (head, index) in enumerate(map(self.classifier.find, wanted))]
        )
