"""The 1-D flow along straight lines: x_t = (1−t) x0 + t x1, of a few points and any prior, in closed form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.options import OptionError, check, choice, number

from ..values import short

DEMO = (0.5, 0.5, 1.2, 1.7)
LOW, HIGH = -1.0, 3.0
MAX_POINTS = 12
FRAMES, ROWS = 81, 120  # of the density
STEPS = 400
PRIORS = {"uniform": "U[0, 2]", "normal": "N(1, 0.5²)", "triangle": "triangular on [0, 2]"}


@dataclass(frozen=True)
class Flow:
    """points: x0, equally likely. prior: the law at t = 1. lines: trajectories that are drawn.

    Raises:
        OptionError: naming the field, its value and what is allowed.
    """

    points: tuple = DEMO
    prior: str = choice("uniform", tuple(PRIORS))
    lines: int = number(41, low=2, high=120)

    def __post_init__(self):
        check(self)
        wanted = f"1 to {MAX_POINTS} numbers from {LOW:g} to {HIGH:g}"
        if not isinstance(self.points, (list, tuple)) or not 1 <= len(self.points) <= MAX_POINTS:
            raise OptionError("points", short(self.points), wanted)
        for value in self.points:
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not LOW <= value <= HIGH:
                raise OptionError("points", short(value), wanted)
        object.__setattr__(self, "points", tuple(float(value) for value in self.points))

    @classmethod
    def parse(cls, raw: Any) -> Flow:
        """From the page."""
        if not isinstance(raw, Mapping) or (unknown := set(raw) - {"points", "prior", "lines"}):
            raise OptionError(
                "flow",
                short(raw) if not isinstance(raw, Mapping) else sorted(map(str, unknown))[0][:60],
                "a mapping with points, prior and lines",
            )
        return cls(**raw)


def prior_density(prior: str, x: np.ndarray) -> np.ndarray:
    """p1(x)."""
    if prior == "uniform":
        return np.where((x >= 0) & (x <= 2), 0.5, 0.0)
    if prior == "normal":
        return np.exp(-2 * (x - 1) ** 2) * np.sqrt(2 / np.pi)
    return np.maximum(0.0, 1 - np.abs(x - 1))


def prior_quantile(prior: str, u: np.ndarray) -> np.ndarray:
    """F⁻¹(u) of the prior."""
    if prior == "uniform":
        return 2 * u
    if prior == "normal":
        from statistics import NormalDist

        return np.array([NormalDist(1, 0.5).inv_cdf(float(each)) for each in u])
    return np.where(u < 0.5, np.sqrt(2 * u), 2 - np.sqrt(2 * (1 - u)))


def density(flow: Flow, x: np.ndarray, t: float) -> np.ndarray:
    """p_t(x) = mean over x0 of p1((x − (1−t) x0)/t)/t: a copy of the prior for each point, shrunk onto it (row 40)."""
    points = np.asarray(flow.points)
    return (prior_density(flow.prior, (x[:, None] - (1 - t) * points) / t) / t).mean(1)


def velocity(flow: Flow, x: np.ndarray, t: float) -> np.ndarray:
    """f(x) = E[(x − x0)/t | x]: the weights are p1 of the back-projected point (row 39).

    Outside of every copy the nearest one leads.
    """
    points = np.asarray(flow.points)
    back = (x[:, None] - (1 - t) * points) / t
    weights = prior_density(flow.prior, back)
    lost = weights.sum(1) <= 1e-300
    if lost.any():
        weights[lost] = np.eye(len(points))[np.abs(back[lost] - 1).argmin(1)]
    return ((x[:, None] - points) / t * weights).sum(1) / weights.sum(1)


def trajectories(flow: Flow, start: np.ndarray, steps: int = STEPS, keep: int = FRAMES) -> np.ndarray:
    """From the prior at t = 1 to the points at t = 0 by Euler's steps. start (n,); (keep, n), equally spaced in t.

    The last step is exact: at t the velocity points straight to E[x0 | x].
    """
    every = steps // (keep - 1)
    times = np.linspace(1, 0, steps + 1)
    x, kept = start.astype(float), [start]
    for k, (t, s) in enumerate(zip(times, times[1:]), start=1):
        x = x + (s - t) * velocity(flow, x, t)
        if k % every == 0:
            kept.append(x)
    return np.stack(kept)


def flow_view(flow: Flow) -> dict:
    """Lines (hundredths, from t = 1 to 0), the density as bytes a row a time, and where the lines ended."""
    start = prior_quantile(flow.prior, (np.arange(flow.lines) + 0.5) / flow.lines)
    lines = trajectories(flow, start)
    x = np.linspace(LOW, HIGH, ROWS)
    times = np.linspace(1, 0, FRAMES)
    rows = np.stack([density(flow, x, max(t, 0.02)) for t in times])
    shares = [float((np.abs(lines[-1] - point) < 0.05).mean()) for point in sorted(set(flow.points))]
    wanted = [flow.points.count(point) / len(flow.points) for point in sorted(set(flow.points))]
    mass = float(rows[FRAMES // 2].sum() * (x[1] - x[0]))
    return {
        "lines": (100 * lines.T).round().astype(int).tolist(),
        "density": (255 * np.clip(rows / 1.6, 0, 1) ** 0.6).astype(int).tolist(),
        "low": LOW,
        "high": HIGH,
        "points": list(flow.points),
        "prior": PRIORS[flow.prior],
        "ends": [
            {"point": p, "share": round(s, 3), "wanted": round(w, 3)}
            for p, s, w in zip(sorted(set(flow.points)), shares, wanted)
        ],
        "mass": round(mass, 4),
    }
