"""Every rule's own identity, in double precision on the exact mixture (equations 21 to 26), and what each one costs."""

from itertools import pairwise

import pytest
import torch

from pipelines.declarations.options import OptionError
from pipelines.exact import GaussianMixture, MixtureDenoiser, tilted_gaussian
from pipelines.guidance import (
    Auto,
    CFGPlusPlus,
    CFGZeroStar,
    ClassifierFree,
    Interval,
    Plain,
    Projected,
    Rescale,
    Scheduled,
    Sum,
)
from pipelines.guidance.cfg_zero_star import optimal_scale
from pipelines.guidance.shared import level
from pipelines.process.schedule import NoiseSchedule
from pipelines.process.times import CLEAN, Time
from pipelines.samplers import DDIM, DDPM
from pipelines.samplers.base import no_pull
from tests.tiny import Counting

SCHEDULE = NoiseSchedule()
T = SCHEDULE.at(500)
LAW = GaussianMixture.isotropic([[0.0, 2.0], [1.5, -1.0], [-2.0, 0.5]], 0.5)
BLURRED = GaussianMixture(LAW.weights, LAW.means, LAW.covariances + 0.3 * torch.eye(2, dtype=torch.float64))
X = torch.randn(4, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(3))


@pytest.fixture
def denoiser():
    return Counting(MixtureDenoiser(LAW, 0, weak=BLURRED))


def same(one, other, tolerance=1e-12):
    for a, b in zip(one, other, strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=tolerance)


def test_the_other_label_is_s():
    assert ClassifierFree.from_s(7.5) == ClassifierFree(6.5) and ClassifierFree.from_s(1).w == 0


@pytest.mark.parametrize("w", [-1.0, 2.0])
def test_a_negative_condition_takes_the_place_of_the_null_one(w):
    """Equation 24."""
    guided = ClassifierFree(w)(MixtureDenoiser(LAW, 0, negative=1), X, T)
    wanted, unwanted = LAW.predict(X, T, 0), LAW.predict(X, T, 1)
    same(guided, [(1 + w) * y - w * n for y, n in zip(wanted, unwanted, strict=True)])


@pytest.mark.parametrize("w", [1.0, 3.0])
def test_guidance_does_not_sample_the_tilted_law(w):
    """Equation 26. For p = N(0, q) and p_y = N(m, r) the guided samplers are linear, and in the limit of many steps
    DDIM ends with the variance r^{1+w}/q^w and DDPM with r^{2+2w}/q^{2w} ∫ (q+u)^{2w}/(r+u)^{2+2w} du, while the
    tilted law has 1/((1+w)/r − w/q): three different numbers (Bradley & Nakkiran 2024 tell the same of other Gaussians).
    """
    q, r = 1.0, 0.25
    null, told = (GaussianMixture.isotropic([[0.0]], v**0.5) for v in (q, r))

    def denoise(x, t):
        return ClassifierFree(w)(
            lambda x, t, *names: [{"null": null, "conditional": told}[n].predict(x, t) for n in names], x, t
        )

    def end(sampler, steps):
        variance = 1.0
        # A step is linear in x and in the noise: three points give both factors.
        x, z = torch.tensor([[[0.0], [1.0], [0.0]], [[0.0], [0.0], [1.0]]], dtype=torch.float64)
        for t, s in pairwise(SCHEDULE.times(steps)):
            base, by_x, by_z = sampler.step(denoise, no_pull, x, t, s, lambda shape: z)[0].flatten().tolist()
            variance = (by_x - base) ** 2 * variance + (by_z - base) ** 2
        return variance

    # Both are of first order in the number of steps: two runs give the limit (Richardson).
    ends = {type(s).__name__: 2 * end(s, 500) - end(s, 250) for s in (DDIM(0.0), DDPM("beta_tilde"))}
    u = torch.linspace(-18, 18, 200_001, dtype=torch.float64).exp()  # substitution u = e^v
    integral = torch.trapezoid(u * (q + u) ** (2 * w) / (r + u) ** (2 + 2 * w), u.log()).item()
    exact = {"DDIM": r ** (1 + w) / q**w, "DDPM": r ** (2 + 2 * w) / q ** (2 * w) * integral}
    tilted = 1 / ((1 + w) / r - w / q)
    assert ends == pytest.approx(exact, rel=0.02)
    assert tilted_gaussian(*(torch.tensor(v, dtype=torch.float64) for v in ([0.0], [[r]], [0.0], [[q]])), w)[
        1
    ].item() == pytest.approx(tilted)
    assert exact["DDIM"] < 0.8 * exact["DDPM"] < 0.8 * 0.9 * tilted


