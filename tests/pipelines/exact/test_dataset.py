"""The denoiser and classifier of a finite data set against the softmax written out, and against the mixture it is."""

import time

import pytest
import torch

from pipelines.exact import GaussianMixture
from pipelines.exact.dataset import DataSet
from pipelines.guidance.gradient import gradient
from pipelines.process.schedule import NoiseSchedule
from pipelines.process.times import CLEAN

N, SHAPE = 60, (3, 4, 4)
PICTURES = torch.rand(N, *SHAPE, generator=torch.Generator().manual_seed(0), dtype=torch.float64) * 2 - 1
LABELS = {"group": ["food" if k % 3 else "animals" for k in range(N)], "style": [f"style {k % 5}" for k in range(N)]}


def dataset(bandwidth=0.0, dtype=torch.float64):
    return DataSet(PICTURES.to(dtype, copy=True), LABELS, bandwidth)


def noised(t, n=5, dtype=torch.float64):
    eps = torch.randn(n, *SHAPE, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    return (t.a * PICTURES[:n] + t.b * eps).to(dtype)


def written_out(x, t, bandwidth, keep):
    """E[x0|x], one picture at a time."""
    spread = t.a**2 * bandwidth**2 + t.b**2
    logs = torch.stack([-((x - t.a * p) ** 2).flatten(1).sum(1) / (2 * spread) for p in PICTURES[keep]], 1)
    shares, flat = logs.softmax(1), PICTURES[keep].flatten(1)
    middle = shares @ flat
    return (middle + t.a * bandwidth**2 / spread * (x.flatten(1) - t.a * middle)).reshape(x.shape)


@pytest.mark.parametrize("index", [5, 300, 600, 999])
@pytest.mark.parametrize("bandwidth", [0.0, 0.3])
def test_it_is_the_softmax_over_the_pictures(index, bandwidth):
    t, data = NoiseSchedule().at(index), dataset(bandwidth)
    x, every = noised(t), torch.ones(N, dtype=torch.bool)
    torch.testing.assert_close(data.denoise(x, t.a, t.b), written_out(x, t, bandwidth, every), rtol=0, atol=1e-10)
    food = data.having("food")
    torch.testing.assert_close(data.denoise(x, t.a, t.b, food), written_out(x, t, bandwidth, food), rtol=0, atol=1e-10)


@pytest.mark.parametrize("index", [100, 600, 950])
def test_it_is_a_mixture_of_as_many_points(index):
    t, data = NoiseSchedule().at(index), dataset(0.2)
    labels = [0 if name == "animals" else 1 for name in LABELS["group"]]
    law = GaussianMixture.isotropic(PICTURES.flatten(1), 0.2, labels=labels)
    x = noised(t)
    torch.testing.assert_close(
        data.denoise(x, t.a, t.b).flatten(1), law.predict(x.flatten(1), t).x0, rtol=0, atol=1e-10
    )
    found = gradient(lambda z: data.log_prob(z, t.a, t.b, data.having("food")), x)
    torch.testing.assert_close(found.flatten(1), law.log_prob_gradient(x.flatten(1), t, 1), rtol=0, atol=1e-9)
    torch.testing.assert_close(
        data.log_probs(x, t.a, t.b)["group"].exp().sum(1), torch.ones(5, dtype=torch.float64), rtol=0, atol=1e-12
    )


def test_the_classifiers_two_faces_agree():
    t, data = NoiseSchedule().at(700), dataset()
    x = noised(t)
    for head, names in data.labels.items():
        for k, name in enumerate(names):
            expected = data.log_prob(x, t.a, t.b, data.having(f"{head}:{name}"))
            torch.testing.assert_close(data.log_probs(x, t.a, t.b)[head][:, k], expected, rtol=0, atol=1e-8)


@pytest.mark.parametrize("index", [0, 400, 999])
def test_single_precision_is_close(index):
    t = NoiseSchedule().at(index)
    exact = dataset().denoise(noised(t), t.a, t.b)
    single = dataset(dtype=torch.float32).denoise(noised(t, dtype=torch.float32), t.a, t.b)
    assert single.dtype == torch.float32 and (single - exact).abs().max() < 1e-4


@pytest.mark.parametrize("bandwidth", [0.0, 0.1])
@pytest.mark.parametrize("t", [CLEAN, NoiseSchedule().at(0), NoiseSchedule().at(999)], ids=["clean", "first", "last"])
def test_nothing_is_ever_not_a_number(bandwidth, t):
    data = dataset(bandwidth, torch.float32)
    for x in (
        noised(t, dtype=torch.float32),
        torch.full((2, *SHAPE), 1e30),
        torch.full((1, *SHAPE), torch.nan),
        noised(t).half(),
    ):
        said = data.denoise(x, t.a, t.b)
        assert said.isfinite().all() and said.shape == x.shape and said.dtype == x.dtype


def test_at_the_clean_end_it_knows_its_pictures_by_heart():
    torch.testing.assert_close(dataset().denoise(PICTURES[:7] + 0.01, 1.0, 0.0), PICTURES[:7], rtol=0, atol=1e-12)


def test_times_may_differ_in_a_batch():
    data, times = dataset(0.1), [NoiseSchedule().at(k) for k in (100, 800)]
    x = torch.cat([noised(t, 1) for t in times])
    a, b = (torch.tensor([[v] for v in values], dtype=torch.float64) for values in zip(*((t.a, t.b) for t in times)))
    together = data.denoise(x, a, b)
    for k, t in enumerate(times):
        torch.testing.assert_close(together[k : k + 1], data.denoise(x[k : k + 1], t.a, t.b), rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    "wrong, told",
    [
        (lambda: DataSet(torch.zeros(0, 3, 4, 4)), "at least 1"),
        (lambda: DataSet(torch.zeros(2, 3, dtype=torch.uint8)), "must be floats"),
        (lambda: DataSet(torch.zeros(2, 3), bandwidth=-1), "bandwidth = -1"),
        (lambda: DataSet(torch.zeros(2, 3), {"group": ["a"]}), "1 names for 2 pictures"),
        (lambda: dataset().denoise(torch.zeros(1, 3, 5, 5), 1, 1), r"must be \(B, 3, 4, 4\)"),
        (lambda: dataset().having("fod"), "did you mean"),
    ],
)
def test_errors_say_what_to_change(wrong, told):
    with pytest.raises(ValueError, match=told):
        wrong()


def test_as_many_as_the_world_has_fit_in_time_and_memory():
    """8,209 pictures of 32 × 32: no second copy of them, and a step of 8 samples in less than the second that is
    allowed here to a busy machine; the target of 25 steps a second is measured on a quiet one."""
    pictures = torch.rand(8209, 3, 32, 32)
    place = pictures.data_ptr()
    data, x = DataSet(pictures), torch.randn(8, 3, 32, 32)
    assert data._points.data_ptr() == place
    held = sum(v.numel() * v.element_size() for v in vars(data).values() if isinstance(v, torch.Tensor))
    assert held < 110e6
    data.denoise(x, 0.5, 0.8)
    began = time.process_time()
    for _ in range(3):
        data.denoise(x, 0.5, 0.8)
    assert (time.process_time() - began) / 3 < 1.0
