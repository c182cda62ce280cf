"""The contract that every entry of the registry keeps, on the exact mixture and on a tiny world."""

import json

import pytest
import torch

from pipelines import Classifier, ClassifierFree, Semantic
from pipelines.declarations.options import options_of
from pipelines.declarations.spec import from_spec, to_spec
from pipelines.exact import MixtureDenoiser
from pipelines.networks.condition_input import Condition
from pipelines.process.noise import Draw
from pipelines.process.prediction import TARGETS
from pipelines.runs.denoiser import Denoiser
from pipelines.samplers import AMED, SAMPLERS, Diffusers, Euler, Heun, ReverseSDE
from pipelines.samplers.foreign import SOLVERS
from tests.pipelines.samplers.common import LAW, SCHEDULE, draws, no_pull, sample
from tests.tiny import tiny_pipeline

OTHERS = [
    AMED("fixed", 0.3, 1.02),
    Euler("noise"),
    Heun("angle"),
    ReverseSDE(2.0, "euler"),
    ReverseSDE(0.0),
    *(Diffusers(solver) for solver in SOLVERS if solver != "dpmsolver++"),
]
ENTRIES = [*(kind() for kind in SAMPLERS.values()), *OTHERS]


@pytest.fixture(params=ENTRIES, ids=str)
def sampler(request):
    return request.param


@pytest.fixture(scope="module")
def pipe():
    return tiny_pipeline()


def test_every_entry_says_what_it_is():
    for name, kind in SAMPLERS.items():
        assert name == kind.__name__ and kind.summary and kind.source and kind.cost
        assert kind.equation.count("{") == kind.equation.count("}") and "$" not in kind.equation
        assert kind.calls in (1, 2) and str(kind.calls) in kind.cost
        assert all(o.label and o.help for o in options_of(kind))


def test_it_travels_as_json(sampler):
    again = from_spec(json.loads(json.dumps(to_spec(sampler))), SAMPLERS)
    assert again == sampler
    torch.testing.assert_close(sample(again, steps=3), sample(sampler, steps=3), rtol=0, atol=0)


def test_same_seed_same_points_other_seed_others(sampler):
    one = sample(sampler, steps=4)
    assert torch.equal(one, sample(sampler, steps=4)) and not torch.allclose(one, sample(sampler, steps=4, seed=50))


def test_a_batch_is_its_singles(sampler):
    # The solvers of diffusers compute in float32.
    tolerance = 1e-4 if isinstance(sampler, Diffusers) else 1e-9
    batch = sample(sampler, n=3, steps=6)
    for i in range(3):
        torch.testing.assert_close(batch[i : i + 1], sample(sampler, n=1, steps=6, seed=i), rtol=0, atol=tolerance)


def test_a_sampler_serves_two_runs_at_once(sampler):
    """Run state is not on the sampler: two interleaved runs are as one after the other."""
    noise = [draws(2, seed) for seed in (0, 7)]
    runs = [sampler.run(LAW.predict, no_pull, draw((2, 2)), SCHEDULE.times(5), draw) for draw in noise]
    ends = list(zip(*runs, strict=True))[-1]
    for end, seed in zip(ends, (0, 7), strict=True):
        assert torch.equal(end[1], sample(sampler, n=2, steps=5, seed=seed))


@pytest.mark.parametrize("steps", [1, 2, 150])
def test_any_number_of_steps_is_finite(sampler, steps):
    assert sample(sampler, n=2, steps=steps).isfinite().all()


def test_as_many_network_calls_as_it_says(sampler):
    asked = []

    def denoise(x, t):
        asked.append(t)
        return LAW.predict(x, t)

    draw = draws(2)
    steps = list(sampler.run(denoise, no_pull, draw((2, 2)), SCHEDULE.times(5), draw))
    assert len(steps) == 5 and 5 * (sampler.calls - 1) < len(asked) <= 5 * sampler.calls
    assert asked[0] == SCHEDULE.at(999) and all(t.index >= 0 and t.b > 0 for t in asked)


def test_clip_holds_x0(sampler):
    draw = draws(4)
    for _, x, p in sampler.run(LAW.predict, no_pull, draw((4, 2)), SCHEDULE.times(9), draw, clip=0.5):
        assert p.x0.abs().max() <= 0.5
    assert x.abs().max() <= 0.5 + 1e-6


