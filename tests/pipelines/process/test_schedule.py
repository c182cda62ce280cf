"""The forward process and its posterior, exact in float64 (equations 1 and 2)."""

import math
from itertools import pairwise

import pytest
import torch
from diffusers import DDPMScheduler

from pipelines.process.schedule import KINDS, LOG_SNR_RANGE, NoiseSchedule
from pipelines.process.times import CLEAN, Transition, posterior_mean


@pytest.fixture(params=KINDS)
def schedule(request):
    return NoiseSchedule(1000, request.param)


def test_signal_falls_from_almost_all_to_almost_none(schedule):
    signal = schedule.alphas_cumprod
    assert signal.dtype == torch.float64 and len(signal) == 1000
    assert (signal.diff() < 0).all() and signal[0] > 0.99 and 0 < signal[-1] < 0.01


def test_a_and_b_are_a_rotation(schedule):
    for t in schedule.times(13):
        assert t.a**2 + t.b**2 == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("n", [1, 7, 25, 1000])
def test_steps_compose_to_the_jump(schedule, n):
    """Equation 1: the product of one-step transitions is q(x_t | x0), on any respacing."""
    mean, variance = 1.0, 0.0
    for s, t in pairwise(schedule.times(n)[::-1]):
        step = Transition.between(t, s)
        mean, variance = mean * math.sqrt(step.alpha), variance * step.alpha + step.beta
        assert mean == pytest.approx(t.a, abs=1e-12)
        assert variance == pytest.approx(t.b**2, abs=1e-12)


@pytest.mark.parametrize("n", [5, 25])
def test_posterior_is_the_product_of_its_gaussians(schedule, n):
    """Equation 2: q(x_s | x_t, x0) ∝ q(x_t | x_s) q(x_s | x0), by completing the square."""
    x, x0 = torch.tensor([[0.3, -1.2]], dtype=torch.float64), torch.tensor([[-0.7, 0.4]], dtype=torch.float64)
    for t, s in pairwise(schedule.times(n)):
        if s == CLEAN:
            continue
        step = Transition.between(t, s)
        precision = step.alpha / step.beta + 1 / s.b**2
        mean = (math.sqrt(step.alpha) / step.beta * x + s.a / s.b**2 * x0) / precision
        assert step.beta_tilde == pytest.approx(1 / precision, rel=1e-9)
        torch.testing.assert_close(posterior_mean(x, x0, t, s), mean, rtol=1e-9, atol=1e-12)


def test_the_last_posterior_is_x0(schedule):
    t = schedule.times(3)[-2]
    x, x0 = torch.randn(2, 3, dtype=torch.float64), torch.randn(2, 3, dtype=torch.float64)
    assert Transition.between(t, CLEAN).beta_tilde == 0
    torch.testing.assert_close(posterior_mean(x, x0, t, CLEAN), x0, rtol=0, atol=1e-12)


@pytest.mark.parametrize("shift", [0.25, 0.5, 1.0])
def test_cosine_runs_over_its_log_snr_range_and_shift_moves_the_middle(shift):
    schedule = NoiseSchedule(1001, shift=shift)
    low, high = LOG_SNR_RANGE
    assert schedule.log_snr[0].item() == pytest.approx(high) and schedule.log_snr[-1].item() == pytest.approx(low)
    plain = NoiseSchedule(1001, shift=1.0)
    assert schedule.log_snr[500] - plain.log_snr[500] == pytest.approx(2 * math.log(shift), abs=0.15)


