"""The flow on the plane: a prior, also one that is drawn or known by samples, carried to points along a family of paths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipelines.declarations.options import OptionError, check, choice, number
from pipelines.declarations.phrases import Phrase

from ...recipe.values import short
from .presets import EDGE, PRESETS
from .setting import all_at_once

PATHS = ("straight", "trigonometric", "exploding", "spiral")
PRIORS = ("gaussian", "uniform", "sampled", "drawn")
FIELDS = ("own", "equal", "half")
DATA = ("three", "ring", "grid")
MAX_STROKES, MAX_NUMBERS = 60, 4000
# A drawn smile, to begin with.
STROKES = (
    (-1.7, 0.2, -1.3, -0.9, -0.5, -1.5, 0.5, -1.5, 1.3, -0.9, 1.7, 0.2),
    (-0.9, 1.3, -0.9, 1.7),
    (0.9, 1.3, 0.9, 1.7),
)
STEPS, KEPT = 48, 25  # of Euler's method, and of them shown
SHOWN_PATHS = 80
TIMES = (0.95, 0.8, 0.65, 0.5, 0.4, 0.3, 0.2, 0.1)  # at which the residual is measured
PROBED = 80  # points that it is measured at
NEAR = 0.02  # of a point that was reached


@dataclass(frozen=True)
class Carried:
    """data: the points x0, the means of a preset. prior: the law at t = 1; strokes: of a drawn one, (x, y, x, y, ...) each.
    path: the family, and turns: of the curved one. field: "own", the superposition; "equal", the plain mean of all lines;
    "half", its own at half the speed. points: that are carried.

    Raises:
        OptionError: naming the field, its value and what is allowed.
    """

    data: str = choice("three", DATA)
    prior: str = choice("gaussian", PRIORS)
    path: str = choice("straight", PATHS)
    field: str = choice("own", FIELDS)
    strokes: tuple = STROKES
    turns: float = number(0.5, low=-2, high=2)
    points: int = number(240, low=20, high=800)
    seed: int = number(0, low=0, high=2**32 - 1)

    def __post_init__(self):
        check(self)
        wanted = Phrase("strokes", most=MAX_STROKES, numbers=MAX_NUMBERS, edge=EDGE)
        fits = isinstance(self.strokes, (list, tuple)) and 1 <= len(self.strokes) <= MAX_STROKES
        if not fits or any(not isinstance(each, (list, tuple)) or not each or len(each) % 2 for each in self.strokes):
            raise OptionError("strokes", short(self.strokes), wanted)
        for i, stroke in enumerate(self.strokes):
            for value in stroke:
                if isinstance(value, bool) or not isinstance(value, (int, float)) or not -EDGE <= value <= EDGE:
                    raise OptionError(f"strokes[{i}]", short(value), wanted)
        if sum(map(len, self.strokes)) > MAX_NUMBERS:
            raise OptionError("strokes", short(self.strokes), wanted)
        object.__setattr__(self, "strokes", tuple(tuple(map(float, stroke)) for stroke in self.strokes))

    @classmethod
    def parse(cls, raw: Any) -> Carried:
        """From the page."""
        return all_at_once("paths", raw, cls, tuple(cls.__dataclass_fields__))


def paths_view(asked: Carried) -> dict:
    """Where the points are at each shown time, from t = 1 to 0, as whole hundredths; where they end; and how far each field
    is from the continuity equation over the run: the mean of |∂p/∂t + ∇·(f p)|/p where p is.
    """
    import torch

    from pipelines.flows import PATHS as FAMILIES
    from pipelines.flows import Spiral, Superposition, relative_residual

    from .priors import plane_prior

    data = torch.tensor([part[:2] for part in PRESETS[asked.data]], dtype=torch.float64)
    path = Spiral(asked.turns) if asked.path == "spiral" else FAMILIES[asked.path]
    prior, generator = plane_prior(asked.prior, asked.strokes), torch.Generator().manual_seed(asked.seed)
    flow = Superposition(path, prior, data)

    class Equal(Superposition):
        def weights(self, x, t):
            return torch.full((len(x), len(self.points)), 1 / len(self.points), dtype=x.dtype)

    class Half(Superposition):
        def field(self, x, t):
            return 0.5 * super().field(x, t)

    fields = {"own": flow, "equal": Equal(path, prior, data), "half": Half(path, prior, data)}

    def drawn(n: int, t: float):
        return path.at(data[torch.randint(len(data), (n,), generator=generator)], prior.sample(n, generator), t)

    times = torch.linspace(1, 0, STEPS + 1, dtype=torch.float64).tolist()
    states = fields[asked.field].trajectories(drawn(asked.points, 1.0), times)
    nearest = (states[-1][:, None] - data).norm(dim=-1).min(1)
    reached = nearest.values < NEAR
    shares = torch.bincount(nearest.indices[reached], minlength=len(data)) / asked.points
    residuals = {name: [] for name in FIELDS}
    for t in TIMES:
        x = drawn(PROBED, t)
        for name, law in fields.items():
            found = relative_residual(flow.log_density, law.field, x, t)
            residuals[name].append(float(f"{float(found[found.isfinite()].abs().median()):.3g}"))
    keep = range(0, STEPS + 1, STEPS // (KEPT - 1))
    return {
        "data": _flat(data),
        "times": [times[k] for k in keep],
        "frames": [_flat(states[k]) for k in keep],
        "paths": [_flat(states[:, k]) for k in range(min(SHOWN_PATHS, asked.points))],
        "ends": nearest.indices.tolist(),
        "reached": round(float(reached.double().mean()), 4),
        "shares": [round(float(each), 4) for each in shares],
        "probed": list(TIMES),
        "residuals": residuals,
    }


def _flat(points) -> list[int]:
    return (100 * points).nan_to_num(9999).clamp(-9999, 9999).round().int().flatten().tolist()
