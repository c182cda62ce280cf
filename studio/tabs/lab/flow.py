"""The 1-D flow along straight lines: x_t = (1−t) x0 + t x1, of a few points and any prior, in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.declarations.options import OptionError, check, choice, number
from pipelines.declarations.phrases import Phrase

from ...recipe.lists import numbers
from ...recipe.values import short
from .setting import all_at_once

DEMO = (0.5, 0.5, 1.2, 1.7)
LOW, HIGH = -1.0, 3.0
MAX_POINTS = 12
FRAMES, ROWS = 81, 200  # of the density
STEPS = 400
SHOWN = {"uniform": (0.0, 2.0), "normal": (-0.5, 2.5), "triangle": (0.0, 2.0)}  # where the prior is drawn
PRIORS = {"uniform": "U[0, 2]", "normal": "N(1, 0.5²)", "triangle": "triangular on [0, 2]"}


@dataclass(frozen=True)
class Flow:
    """points: x0, equally likely, numbers or a text of them, see `studio.recipe.lists`. prior: the law at t = 1. lines: trajectories that are drawn.

    Raises:
        OptionError: naming the field, its value and what is allowed.
    """

    points: tuple = DEMO
    prior: str = choice("uniform", tuple(PRIORS))
    lines: int = number(41, low=2, high=120)

    def __post_init__(self):
        check(self)
        wanted = Phrase("some_numbers", most=MAX_POINTS, low=LOW, high=HIGH)
        points = numbers("points", self.points, MAX_POINTS) if isinstance(self.points, str) else self.points
        if not isinstance(points, (list, tuple)) or not 1 <= len(points) <= MAX_POINTS:
            raise OptionError("points", short(points), wanted)
        for i, value in enumerate(points):
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not LOW <= value <= HIGH:
                raise OptionError(f"points[{i}]", short(value), wanted)
        object.__setattr__(self, "points", tuple(float(value) for value in points))

    @classmethod
    def parse(cls, raw: Any) -> Flow:
        """From the page."""
        return all_at_once("flow", raw, cls, ("points", "prior", "lines"))


def superposition(flow: Flow):
    """The flow itself, a `pipelines.flows.Superposition`."""
    import torch

    from pipelines.flows import PATHS, Superposition

    from .priors import PRIOR

    return Superposition(PATHS["straight"], PRIOR[flow.prior], torch.tensor(flow.points, dtype=torch.float64)[:, None])


def prior_quantile(prior: str, u: np.ndarray) -> np.ndarray:
    """F⁻¹(u) of the prior."""
    if prior == "uniform":
        return 2 * u
    if prior == "normal":
        from statistics import NormalDist

        return np.array([NormalDist(1, 0.5).inv_cdf(float(each)) for each in u])
    return np.where(u < 0.5, np.sqrt(2 * u), 2 - np.sqrt(2 * (1 - u)))


def density(flow: Flow, x: np.ndarray, t: float) -> np.ndarray:
    """p_t(x): a copy of the prior for each point, shrunk onto it (row 40). (n,) -> (n,)"""
    import torch

    return superposition(flow).density(torch.from_numpy(x)[:, None], t).numpy()


def trajectories(flow: Flow, start: np.ndarray, steps: int = STEPS, keep: int = FRAMES) -> np.ndarray:
    """From the prior at t = 1 to the points at t = 0 by Euler's steps. start (n,); (keep, n), equally spaced in t."""
    import torch

    times = np.linspace(1, 0, steps + 1).tolist()
    found = superposition(flow).trajectories(torch.from_numpy(start.astype(float))[:, None], times)
    return found[:: steps // (keep - 1), :, 0].numpy()


def flow_view(flow: Flow) -> dict:
    """Lines (thousandths, from t = 1 to 0), the density as bytes a row a time, and where the lines ended."""
    start = prior_quantile(flow.prior, (np.arange(flow.lines) + 0.5) / flow.lines)
    lines = trajectories(flow, start)
    low, high = min(*flow.points, SHOWN[flow.prior][0]) - 0.15, max(*flow.points, SHOWN[flow.prior][1]) + 0.15
    x = np.linspace(low, high, ROWS)
    times = np.linspace(1, 0, FRAMES)
    rows = np.stack([density(flow, x, max(t, 0.02)) for t in times])
    shares = [float((np.abs(lines[-1] - point) < 0.05).mean()) for point in sorted(set(flow.points))]
    wanted = [flow.points.count(point) / len(flow.points) for point in sorted(set(flow.points))]
    mass = float(rows[FRAMES // 2].sum() * (x[1] - x[0]))
    return {
        "lines": (1000 * lines.T).round().astype(int).tolist(),
        "density": (255 * np.clip(rows / 1.6, 0, 1) ** 0.6).astype(int).tolist(),
        "low": low,
        "high": high,
        "points": list(flow.points),
        "prior": PRIORS[flow.prior],
        "ends": [
            {"point": p, "share": round(s, 3), "wanted": round(w, 3)}
            for p, s, w in zip(sorted(set(flow.points)), shares, wanted)
        ],
        "mass": round(mass, 4),
    }