@pytest.mark.parametrize("shift", [0.25, 0.5, 1.0])
def test_cosine_is_equally_spaced_in_its_angle(shift):
    """logSNR = −2 log tan(π u/2) + 2 log shift at equally spaced u (Hoogeboom et al. 2023, section 3.1)."""
    schedule = NoiseSchedule(1001, shift=shift)
    u = torch.atan(shift * torch.exp(-schedule.log_snr / 2)) * 2 / math.pi
    torch.testing.assert_close(u.diff(), ((u[-1] - u[0]) / 1000).expand(1000), rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind, ends", [("linear", (1e-4, 0.02)), ("scaled_linear", (0.00085, 0.012))])
def test_the_published_schedules_are_those_of_diffusers(kind, ends):
    """Equation 1, of Ho et al. 2020 and of Stable Diffusion; diffusers' are in float32."""
    theirs = DDPMScheduler(1000, *ends, kind).alphas_cumprod.double()
    torch.testing.assert_close(NoiseSchedule(1000, kind).alphas_cumprod, theirs, rtol=2e-4, atol=0)


def test_add_noise_is_a_x0_plus_b_eps(schedule):
    x0, eps, index = torch.randn(2, 3, 4, 4), torch.randn(2, 3, 4, 4), torch.tensor([10, 900])
    x = schedule.add_noise(x0, eps, index)
    for i in range(2):
        t = schedule.at(int(index[i]))
        torch.testing.assert_close(x[i], t.a * x0[i] + t.b * eps[i])


def test_times_start_at_the_end_and_close_clean(schedule):
    times = schedule.times(25)
    assert len(times) == 26 and times[0].index == 999 and times[-1] == CLEAN
    assert [t.index for t in schedule.times(1000)] == list(range(999, -2, -1))


def test_saves_and_reloads(schedule, tmp_path):
    schedule.save_pretrained(tmp_path)
    again = NoiseSchedule.from_pretrained(tmp_path)
    assert again.config.kind == schedule.config.kind and torch.equal(again.alphas_cumprod, schedule.alphas_cumprod)


@pytest.mark.parametrize(
    "wrong, told",
    [
        (dict(kind="sigmoid"), "sigmoid.*cosine"),
        (dict(num_train_timesteps=1), "num_train_timesteps = 1.*at least 2"),
        (dict(shift=0), "shift = 0.*above 0"),
    ],
)
def test_wrong_arguments_are_told(wrong, told):
    with pytest.raises(ValueError, match=told):
        NoiseSchedule(**wrong)


@pytest.mark.parametrize(
    "call, told",
    [
        (lambda s: s.times(0), "num_inference_steps = 0.*1 to 1000"),
        (lambda s: s.times(1001), "1001.*1 to 1000"),
        (lambda s: s.at(1000), "index = 1000.*999"),
    ],
)
def test_times_out_of_range_are_told(schedule, call, told):
    with pytest.raises(ValueError, match=told):
        call(schedule)


# Times between two whole indices.


@pytest.mark.parametrize("index", [0, 1, 412, 998, 999])
def test_whole_indices_are_the_same_to_the_bit_by_every_path(schedule, index):
    signal = schedule.alphas_cumprod[index]
    whole, as_float = schedule.signal(torch.tensor([index, 7])), schedule.signal(torch.tensor([float(index), 7.5]))
    assert torch.equal(whole[0], signal) and torch.equal(as_float[0], signal)
    assert schedule.at(float(index)) == schedule.at(index) and isinstance(schedule.at(float(index)).index, int)


@pytest.mark.parametrize("index", [0.25, 411.5, 998.75])
def test_between_whole_indices_log_snr_is_linear(schedule, index):
    t, low, high = schedule.at(index), schedule.at(int(index)), schedule.at(int(index) + 1)
    share = index - int(index)
    assert t.index == index and t.a**2 + t.b**2 == pytest.approx(1, abs=1e-15)
    assert t.log_snr == pytest.approx((1 - share) * low.log_snr + share * high.log_snr, abs=1e-10)
    assert schedule.signal(torch.tensor([index], dtype=torch.float64)).item() == pytest.approx(t.a**2, abs=1e-12)


@pytest.mark.parametrize("index", [0, 0.25, 411.5, 700, 999])
def test_a_time_is_found_by_its_log_snr(schedule, index):
    t = schedule.at(index)
    found = schedule.at_log_snr(t.log_snr)
    assert found.index == pytest.approx(index, abs=1e-6)
    assert (found.a, found.b) == (pytest.approx(t.a, abs=1e-12), pytest.approx(t.b, abs=1e-12))


def test_noise_at_a_fractional_time_is_that_of_its_a_and_b(schedule):
    x0, eps = torch.randn(2, 3, 4, 4, dtype=torch.float64), torch.randn(2, 3, 4, 4, dtype=torch.float64)
    t = schedule.at(300.25)
    x = schedule.add_noise(x0, eps, torch.tensor([300.25, 300.25]))
    torch.testing.assert_close(x, t.a * x0 + t.b * eps, rtol=0, atol=1e-12)


def test_straight_is_the_line_from_data_to_noise():
    """SNR = ((1−τ)/τ)² at equally spaced τ = b/(a + b)."""
    schedule = NoiseSchedule(101, "straight", shift=1.0)
    tau = torch.tensor([t.b / (t.a + t.b) for t in map(schedule.at, range(101))], dtype=torch.float64)
    torch.testing.assert_close(tau.diff(), (tau[-1] - tau[0]).expand(100) / 100, rtol=0, atol=1e-12)
    assert schedule.at(100).log_snr == pytest.approx(LOG_SNR_RANGE[0])


@pytest.mark.parametrize(
    "call, told",
    [
        (lambda s: s.at(-0.5), "index = -0.5.*999"),
        (lambda s: s.at(999.5), "999.5"),
        (lambda s: s.at(float("nan")), "nan"),
        (lambda s: s.at_log_snr(40.0), "log_snr = 40.0"),
    ],
)
def test_times_that_the_schedule_has_not_are_told(schedule, call, told):
    with pytest.raises(ValueError, match=told):
        call(schedule)


@pytest.mark.parametrize("n", [4, 25])
def test_the_posterior_as_it_is_written(schedule, n):
    """Equation 2, term by term: √α(1−ᾱ')/(1−ᾱ) x + √ᾱ'β/(1−ᾱ) x0, and β̃ = (1−ᾱ')/(1−ᾱ) β, to 1e-12."""
    x, x0 = torch.tensor([0.3, -1.2], dtype=torch.float64), torch.tensor([-0.7, 0.4], dtype=torch.float64)
    for t, s in pairwise(schedule.times(n)):
        bar, bar_s = t.a**2, s.a**2
        alpha = bar / bar_s
        mean = math.sqrt(alpha) * (1 - bar_s) / (1 - bar) * x + math.sqrt(bar_s) * (1 - alpha) / (1 - bar) * x0
        torch.testing.assert_close(posterior_mean(x, x0, t, s), mean, rtol=0, atol=1e-12)
        assert Transition.between(t, s).beta_tilde == pytest.approx((1 - bar_s) / (1 - bar) * (1 - alpha), abs=1e-12)
