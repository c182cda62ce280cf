"""Flow matching trains the same network: the loss is that of the velocity, and it falls."""

import numpy as np
import pytest
import torch

from pipelines import Flow
from pipelines.training.flow import FlowTask
from pipelines.training.loop import DEFAULTS, Loop
from pipelines.training.recipe import read
from tests.tiny import UNET, tiny_clip, tiny_data

TINY = UNET | dict(steps=40, optimizer="adamw", lr=3e-3, cooldown=0.0)


@pytest.fixture(scope="module")
def task():
    return FlowTask(read("flow", DEFAULTS) | TINY, tiny_data(), tiny_clip())


def test_the_weighted_error_of_x0_is_that_of_the_velocity(task):
    x0, eps, guess = (torch.randn(5, 3, 4, 4, dtype=torch.float64) for _ in range(3))
    index = torch.tensor([100.25, 400.5, 600.0, 800.75, 950.125], dtype=torch.float64)
    tau = torch.tensor([t.b / (t.a + t.b) for t in map(task.schedule.at, index.tolist())])[:, None, None, None]
    x = (1 - tau) * x0 + tau * eps
    of_velocity = ((x - guess) / tau - (eps - x0)).square().sum((1, 2, 3))
    weighted = (guess - x0).square().sum((1, 2, 3)) * task.weight(index)
    torch.testing.assert_close(weighted, of_velocity, rtol=1e-6, atol=0)


def test_levels_are_drawn_between_the_schedules_times(task):
    index = task.levels(20_000, torch.Generator().manual_seed(0))
    log_snr = torch.logit(task.schedule.signal(index))
    inner = log_snr[log_snr > task.schedule.log_snr[-1] + 1e-3]
    assert (index != index.round()).float().mean() > 0.9 and 0.97 < len(inner) / len(index) < 1
    assert log_snr.median().item() == pytest.approx(-3.0, abs=0.06)


def test_the_loss_falls_and_the_network_draws(task, tmp_path):
    loop = Loop(task, tmp_path)
    losses = [loop.update()[0] for _ in range(40)]
    assert np.mean(losses[-8:]) < 0.8 * np.mean(losses[:8])
    images = task.pipeline(loop.bare.eval())("cat", sampler=Flow(), num_inference_steps=3, output_type="pt").images
    assert images.isfinite().all() and images.shape == (1, 3, 16, 16)
