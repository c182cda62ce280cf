"""Watching a run: exact on the mixture, and to the bit without a trace on every rule, pull and sampler."""

import itertools
import math

import pytest
import torch

from pipelines import DDIM, SAMPLERS, ClassifierFree, NoiseSchedule
from pipelines.declarations.spec import from_spec
from pipelines.exact import GaussianMixture, MixtureDenoiser
from pipelines.guidance import PULLS, RULES, Classifier, Function, Interval, Projected
from pipelines.guidance.shared import level
from pipelines.runs.effects import Controls
from pipelines.runs.observe import Observer
from tests.pipelines.guidance.test_contract import SETTINGS
from tests.tiny import tiny_pipeline

SCHEDULE = NoiseSchedule(shift=1.0)
MIXTURE = GaussianMixture(
    torch.tensor([0.4, 0.6], dtype=torch.float64),
    torch.tensor([[1.5, 0.5], [-1.0, -0.5]], dtype=torch.float64),
    0.1 * torch.eye(2, dtype=torch.float64).expand(2, 2, 2),
)
X = 2 * torch.randn(5, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
T = SCHEDULE.at(600)


def look(rules=(), pulls=(), x=X, t=T):
    """The look at x_t, and the observer, of a mixture in the place of networks."""
    denoiser = MixtureDenoiser(MIXTURE, 0)
    observer = Observer()
    run = observer.of(Controls(denoiser, [rule.begin() for rule in rules], [pull.bind(denoiser) for pull in pulls]))
    run.pull(x, t, run.denoise(x, t))
    (found,) = observer.take()
    return found, observer


def norm(x):
    return x.square().sum(1).sqrt()


@pytest.mark.parametrize("rule, extra", [(ClassifierFree(2), 0), (ClassifierFree(0), 5), (ClassifierFree(-1), 5)])
def test_the_branches_are_measured_whether_the_rule_asked_for_them_or_not(rule, extra):
    found, observer = look([rule])
    c, n = (each.eps for each in MixtureDenoiser(MIXTURE, 0)(X, T, "conditional", "null"))
    torch.testing.assert_close(found.difference, norm(c - n), rtol=1e-12, atol=0)
    torch.testing.assert_close(found.cosine, (c * n).sum(1) / norm(c) / norm(n), rtol=1e-12, atol=0)
    torch.testing.assert_close(found.change, abs(rule.w) * norm(c - n), rtol=1e-10, atol=1e-14)
    assert observer.extra == extra and observer.take() == []


def test_no_guidance_changes_nothing():
    for found in (look()[0], look([ClassifierFree(0)])[0], look([ClassifierFree(0)], [Function(0.0)])[0]):
        assert not found.change.any() and not found.pull.any() and not found.heat.any()
        assert found.pull_cosine.isnan().all()


def test_outside_of_an_interval_the_rule_changes_nothing():
    for index in range(0, 1000, 100):
        t = SCHEDULE.at(index)
        found, _ = look([Interval(ClassifierFree(3), low=0.3, high=0.6)], t=t)
        inside = 0.3 <= level(t) <= 0.6
        assert found.change.all() if inside else not found.change.any() and not found.heat.any()
    assert not found.heat.any()


def test_a_pull_has_its_length_and_direction():
    towards = Function(gamma=2.0, phi=lambda z, t: (z * torch.tensor([3.0, 4.0], dtype=z.dtype)).sum(1))
    found, _ = look([ClassifierFree(0)], [towards])
    torch.testing.assert_close(found.pull, torch.full((5,), 10.0, dtype=torch.float64))
    score = MixtureDenoiser(MIXTURE, 0)(X, T, "conditional")[0].score(T)
    wanted = (score @ torch.tensor([0.6, 0.8], dtype=torch.float64)) / norm(score)
    torch.testing.assert_close(found.pull_cosine, wanted, rtol=1e-12, atol=1e-15)
    assert not found.change.any()
    torch.testing.assert_close(found.heat, torch.full((5,), T.b**2 / T.a * 7.0, dtype=torch.float64))


def test_heat_is_the_change_of_x0_and_both_guidances_add_up():
    towards = Function(gamma=1.0, phi=lambda z, t: z.sum(1))
    found, _ = look([ClassifierFree(2)], [towards])
    c, n = (each.x0 for each in MixtureDenoiser(MIXTURE, 0)(X, T, "conditional", "null"))
    torch.testing.assert_close(found.heat, (2 * (c - n)).abs().mean(1) + T.b**2 / T.a, rtol=1e-10, atol=1e-14)


def test_negative_infinity_of_time_is_never_asked_and_every_call_of_a_step_is_seen():
    observer, denoiser = Observer(), MixtureDenoiser(MIXTURE, 0)
    run = observer.of(Controls(denoiser, [ClassifierFree(2)], []))
    times, seen = SCHEDULE.times(4), []
    for t, _, _ in SAMPLERS["Heun"]().run(run.denoise, run.pull, X, times, torch.zeros, None):
        looks = observer.take()
        assert looks[0].t == t and all(math.isfinite(each.t.log_snr) for each in looks)
        seen.append(len(looks))
    assert seen == [2, 2, 2, 1]


@pytest.fixture(scope="module")
def pipe():
    return tiny_pipeline()


def latents(pipe, observer=None, rules=(), pulls=(), sampler=DDIM(), prompt="red apple"):
    settings = dict(rules=rules, pulls=pulls, sampler=sampler, num_inference_steps=3, seeds=(1, 2))
    for step in pipe.steps(prompt, observer=observer, **settings):
        if observer is not None:
            assert observer.take()[0].x.shape == (2, 3, 16, 16)
    return step.x, step.effects


@pytest.mark.parametrize("name", sorted(RULES | PULLS))
def test_the_picture_is_that_of_the_plain_run_to_the_bit(pipe, name):
    entry = from_spec({"name": name, **SETTINGS.get(name, {})}, RULES | PULLS)
    if not entry.lacks(pipe):
        where = {"rules" if name in RULES else "pulls": [entry]}
        plain, effects = latents(pipe, **where)
        x, seen = latents(pipe, Observer(), **where)
        assert torch.equal(x, plain) and seen == effects


@pytest.mark.parametrize("name, route", [*itertools.product(sorted(SAMPLERS), ["unconditional", "guided"])])
def test_and_with_every_sampler(pipe, name, route):
    rules = [ClassifierFree(-1)] if route == "unconditional" else [Interval(Projected(3))]
    settings = dict(rules=rules, pulls=[Classifier(5, "food")], sampler=SAMPLERS[name]())
    assert torch.equal(latents(pipe, Observer(), **settings)[0], latents(pipe, **settings)[0])