def test_a_pull_is_asked_wherever_the_network_is(sampler):
    """Bayes on scores, so guided by log p(y|x) at γ = 1 it ends where the conditional law's own scores end."""
    pull = lambda x, t, p: LAW.log_prob_gradient(x, t, 1)
    tolerance = 1e-3 if isinstance(sampler, Diffusers) else 1e-6
    guided, conditional = sample(sampler, steps=8, pull=pull), sample(sampler, LAW.component(1), steps=8)
    torch.testing.assert_close(guided, conditional, rtol=0, atol=tolerance)


def test_a_gradient_at_gamma_is_classifier_free_at_w_gamma_minus_1(sampler):
    """Equations 25 and 43, with every sampler, the flow's included."""
    gamma, denoiser, rule = 2.5, MixtureDenoiser(LAW, 1), ClassifierFree(1.5)
    tolerance = 1e-3 if isinstance(sampler, Diffusers) else 1e-6
    draw = draws(3)
    for _, free, _ in sampler.run(lambda x, t: rule(denoiser, x, t), no_pull, draw((3, 2)), SCHEDULE.times(8), draw):
        pass
    pull = lambda x, t, p: gamma * LAW.log_prob_gradient(x, t, 1)
    torch.testing.assert_close(sample(sampler, n=3, steps=8, pull=pull), free, rtol=0, atol=tolerance)


@pytest.mark.parametrize("target", sorted(set(TARGETS) - {"x0"}))
def test_a_network_of_any_target_drives_it(sampler, target):
    """Equation 4: the mixture as a network that gives one view only ends where its x0 does."""

    def network(x, timesteps, condition):
        t = SCHEDULE.at(float(timesteps[0]))
        view = getattr(LAW.predict(x, t), target)
        return view(t) if callable(view) else view

    condition = Condition(torch.zeros(2, 0, 1), torch.zeros(2, 0))
    denoiser, draw = Denoiser(network, {"conditional": condition}, target), draws(2)
    run = sampler.run(lambda x, t: denoiser(x, t, "conditional")[0], no_pull, draw((2, 2)), SCHEDULE.times(6), draw)
    for _, x, _ in run:
        pass
    tolerance = 1e-3 if isinstance(sampler, Diffusers) else 1e-6
    torch.testing.assert_close(x, sample(sampler, n=2, steps=6), rtol=0, atol=tolerance)


def test_half_precision_runs(sampler):
    draw = Draw.from_seeds(range(3), dtype=torch.float16)

    def denoise(x, t):
        return type(p := LAW.predict(x.double(), t))(*(part.half() for part in p))

    for _, x, _ in sampler.run(denoise, no_pull, draw((3, 2)), SCHEDULE.times(6), draw, clip=3.0):
        pass
    assert x.dtype == torch.float16 and x.isfinite().all()


@pytest.mark.parametrize("name", sorted(SAMPLERS))
def test_pictures_with_rules_and_pulls(pipe, name):
    settings = dict(sampler=SAMPLERS[name](), num_inference_steps=2, output_type="latent")
    plain = pipe("red apple", seeds=(1, 2), **settings).images
    assert plain.isfinite().all() and plain.abs().max() <= 1 + 1e-4
    assert torch.equal(plain, pipe("red apple", seeds=(1, 2), **settings).images)
    torch.testing.assert_close(plain[1:], pipe("red apple", seeds=(2,), **settings).images, rtol=0, atol=1e-3)
    guidance = dict(rules=[ClassifierFree(3)], pulls=[Classifier(20, "food"), Semantic(200, "cat")])
    guided = pipe("red apple", seeds=(1, 2), **settings, **guidance).images
    assert guided.isfinite().all() and not torch.allclose(guided, plain)


@pytest.mark.parametrize(
    "wrong, told",
    [
        (lambda: ReverseSDE(4.0), "noise = 4.0.*0 to 3"),
        (lambda: Diffusers("lms"), "solver = 'lms'.*'unipc'"),
        (lambda: Heun("time"), "variable = 'time'.*'angle'"),
        (lambda: AMED("fixed", float("nan")), "r = nan.*0 to 1"),
    ],
)
def test_what_is_not_allowed_is_told(wrong, told):
    with pytest.raises(ValueError, match=told):
        wrong()
