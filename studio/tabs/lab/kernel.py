"""One guided step on the plane: the exact p(x'|x, y), the Gaussian that a sampler draws in its place, and how far they are apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipelines.declarations.options import OptionError, check, choice, number

from .presets import EDGE, PRESETS
from .setting import all_at_once

SIDE = 64  # of the grids, in cells
REACH = 3.6  # deviations that the grid shows around the means
COUNTS = (2, 3, 5, 8, 12, 20, 32, 50, 80, 125, 200)  # numbers of steps at which the distance is measured


@dataclass(frozen=True)
class Step:
    """preset, label: the mixture and y. x, y: where the step begins. at: its time, from clean, 0, to noise, 1. steps: of the
    whole run, so that it is 1/steps long. gradient: of log p(y|·), at x_t or at μ. variance: σ².

    Raises:
        OptionError: naming the field, its value and what is allowed.
    """

    preset: str = choice("three", tuple(PRESETS))
    label: int = number(1, low=0, high=11)
    x: float = number(0.3, low=-EDGE, high=EDGE)
    y: float = number(0.4, low=-EDGE, high=EDGE)
    at: float = number(0.5, low=0, high=1)
    steps: int = number(8, low=2, high=250)
    gradient: str = choice("x", ("x", "mean"))
    variance: str = choice("beta_tilde", ("beta_tilde", "beta"))

    def __post_init__(self):
        check(self)
        there = sorted({part[4] for part in PRESETS[self.preset]})
        if self.label not in there:
            raise OptionError("label", self.label, "class_there", classes=there)

    @classmethod
    def parse(cls, raw: Any) -> Step:
        """From the page."""
        return all_at_once("kernel", raw, cls, tuple(cls.__dataclass_fields__))


def kernel_view(asked: Step) -> dict:
    """Both densities on one grid as bytes, where their means are, their distance, and that for other numbers of steps.

    A distance is total variation, the share of the probability that is in the wrong place: 0 to 1.
    """
    import torch

    from pipelines.exact import first_order_kernel, reverse_kernel

    from .plane import Plane, schedule

    law, levels = Plane(tuple(PRESETS[asked.preset]), torch.float64).mixture, schedule()
    t = levels.at(max(round(asked.at * (len(levels) - 1)), 2))
    x = torch.tensor([asked.x, asked.y], dtype=torch.float64)

    def pair(steps: int, label: int | None):
        s = levels.at(max(t.index - max(round(len(levels) / steps), 1), 1))
        exact = reverse_kernel(law, x, t, s)
        approximate = first_order_kernel(law, x, t, s, label, asked.gradient, asked.variance)
        return exact if label is None else exact.of(label), approximate, s

    exact, approximate, s = pair(asked.steps, asked.label)
    middle, reach, cells = _window(exact, approximate)
    p, q = (_on(law_, cells) for law_ in (exact, approximate))
    top = max(float(p.max()), float(q.max()))
    plain = first_order_kernel(law, x, t, s, None, variance=asked.variance)
    return {
        "t": {"a": t.a, "b": t.b},
        "s": {"a": s.a, "b": s.b},
        "components": [list(part) for part in PRESETS[asked.preset]],
        "window": {"x": _short(middle[0]), "y": _short(middle[1]), "reach": _short(reach)},
        "exact": (255 * (p / top)).round().int().tolist(),
        "approximate": (255 * (q / top)).round().int().tolist(),
        "gap": (255 * ((p - q) / top)).round().int().tolist(),
        "means": {
            "plain": [_short(v) for v in plain.means[0]],
            "approximate": [_short(v) for v in approximate.means[0]],
            "exact": [_short(v) for v in exact.mean()],
        },
        "distance": _short(distance(exact, approximate)),
        "without": _short(distance(*pair(asked.steps, None)[:2])),
        "deviations": _short((exact.mean() - approximate.means[0]).norm() / approximate.covariances[0, 0, 0].sqrt()),
        "likely": _short(law.log_prob(x[None], t, asked.label).exp()),
        "counts": list(COUNTS),
        "distances": [_short(distance(*pair(count, asked.label)[:2])) for count in COUNTS],
        "distances_without": [_short(distance(*pair(count, None)[:2])) for count in COUNTS],
    }


def distance(p, q) -> float:
    """Total variation of two laws of the plane, 1 − ∫ min(p, q), on a grid that holds both."""
    _, reach, cells = _window(p, q)
    shared = _on(p, cells).minimum(_on(q, cells)).sum() * (2 * reach / SIDE) ** 2
    return min(max(1 - float(shared), 0.0), 1.0)


def _window(p, q):
    """The middle, (2,), half the side, and the cells, (SIDE², 2), of a square with both laws in it; rows from the top."""
    import torch

    means, widths = torch.stack([p.mean(), q.mean()]), [law.covariance().diagonal().max().sqrt() for law in (p, q)]
    middle = means.mean(0)
    reach = float(max(REACH * width for width in widths) + (means - middle).abs().max())
    line = ((torch.arange(SIDE, dtype=middle.dtype) + 0.5) / SIDE * 2 - 1) * reach
    cells = torch.stack(torch.meshgrid(line, line.flip(0), indexing="xy"), -1).reshape(-1, 2) + middle
    return middle, reach, cells


def _on(law, cells):
    from pipelines.process.times import CLEAN

    return law.log_density(cells, CLEAN).exp()


def _short(value) -> float:
    return float(f"{float(value):.4g}")
