"""A mixture in the place of networks: of a `Denoiser`, and of the noise-aware classifier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ..networks.labels import each_found, find
from ..process.prediction import Prediction
from ..process.schedule import NoiseSchedule
from ..process.times import Time
from .mixture import GaussianMixture


@dataclass(frozen=True)
class MixtureDenoiser:
    """A mixture in the place of a `Denoiser`: "null" is the whole law, "conditional" that of the label.

    Args:
        label: one for all points, or one a point, (B,).
        weak: a worse mixture, such as a blurred one: its conditional law is the branch "weak".
        negative: a label that takes the place of the whole law in "null", as a negative prompt does.
    """

    mixture: GaussianMixture
    label: int | Tensor = 0
    weak: GaussianMixture | None = None
    negative: int | Tensor | None = None

    @property
    def branches(self) -> tuple[str, ...]:
        """Names of the branches that there are."""
        return ("conditional", "null", "weak")[: 2 + (self.weak is not None)]

    def __call__(self, x: Tensor, t: Time, *branches: str) -> list[Prediction]:
        """One exact prediction for each branch; what they share is computed once. x: (B, d).

        Raises:
            ValueError: a branch that there is not.
        """
        if unknown := set(branches) - set(self.branches):
            raise ValueError(f"Unknown branch {min(unknown)!r}; this run has {sorted(self.branches)}.")
        told = {"conditional": self.label, "null": self.negative}
        posterior = self.mixture.posterior(x, t) if set(branches) & set(told) else None
        return [
            posterior.prediction(told[name]) if name in told else self.weak.predict(x, t, self.label)
            for name in branches
        ]


class _LogProb(torch.autograd.Function):
    """log p_t(label | x) with its gradient in closed form: half the time of going back through the sums."""

    @staticmethod
    def forward(context, x, mixture, t, label):
        posterior = mixture.posterior(x, t)
        context.save_for_backward(posterior.gradient(label))
        return (posterior.logs_of(label).logsumexp(-1) - posterior.logs.logsumexp(-1)).to(x.dtype)

    @staticmethod
    def backward(context, outer):
        return outer[:, None] * context.saved_tensors[0], None, None, None


class MixtureClassifier:
    """The exact noisy classifier with the interface of the trained one, so that `Classifier` can ask it.

    names: one a class, in the order of the mixture's classes. schedule: says which time an index is.
    """

    def __init__(self, mixture: GaussianMixture, schedule: NoiseSchedule, names: Sequence[str] | None = None):
        self.mixture, self.schedule = mixture, schedule
        self.labels = {"class": [str(each) for each in names or mixture.classes]}

    def find(self, label: str) -> tuple[str, int]:
        """("class", index); ValueError for an unknown label."""
        return find(self.labels, label)

    def __call__(self, x: Tensor, timesteps: Tensor) -> dict[str, Tensor]:
        """log p_t(class | x), (B, classes), which are logits too. timesteps: of one value."""
        return {"class": self.mixture.log_probs(x, self._time(timesteps))}

    def log_prob(self, x: Tensor, timesteps: Tensor, label: str | Sequence[str]) -> Tensor:
        """log p(label | x_t), (B,). One label for all points, or one a point."""
        classes, wanted = self.mixture.classes, [label] if isinstance(label, str) else list(label)
        if len(wanted) not in (1, len(x)):
            raise ValueError(f"label has {len(wanted)} entries; it must be one, or one a point, {len(x)}.")
        found = torch.tensor([classes[index] for _, index in each_found(label, self.find)])
        return _LogProb.apply(x, self.mixture, self._time(timesteps), found[0] if len(found) == 1 else found)

    def _time(self, timesteps: Tensor) -> Time:
        first = float(timesteps.reshape(-1)[0])
        if not bool((timesteps == first).all()):
            raise ValueError("timesteps holds several times; a mixture answers one time at once.")
        return self.schedule.at(first)