@pytest.mark.parametrize("w", [-0.5, 0.5, 4.0])
def test_auto_is_classifier_free_with_the_weak_model_in_the_place_of_the_null_branch(denoiser, w):
    guided = Auto(w)(denoiser, X, T)
    assert denoiser.calls == [("conditional", "weak")]
    same(guided, [(1 + w) * y - w * n for y, n in zip(LAW.predict(X, T, 0), BLURRED.predict(X, T, 0), strict=True)])
    as_null = lambda x, t, *names: MixtureDenoiser(LAW, 0)(x, t, *("null" if n == "weak" else n for n in names))
    assert torch.equal(Auto(w)(as_null, X, T).x0, ClassifierFree(w)(as_null, X, T).x0)
    assert torch.equal(Auto(-1)(denoiser, X, T).x0, BLURRED.predict(X, T, 0).x0)


def test_auto_undoes_a_blur_and_keeps_the_classes():
    """The weak model is the data with more spread: away from it, samples are nearer to the centre of their class."""
    spread = {}
    for w in (0.0, 1.0):
        draw = lambda shape: torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
        rule, denoiser = Auto(w), MixtureDenoiser(LAW, 0, weak=BLURRED)
        for _, x, _ in DDIM().run(lambda x, t: rule(denoiser, x, t), no_pull, draw((300, 2)), SCHEDULE.times(25), draw):
            pass
        spread[w] = (x - LAW.means[0]).std().item()
        assert (x.mean(0) - LAW.means[0]).abs().max() < 0.1
    assert spread[0.0] == pytest.approx(0.5, abs=0.05) and spread[1.0] < 0.8 * spread[0.0]


@pytest.mark.parametrize("w", [-1.0, 0.5, 6.0])
def test_projected_with_everything_kept_is_classifier_free(denoiser, w):
    same(Projected(w, eta=1, threshold=0, momentum=0)(denoiser, X, T), ClassifierFree(w)(denoiser, X, T))


def test_projected_leaves_out_what_is_along_the_prediction(denoiser):
    plain, null = MixtureDenoiser(LAW, 0)(X, T, "conditional", "null")
    guided = Projected(3, eta=0, momentum=0)(denoiser, X, T)
    step = guided.x0 - plain.x0
    torch.testing.assert_close((step * plain.x0).sum(1), torch.zeros(4, dtype=torch.float64), rtol=0, atol=1e-12)
    change = plain.x0 - null.x0
    share = (change * plain.x0).sum(1, keepdim=True) / plain.x0.square().sum(1, keepdim=True)
    torch.testing.assert_close(step, 3 * (change - share * plain.x0), rtol=0, atol=1e-12)
    torch.testing.assert_close(T.a * guided.x0 + T.b * guided.eps, X, rtol=0, atol=1e-12)


def test_projected_holds_each_step_to_its_threshold(denoiser):
    plain = Plain()(denoiser, X, T).x0
    free = (ClassifierFree(2)(denoiser, X, T).x0 - plain).norm(dim=1) / 2
    threshold = free.median().item()
    bound = (Projected(2, eta=1, threshold=threshold, momentum=0)(denoiser, X, T).x0 - plain).norm(dim=1) / 2
    torch.testing.assert_close(bound, free.clamp(max=threshold), rtol=0, atol=1e-12)
    assert (bound < free - 1e-6).any() and (free < threshold + 1e-12).any()


def test_momentum_is_run_state(denoiser):
    rule = Projected(2, eta=1, momentum=-0.5)
    t, s = SCHEDULE.at(500), SCHEDULE.at(400)
    begun = rule.begin()
    begun(denoiser, X, t)
    changes = [(lambda c, n: c.x0 - n.x0)(*MixtureDenoiser(LAW, 0)(X, at, "conditional", "null")) for at in (t, s)]
    second = begun(denoiser, X, s).x0
    torch.testing.assert_close(
        second, LAW.predict(X, s, 0).x0 + 2 * (changes[1] - 0.5 * changes[0]), rtol=0, atol=1e-12
    )
    same(rule.begin()(denoiser, X, s), ClassifierFree(2)(denoiser, X, s))
    assert not rule.state


