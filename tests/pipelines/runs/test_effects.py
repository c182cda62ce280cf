"""A wrapper that changed nothing is told of, and one that acted is not: on the exact mixture, in double precision."""

import math

import pytest
import torch

from pipelines import ClassifierFree
from pipelines.exact import GaussianMixture, MixtureDenoiser
from pipelines.guidance import CFGPlusPlus, CFGZeroStar, Interval, Projected, Rescale, Scheduled, Sum
from pipelines.guidance.shared import level
from pipelines.process.schedule import NoiseSchedule
from pipelines.runs.batched import together
from pipelines.runs.effects import NEGLIGIBLE, Controls
from pipelines.samplers import DDIM, Heun
from tests.tiny import tiny_pipeline

SCHEDULE = NoiseSchedule()
STEPS = 8
LAW = GaussianMixture.isotropic([[0.0, 2.0], [1.5, -1.0], [-2.0, 0.5]], 0.5)
GUIDE = ClassifierFree(3.0)


class Counting:
    def __init__(self):
        self.own, self.calls = MixtureDenoiser(LAW, 0), []

    def __call__(self, x, t, *branches):
        self.calls.append(branches)
        return self.own(x, t, *branches)


def run(*rules, sampler=None):
    """The last points, the changes of each wrapper, what is said to have had no effect, and the network's calls."""
    denoiser, noise = Counting(), torch.Generator().manual_seed(3)
    controls = Controls(denoiser, [rule.begin() for rule in rules], ())

    def draw(shape):
        return torch.randn(tuple(shape), generator=noise, dtype=torch.float64)

    times = SCHEDULE.times(STEPS)
    for _, x, _ in (sampler or DDIM()).run(controls.denoise, controls.pull, draw((4, 2)), times, draw, None):
        pass
    changes = {effect.name: effect.change for effect in controls.effects if effect.kind == "wrapper"}
    return x, changes, [effect.name for effect in controls.effects if effect.none], denoiser.calls


IDLE = {
    "an interval of all": Interval(rule=GUIDE, low=0, high=1),
    "bounds that no step is outside of": Interval(
        rule=GUIDE, low=level(SCHEDULE.times(STEPS)[-2]), high=level(SCHEDULE.times(STEPS)[0])
    ),
    "phi of 0": Rescale(rule=GUIDE, phi=0),
    "a constant schedule": Scheduled(rule=GUIDE, shape="constant", start=1.0),
    "a schedule of the rule's own strength": Scheduled(rule=GUIDE, shape="linear", start=3.0, end=3.0),
    "a rule with a memory": Interval(rule=Projected(3.0), low=0, high=1),
    "a rule that asks in its own way": Interval(rule=CFGPlusPlus(0.5), low=0, high=1),
    "a rule of which the plain prediction is not known": Interval(rule=ClassifierFree(-1.0), low=0, high=1),
}
ACTING = {
    "an interval": Interval(rule=GUIDE, low=0.3, high=0.7),
    "an interval that one step is outside of": Interval(rule=GUIDE, high=level(SCHEDULE.times(STEPS)[1])),
    "rescale": Rescale(rule=GUIDE, phi=0.7),
    "rescale of the noise": Rescale(rule=GUIDE, phi=0.7, on="eps"),
    "rescale of CFG++": Rescale(rule=CFGPlusPlus(0.5)),
    "a schedule": Scheduled(rule=GUIDE, start=0.0, end=4.0),
    "a schedule that ends at the rule's own strength": Scheduled(rule=GUIDE, start=0.0, end=3.0),
}


@pytest.mark.parametrize("sampler", [DDIM(), Heun()], ids=lambda each: type(each).__name__)
@pytest.mark.parametrize("name", IDLE)
def test_what_changed_nothing_is_told(name, sampler):
    rule = IDLE[name]
    x, changes, silent, calls = run(rule, sampler=sampler)
    alone, _, _, needed = run(rule.rule, sampler=sampler)
    assert torch.equal(x, alone) and calls == needed
    assert changes == {type(rule).__name__: 0.0} and silent == [type(rule).__name__]


