"""What guidance buys and costs, as a shape, where the truth is known: the price of w is the model's error (row 20).

A model that errs is a law that is too wide, as blurred by noise that it did not remove.
"""

import pytest
import torch

from pipelines.evaluation.measures import Gaussian, frechet
from pipelines.exact import GaussianMixture, MixtureDenoiser
from pipelines.guidance import ClassifierFree
from pipelines.process.schedule import NoiseSchedule
from pipelines.process.times import CLEAN
from pipelines.samplers import DDIM
from pipelines.samplers.base import no_pull

LAW = GaussianMixture.isotropic([[0.0, 1.2], [1.2, -0.8], [-1.2, -0.6]], 0.5)
TRUTH = Gaussian(LAW.of(0).mean().numpy(), LAW.of(0).covariance().numpy())
STRENGTHS = (-1.0, -0.5, 0.0, 0.25, 0.5, 1.0, 2.0, 4.0)


def frontier(blur: float) -> tuple[list[float], list[float], list[float]]:
    """At each strength: Fréchet distance to the true class, the exact classifier's agreement, and the spread."""
    law = GaussianMixture(LAW.weights, LAW.means, LAW.covariances + blur * torch.eye(2, dtype=torch.float64))
    denoiser, rows = MixtureDenoiser(law, 0), []
    for w in STRENGTHS:
        x = torch.randn(1000, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
        run = DDIM().run(
            lambda z, t, w=w: ClassifierFree(w)(denoiser, z, t), no_pull, x, NoiseSchedule().times(30), None
        )
        for _, x, _ in run:
            pass
        rows.append((frechet(x, TRUTH), LAW.log_prob(x, CLEAN, 0).exp().mean().item(), x.std(0).mean().item()))
    return tuple(map(list, zip(*rows, strict=True)))


@pytest.mark.parametrize("blur, best", [(0.0, 0.0), (0.3, 0.25)], ids=["exact scores", "too wide a model"])
def test_agreement_rises_variety_falls_and_the_distance_is_least_at_0_but_for_the_models_error(blur, best):
    """By w = γ − 1 it is the unconditional model with classifier guidance too, whose distance is not monotone in γ."""
    distance, agreement, spread = frontier(blur)
    assert all(more > less for less, more in zip(agreement, agreement[1:]))
    assert all(more < less for less, more in zip(spread, spread[1:]))
    least = STRENGTHS.index(best)
    assert distance.index(min(distance)) == least
    assert distance[: least + 1] == sorted(distance[: least + 1], reverse=True)
    assert distance[least:] == sorted(distance[least:])