@pytest.mark.parametrize("on", ["x0", "eps"])
def test_rescale_restores_the_spread(denoiser, on):
    """Lin et al. 2023, eq. 14 to 16: φ = 0 is the inner rule to the bit, φ = 1 has the spread of the conditional one."""
    free, plain = ClassifierFree(4)(denoiser, X, T), Plain()(denoiser, X, T)
    assert torch.equal(Rescale(ClassifierFree(4), 0, on)(denoiser, X, T).x0, free.x0)
    denoiser.calls.clear()
    whole, half = (Rescale(ClassifierFree(4), phi, on)(denoiser, X, T) for phi in (1, 0.5))
    assert denoiser.calls == [("conditional", "null")] * 2, "the conditional branch is not asked for twice"
    torch.testing.assert_close(getattr(whole, on).std(1), getattr(plain, on).std(1), rtol=0, atol=1e-12)
    same(half, [(a + b) / 2 for a, b in zip(whole, free, strict=True)], 1e-11)
    torch.testing.assert_close(T.a * whole.x0 + T.b * whole.eps, X, rtol=0, atol=1e-11)


def test_level_is_the_angle_between_signal_and_noise():
    assert level(CLEAN) == 0 and level(Time(999, 0.0, 1.0)) == 1
    assert level(Time(0, 0.5**0.5, 0.5**0.5)) == pytest.approx(0.5)
    levels = [level(t) for t in SCHEDULE.times(30)]
    assert levels == sorted(levels, reverse=True)


def test_interval_is_the_rule_inside_and_one_call_outside(denoiser):
    rule = Interval(ClassifierFree(3), 0.4, 0.6)
    for t in SCHEDULE.times(40)[:-1]:
        denoiser.calls.clear()
        guided, inside = rule(denoiser, X, t), 0.4 <= level(t) <= 0.6
        assert denoiser.calls == [("conditional", "null") if inside else ("conditional",)]
        assert torch.equal(guided.x0, (ClassifierFree(3) if inside else Plain())(denoiser, X, t).x0)


@pytest.mark.parametrize(
    "shape, expected",
    [
        ("linear", lambda u: 1 + 4 * u),
        ("cosine", lambda u: 1 + 4 * (1 - torch.cos(torch.pi * torch.tensor(u)).item()) / 2),
        (
            "points",
            lambda u: (
                2 - 8 * u
                if u < 0.25
                else (u - 0.25) * 12
                if u < 0.5
                else 3 - (u - 0.5) * 8
                if u < 0.75
                else 1 + (u - 0.75) * 24
            ),
        ),
    ],
)
def test_scheduled_follows_its_curve(denoiser, shape, expected):
    rule = Scheduled(ClassifierFree(), shape, 1, 5, points=[2, 0, 3, 1, 7])
    for t in SCHEDULE.times(23)[:-1]:
        w = rule.strength_at(t)
        assert w == pytest.approx(expected(1 - level(t)), abs=1e-6)
        assert torch.equal(rule(denoiser, X, t).x0, ClassifierFree(w)(denoiser, X, t).x0)


def test_scheduled_constant_is_the_inner_rule_and_one_point_a_constant(denoiser):
    inner = ClassifierFree(3)
    assert torch.equal(Scheduled(inner, "constant")(denoiser, X, T).x0, inner(denoiser, X, T).x0)
    assert torch.equal(Scheduled(ClassifierFree(9), "points", points=[3])(denoiser, X, T).x0, inner(denoiser, X, T).x0)
    with pytest.raises(OptionError, match="a rule that has a strength"):
        Scheduled(Sum((inner,)))


def test_scheduled_moves_a_rule_inside_another_and_keeps_its_run_state(denoiser):
    rule = Scheduled(Rescale(Projected(1, eta=1), 0), "linear", 2, 2).begin()
    other = Projected(2, eta=1).begin()
    for t in SCHEDULE.times(5)[:-1]:
        assert torch.equal(rule(denoiser, X, t).x0, other(denoiser, X, t).x0)


