"""One sample at one time as x0, ε, score and v: four names of one thing. In converting nothing is lost."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pipelines.declarations.options import check, number

from ...words.reasons import reason_of
from .setting import all_at_once

SIDE = 192  # pixels of a shown picture


@dataclass(frozen=True)
class FourViews:
    """picture: which of the held-out ones. at: 0 almost clean, 1 almost noise. seed: of the noise.

    Raises:
        OptionError: naming the field, its value and what is allowed.
    """

    picture: int = number(184, low=0, high=399)
    at: float = number(0.5, low=0, high=1)
    seed: int = number(0, low=0, high=2**32 - 1)

    def __post_init__(self):
        check(self)

    @classmethod
    def parse(cls, raw: Any) -> FourViews:
        """From the page."""
        return all_at_once("views", raw, cls, ("picture", "at", "seed"))


@lru_cache(maxsize=1)
def _pictures():
    from pipelines.worlds.reference import load_reference

    found = load_reference("emoji")
    return found.pictures.double(), found.names


def round_trips(x, prediction, t) -> dict[str, float]:
    """Largest error of x0 and ε after going through each view and back, in float64."""
    from pipelines.process.prediction import Prediction

    views = {"x0": prediction.x0, "eps": prediction.eps, "score": prediction.score(t), "v": prediction.v(t)}
    errors = {}
    for name, value in views.items():
        back = Prediction.of(name, x, value, t)
        errors[name] = max(float((back.x0 - prediction.x0).abs().max()), float((back.eps - prediction.eps).abs().max()))
    return errors


def four_views(asked: FourViews) -> dict:
    """A picture and a point of the plane, with the noise that was put on them."""
    import torch

    from pipelines.process.prediction import Prediction

    from .plane import Plane, schedule
    from .presets import PRESETS

    t = schedule().at(round(asked.at * (len(schedule()) - 1)))
    generator = torch.Generator().manual_seed(asked.seed)
    plane = Plane(tuple(PRESETS["three"]), torch.float64)
    x0, labels = plane.mixture.sample(1, generator)
    eps = torch.randn(1, 2, generator=generator, dtype=torch.float64)
    x = t.a * x0 + t.b * eps
    known = plane.mixture.predict(x, t)  # E[x0 | x]: what the best network says
    point = {
        "x": _row(x),
        "x0": _row(known.x0),
        "eps": _row(known.eps),
        "score": _row(known.score(t)),
        "v": _row(known.v(t)),
        "true_x0": _row(x0),
        "errors": round_trips(x, known, t),
    }
    shown = {"t": {"index": t.index, "a": t.a, "b": t.b}, "point": point}
    try:
        pictures, names = _pictures()
    except ValueError as error:  # a world without its held-out pictures: the point is shown alone
        return shown | {"picture": None, "why": reason_of(error)}
    k = asked.picture % len(pictures)
    x0 = pictures[k : k + 1]
    eps = torch.randn(x0.shape, generator=generator, dtype=torch.float64)
    truth = Prediction(x0, eps)
    x = t.a * x0 + t.b * eps
    tiles = {"x": x, "x0": truth.x0, "eps": eps / 3, "score": truth.score(t) * t.b / 3, "v": truth.v(t) / 2}
    return shown | {
        "picture": {
            "name": names[k],
            "tiles": {name: _png(tile[0]) for name, tile in tiles.items()},
            "errors": round_trips(x, truth, t),
        }
    }


def _row(values) -> list[float]:
    return [round(float(v), 6) for v in values[0]]


def _png(picture) -> str:
    """(3, H, W) in [−1, 1] as a data URL, enlarged with hard edges: noise is of single pixels."""
    from PIL import Image

    array = ((picture.clamp(-1, 1) / 2 + 0.5) * 255).round().byte().permute(1, 2, 0).numpy()
    held = io.BytesIO()
    Image.fromarray(array).resize((SIDE, SIDE), Image.Resampling.NEAREST).save(held, "PNG")
    return "data:image/png;base64," + base64.b64encode(held.getvalue()).decode()
