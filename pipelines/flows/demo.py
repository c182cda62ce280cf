"""The flow in one dimension that can be drawn: a uniform prior carried to a few points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from .paths import PATHS
from .priors import Uniform
from .superposition import Superposition

POINTS = (0.5, 0.5, 1.2, 1.7)


@dataclass(frozen=True)
class UniformDemo:
    """Arrays to draw, float64.

    times: (S + 1,), falling from 1 to 0. trajectories: (S + 1, M), M of them from equally spaced starts.
    ends: (M,), the data point that each reaches in truth. density: (S, X), p_t at times[:-1] and at `places`, (X,);
    at t = 0 it is a spike at each point. points, shares: the different data points and their probability, (K,).
    """

    times: np.ndarray
    trajectories: np.ndarray
    ends: np.ndarray
    places: np.ndarray
    density: np.ndarray
    points: np.ndarray
    shares: np.ndarray


def uniform_demo(
    points: Sequence[float] = POINTS,
    low: float = 0.0,
    high: float = 2.0,
    count: int = 40,
    steps: int = 200,
    resolution: int = 201,
) -> UniformDemo:
    """Straight lines from the uniform law on [low, high] to `points`, by Euler's method with `steps` equal steps.

    In one dimension trajectories never cross, so a start at the share q of the prior ends at the data's quantile q: `ends`.

    Raises:
        ValueError: no points, points outside [low, high], or fewer than 1 trajectory, 1 step or 2 places.
    """
    for name, value, least in (("count", count, 1), ("steps", steps, 1), ("resolution", resolution, 2)):
        if value < least:
            raise ValueError(f"{name} = {value} is not allowed; at least {least}.")
    data = np.sort(np.asarray(points, dtype=np.float64))
    if not len(data) or not np.isfinite(data).all() or data[0] < low or data[-1] > high:
        raise ValueError(f"points = {list(points)} is not allowed; at least one number, each from {low:g} to {high:g}.")
    flow = Superposition(PATHS["straight"], Uniform(1, low, high), torch.from_numpy(data)[:, None])
    shares = (np.arange(count) + 0.5) / count
    times, places = np.linspace(1, 0, steps + 1), np.linspace(low, high, resolution)
    paths = flow.trajectories(torch.from_numpy(low + (high - low) * shares)[:, None], times.tolist())
    density = [flow.density(torch.from_numpy(places)[:, None], t).numpy() for t in times[:-1]]
    different, counts = np.unique(data, return_counts=True)
    # The quantile function, F⁻¹(q) = min {x : F(x) ≥ q}, in whole numbers: a start on the line between two points has the lower one.
    ends = data[-(-(2 * np.arange(count) + 1) * len(data) // (2 * count)) - 1]
    return UniformDemo(times, paths[..., 0].numpy(), ends, places, np.stack(density), different, counts / len(data))