def test_sum_adds_changes_up_and_asks_once(denoiser):
    rules = (ClassifierFree(1), Auto(2), ClassifierFree(0.5))
    guided = Sum(rules)(denoiser, X, T)
    assert denoiser.calls == [("conditional", "null"), ("weak",)]
    free, auto = ClassifierFree(1.5)(denoiser, X, T), Auto(2)(denoiser, X, T)
    same(guided, [f + a - p for f, a, p in zip(free, auto, Plain()(denoiser, X, T), strict=True)], 1e-11)


@pytest.mark.parametrize("clip", [None, 0.5])
def test_cfg_plus_plus_renoises_along_the_null_branch(denoiser, clip):
    """Chung et al. 2024, algorithm 2, in DDIM; clipping and pulls move x̂0 and leave ε_φ alone."""
    s, rule = SCHEDULE.at(300), CFGPlusPlus(0.7)
    conditional, null = MixtureDenoiser(LAW, 0)(X, T, "conditional", "null")
    x0 = null.x0 + 0.7 * (conditional.x0 - null.x0)
    gradient = torch.ones_like(X)
    for pull in (no_pull, lambda *_: gradient):
        expected = x0 if pull is no_pull else x0 + T.b**2 / T.a * gradient
        expected = expected if clip is None else expected.clamp(-clip, clip)
        moved, used = DDIM().step(lambda x, t: rule(denoiser, x, t), pull, X, T, s, None, clip)
        torch.testing.assert_close(moved, s.a * expected + s.b * null.eps, rtol=0, atol=1e-12)
        assert torch.equal(used.eps, null.eps)
    noise = torch.randn(4, 2, dtype=torch.float64)
    both = [
        sampler.step(lambda x, t: rule(denoiser, x, t), no_pull, X, T, s, lambda shape: noise, clip)[0]
        for sampler in (DDIM(1.0), DDPM())
    ]
    torch.testing.assert_close(*both, rtol=0, atol=1e-12)


def test_cfg_plus_plus_whole_is_classifier_free(denoiser):
    """What a sampler that cannot take x̂0 and ε̂ apart sees."""
    same(CFGPlusPlus(0.7)(denoiser, X, T).whole(X, T), ClassifierFree(-0.3)(denoiser, X, T))


def test_zero_star_without_its_parts_is_classifier_free(denoiser):
    same(CFGZeroStar(3, scale="one", zero_steps=0)(denoiser, X, T), ClassifierFree(3)(denoiser, X, T))


def test_zero_star_has_the_best_scale_of_each_image(denoiser):
    """Fan et al. 2025: s* brings s u_φ nearest to u_y; the rule is of the straight line's velocity ε̂ − x̂0."""
    conditional, null = MixtureDenoiser(LAW, 0)(X, T, "conditional", "null")
    u_y, u_null = (p.eps - p.x0 for p in (conditional, null))
    s = optimal_scale(u_y, u_null)
    for other in (s - 0.01, s + 0.01):
        assert ((u_y - s * u_null).norm(dim=1) < (u_y - other * u_null).norm(dim=1)).all()
    guided = CFGZeroStar(3, zero_steps=0)(denoiser, X, T)
    torch.testing.assert_close(guided.eps - guided.x0, 4 * u_y - 3 * s * u_null, rtol=0, atol=1e-12)
    torch.testing.assert_close(T.a * guided.x0 + T.b * guided.eps, X, rtol=0, atol=1e-12)


def test_zero_star_stays_where_it_is_in_its_first_steps(denoiser):
    """x/(a+b), the point on the straight line, does not move, and the network is not asked."""
    rule, x = CFGZeroStar(3, zero_steps=2).begin(), X
    for index, (t, s) in enumerate(pairwise(SCHEDULE.times(6))):
        moved, _ = DDIM().step(lambda x, t: rule(denoiser, x, t), no_pull, x, t, s, None)
        still = torch.allclose(moved / (s.a + s.b), x / (t.a + t.b), rtol=0, atol=1e-12)
        assert still == (index < 2) and len(denoiser.calls) == max(index - 1, 0)
        x = moved
