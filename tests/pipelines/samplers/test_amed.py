"""AMED (equation 10): its special cases are exact, its order is measured, and what is learned helps."""

import json

import pytest
import torch

from pipelines import GuidedPipeline
from pipelines.process.times import CLEAN
from pipelines.samplers import AMED, DDIM, Heun, amed
from pipelines.training.amed import fit, path, train
from tests.pipelines.samplers.common import LAW, SCHEDULE, inner_times, orders, sample
from tests.tiny import tiny_pipeline


def test_r_0_is_euler_and_so_is_r_to_0():
    torch.testing.assert_close(sample(AMED("fixed", 0.0, 1.0)), sample(DDIM()), rtol=0, atol=1e-10)
    gaps = [
        (sample(AMED("fixed", r, 1.0), steps=6) - sample(DDIM(), steps=6)).abs().max().item()
        for r in (1e-2, 1e-3, 1e-4)
    ]
    assert gaps[0] > 5 * gaps[1] > 25 * gaps[2]


def test_one_half_and_1_is_dpm_solver_2():
    """Lu et al. 2022a, algorithm 1: λ_m halfway; u = (a_m/a_t) x − b_m (e^{h/2} − 1) ε; x_s = (a_s/a_t) x − b_s (e^h − 1) ε(u)."""
    t, s = SCHEDULE.at(700), SCHEDULE.at(420.5)
    x = torch.randn(5, 2, dtype=torch.float64)
    middle = SCHEDULE.at_log_snr((t.log_snr + s.log_snr) / 2)
    h = torch.tensor((s.log_snr - t.log_snr) / 2, dtype=torch.float64)
    u = middle.a / t.a * x - middle.b * torch.expm1(h / 2) * LAW.predict(x, t).eps
    expected = s.a / t.a * x - s.b * torch.expm1(h) * LAW.predict(u, middle).eps
    sampler = AMED("fixed").begin(type(inner_times(1))([t, s], SCHEDULE))
    stepped, _ = sampler.step(LAW.predict, lambda *_: None, x, t, s, None)
    torch.testing.assert_close(stepped, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("r", [0.0, 0.2, 0.5, 1.0])
def test_the_intermediate_time_is_the_weighted_geometric_mean(r):
    t, s = SCHEDULE.at(700), SCHEDULE.at(420)
    m = amed.between(SCHEDULE, t, s, r)
    assert m.b / m.a == pytest.approx((s.b / s.a) ** r * (t.b / t.a) ** (1 - r), rel=1e-12)
    assert amed.between(SCHEDULE, t, CLEAN, 1.0).log_snr == pytest.approx(SCHEDULE.at(0).log_snr)


def test_order_2_only_halfway(reference):
    assert orders(AMED("fixed"), reference, (28, 56))[0][0] == pytest.approx(2, abs=0.1)
    assert orders(AMED("fixed", 0.3), reference, (28, 56))[0][0] == pytest.approx(1, abs=0.1)


def test_what_is_learned_is_nearer_to_the_teacher_on_other_points():
    generator = torch.Generator().manual_seed(0)
    seen, unseen = (torch.randn(100, 2, dtype=torch.float64, generator=generator) for _ in range(2))
    times, teacher = SCHEDULE.times(4), SCHEDULE.times(48)
    learned = {4: fit(LAW.predict, seen, path(Heun("angle"), LAW.predict, seen, teacher, None), times, None)}
    truth = path(Heun("angle"), LAW.predict, unseen, teacher, None)[CLEAN]
    error = {
        name: (path(s, LAW.predict, unseen, points, None)[CLEAN] - truth).square().mean().sqrt().item()
        for name, s, points in (
            ("amed", AMED(learned=learned), times),
            ("dpm", AMED("fixed"), times),
            ("ddim", DDIM(), SCHEDULE.times(8)),
        )
    }
    assert error["amed"] < 0.5 * error["ddim"] and error["amed"] < 0.5 * error["dpm"], error
    # The sampler ends where the fit did: it is one step, written once.
    assert len(learned[4]["r"]) == 4 and all(0 < r < 1 for r in learned[4]["r"])


def test_other_numbers_of_steps_take_the_nearest_learned_ones():
    learned = {4: {"r": [0.2, 0.3, 0.4, 0.5], "c": [1.1, 1.1, 1.1, 0.9]}}
    assert AMED(learned=learned).pairs(4) == list(zip(learned[4]["r"], learned[4]["c"], strict=True))
    eight = AMED(learned=learned).pairs(8)
    assert eight[0] == pytest.approx((0.2, 1.025)) and eight[3] == pytest.approx((0.325, 1.025))
    assert AMED("fixed", 0.4, 1.2, learned).pairs(2) == [(0.4, 1.2)] * 2 == AMED("learned", 0.4, 1.2).pairs(2)


def test_a_world_carries_what_was_learned(tmp_path):
    pipe = tiny_pipeline()
    learned, check = train(pipe, ["cat", "red apple", "grapes"], pictures=2, counts=(2,), teacher_steps=4)
    assert set(check[2]) == {"amed", "dpm-solver-2", "ddim"}
    pipe.amed = learned
    pipe.save_pretrained(tmp_path)
    again = GuidedPipeline.from_pretrained(tmp_path)
    assert again.amed == learned
    settings = dict(num_inference_steps=2, output_type="pt")
    taken, fixed = (again("cat", sampler=s, **settings).images for s in (AMED(), AMED("fixed")))
    torch.testing.assert_close(taken, pipe("cat", sampler=AMED(learned=learned), **settings).images, rtol=0, atol=1e-5)
    assert not torch.equal(taken, fixed)


SHORT = json.dumps({"intervals": {"4": {"r": [0.5], "c": [1.0]}}})


@pytest.mark.parametrize("content", ["{", "[]", SHORT, json.dumps({"intervals": {"x": 1}})])
def test_a_damaged_file_is_told(tmp_path, content):
    (tmp_path / amed.FILE).write_text(content)
    with pytest.raises(ValueError, match="amed.json"):
        amed.read(tmp_path)
    assert amed.read(tmp_path / "elsewhere") is None
