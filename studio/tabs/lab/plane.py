"""The plane as a world: what a pipeline has, of a mixture of Gaussians in two dimensions."""

from __future__ import annotations

import json
from functools import lru_cache

import torch
from torch import Tensor, nn

from pipelines.declarations.options import OptionError
from pipelines.declarations.spec import from_spec
from pipelines.exact import GaussianMixture, MixtureClassifier, MixtureDenoiser
from pipelines.process.schedule import NoiseSchedule
from pipelines.process.times import CLEAN

BLUR = 0.35  # added to the deviation of every component of the weak model


@lru_cache
def schedule(kind: str = "cosine") -> NoiseSchedule:
    """Points need no shift: they have no size."""
    return NoiseSchedule(kind=kind, shift=1.0)


class CleanClassifier:
    """The exact classifier of clean points, asked about noised ones as if they were clean."""

    def __init__(self, classifier: MixtureClassifier):
        self.mixture, self.find, self.labels = classifier.mixture, classifier.find, classifier.labels

    def __call__(self, x: Tensor) -> dict[str, Tensor]:
        """log p(class | x), (B, classes)."""
        return {"class": self.mixture.log_probs(x, CLEAN)}


class Plane:
    """A mixture with the parts that rules and pulls ask a pipeline for. Class k is called "k". kind: of the schedule."""

    clip = clean_clip = None
    has_null = True
    sample_shape = (2,)

    def __init__(self, components: tuple, dtype: torch.dtype = torch.float32, kind: str = "cosine"):
        x, y, deviation, weight, label = zip(*components)
        total = sum(weight)
        self.mixture = GaussianMixture.isotropic(
            list(zip(x, y)), deviation, [each / total for each in weight], label
        ).to(dtype)
        wider = self.mixture.covariances + BLUR**2 * torch.eye(2, dtype=dtype)
        self.weak = GaussianMixture(self.mixture.weights, self.mixture.means, wider, self.mixture.labels)
        self.schedule, self.unet = schedule(kind), nn.Identity()
        self.classifier = MixtureClassifier(self.mixture, self.schedule)
        self.clean_classifier = CleanClassifier(self.classifier)

    def denoiser(self, label: int) -> MixtureDenoiser:
        """Its exact denoiser, told this class."""
        return MixtureDenoiser(self.mixture, label, self.weak)


def entries(rule: str, pull: str, sampler: str, label: int) -> tuple:
    """The rule and the pull, each or None, and the sampler of specs. A pull that takes a label is given the class.

    Raises:
        OptionError: naming the field, its value and what is allowed.
    """
    from pipelines.guidance import PULLS, RULES
    from pipelines.samplers import SAMPLERS

    chosen = []
    for name, written, registry in (("rule", rule, RULES), ("pull", pull, PULLS), ("sampler", sampler, SAMPLERS)):
        if not written:
            chosen.append(None)
            continue
        spec = json.loads(written)
        kind = registry.get(spec.get("name")) if isinstance(spec.get("name"), str) else None
        if name == "pull" and kind is not None and "label" in getattr(kind, "__dataclass_fields__", {}):
            spec = {**spec, "label": str(label)}
        try:
            chosen.append(from_spec(spec, registry, name))
        except OptionError:
            raise
        except ValueError as error:
            raise OptionError(name, spec.get("name"), "reason", reason=str(error)) from error
    return tuple(chosen)
