"""Times between two of the schedule's own keep every digit: what is told an index there answers as what is told the time."""

from types import SimpleNamespace

import pytest
import torch

from pipelines.exact import MixtureClassifier, MixtureDenoiser
from pipelines.guidance import Classifier, ClassifierFree
from pipelines.networks.condition_input import Condition
from pipelines.process.times import CLEAN, Time, timesteps
from pipelines.runs.denoiser import Denoiser
from pipelines.samplers import AMED, DDIM, Flow, Heun
from tests.pipelines.samplers.common import LAW, SCHEDULE, draws, no_pull, sample

SAMPLERS = [DDIM(), Heun(), AMED("fixed", 0.3, 1.02), AMED("fixed", 0.5), Flow(), Flow(shift=3.0)]


def end(sampler, denoise, pull=no_pull):
    draw = draws(3)
    *_, (_, x, _) = sampler.run(denoise, pull, draw((3, 2)), SCHEDULE.times(8), draw)
    return x


@pytest.mark.parametrize("sampler", SAMPLERS, ids=str)
def test_classifier_guidance_is_classifier_free_guidance_to_every_digit(sampler):
    """Equation 25, by a classifier that is told an index."""
    law = MixtureDenoiser(LAW, 1)
    free = end(sampler, lambda x, t: ClassifierFree(1.5)(law, x, t))
    pipe = SimpleNamespace(classifier=MixtureClassifier(LAW, SCHEDULE, ["a", "b", "c"]))
    pull = Classifier(2.5, "b").begin(pipe)
    torch.testing.assert_close(end(sampler, lambda x, t: law(x, t, "null")[0], pull), free, rtol=0, atol=1e-12)


@pytest.mark.parametrize("sampler", SAMPLERS, ids=str)
def test_a_network_that_is_told_an_index_ends_where_the_law_does(sampler):
    def network(x, times, condition):
        return LAW.predict(x, SCHEDULE.at(float(times[0]))).x0

    denoiser = Denoiser(network, {"conditional": Condition(torch.zeros(3, 0, 1), torch.zeros(3, 0))})
    found = end(sampler, lambda x, t: denoiser(x, t, "conditional")[0])
    torch.testing.assert_close(found, sample(sampler, n=3, steps=8), rtol=0, atol=1e-12)


def test_a_time_is_told_as_exactly_as_the_picture():
    t = Time(123.456789012345, 0.8, 0.6)
    assert timesteps(t, torch.zeros(2, 3, dtype=torch.float64)).tolist() == [t.index] * 2
    assert (
        timesteps(t, torch.zeros(2, 3)).dtype
        == timesteps(t, torch.zeros(2, 3, dtype=torch.float16)).dtype
        == torch.float32
    )
    assert timesteps(CLEAN, torch.zeros(1)).tolist() == [0.0]