@pytest.mark.parametrize("name", ACTING)
def test_what_acted_is_not_accused(name):
    rule = ACTING[name]
    x, changes, silent, _ = run(rule)
    assert not torch.allclose(x, run(rule.rule)[0], atol=1e-3)
    assert silent == [] and (changes[type(rule).__name__] or math.inf) > NEGLIGIBLE


def test_a_rescale_too_small_to_be_seen_is_told_by_its_size():
    """z' − z = φ (std z_y/std z − 1) z, to which the change of ε̂, times a/b, is held."""
    guided, plain = (run(rule)[0] for rule in (GUIDE, Rescale(rule=GUIDE, phi=1e-6)))
    assert torch.allclose(guided, plain, atol=1e-3)
    assert run(Rescale(rule=GUIDE, phi=1e-6))[2] == ["Rescale"]
    x, t = torch.randn(4, 2, dtype=torch.float64), SCHEDULE.at(500)
    controls = Controls(MixtureDenoiser(LAW, 0), [Rescale(rule=GUIDE, phi=0.5).begin()], ())
    controls.denoise(x, t)
    inner = GUIDE(MixtureDenoiser(LAW, 0), x, t).x0
    ratio = LAW.predict(x, t, 0).x0.std(1, keepdim=True) / inner.std(1, keepdim=True)
    wanted = t.a / t.b * (0.5 * (ratio - 1) * inner).abs().max()
    assert controls.effects[1].change == pytest.approx(float(wanted), rel=1e-9)


def test_each_of_several_around_one_another_is_measured_by_itself():
    _, changes, silent, _ = run(Interval(rule=Rescale(rule=GUIDE), low=0, high=1))
    assert silent == ["Interval"] and changes["Rescale"] > NEGLIGIBLE
    _, changes, silent, _ = run(Scheduled(rule=Interval(rule=Rescale(rule=GUIDE, phi=0), low=0, high=1)))
    assert silent == ["Interval", "Rescale"] and changes["Scheduled"] is None
    _, changes, silent, _ = run(Interval(rule=Rescale(rule=GUIDE, phi=0), low=0.4, high=0.6))
    assert silent == ["Rescale"] and changes["Interval"] is None


def test_each_of_several_rules_has_its_own():
    _, _, silent, _ = run(Interval(rule=GUIDE, low=0.3, high=0.7), Rescale(rule=CFGZeroStar(2.0), phi=0))
    assert silent == ["Rescale"]


def test_those_inside_a_sum_are_told_as_those_outside():
    idle, acting = Interval(rule=GUIDE, low=0, high=1), Rescale(rule=CFGZeroStar(2.0), phi=0.7)
    x, changes, silent, calls = run(Sum((idle, acting)))
    alone, expected, told, needed = run(idle, acting)
    assert torch.allclose(x, alone) and calls == needed
    assert silent == told == ["Interval"] and changes["Rescale"] == pytest.approx(expected["Rescale"])
    _, changes, silent, _ = run(Interval(rule=Sum((Rescale(rule=GUIDE, phi=0), Sum((acting,)))), low=0.4, high=0.6))
    assert silent == ["Rescale"] and changes["Interval"] is None and changes["Rescale"] > NEGLIGIBLE
    assert run(Sum(()))[2] == ["Sum"]


@pytest.mark.parametrize("rule", [Interval(rule=GUIDE, low=0, high=0.001), Rescale(rule=ClassifierFree(0.0))])
def test_around_a_rule_that_did_nothing_it_is_told_once(rule):
    assert run(rule)[2] == [type(rule).__name__]


def test_runs_together_tell_the_same():
    pipe = tiny_pipeline()
    rules = (*IDLE.values(), *ACTING.values())
    rules = [rule for rule in rules if not isinstance(rule.rule, CFGPlusPlus)]
    runs = [dict(prompt="cat", rules=[rule], seeds=(3,), num_inference_steps=4) for rule in rules]
    *_, joined = together(pipe, runs)
    for each, step in zip(runs, joined, strict=True):
        *_, alone = pipe.steps(**each)
        assert [(e.kind, e.name, e.none) for e in step.effects] == [(e.kind, e.name, e.none) for e in alone.effects]
