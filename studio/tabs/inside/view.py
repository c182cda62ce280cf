"""A trace as the page and programs take it: dictionaries that JSON can hold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...page.status import note_list
from ...recipe.prompts import read
from ...recipe.setting import setting_of
from ...recipe.specs import plain
from ...recipe.vocabulary import vocabulary
from ...words import WORDS
from .film import FORMATS, PER_ROW, sheet
from .trace import NUMBERS, Trace


def levels(trace: Trace) -> list[dict[str, Any]]:
    """Of every moment: a, b, the noise level in [0, 1], σ = b/a and log a²/b²; None for what is infinite."""
    return [
        {
            "a": _short(a, 6),
            "b": _short(b, 6),
            "level": _short(2 / math.pi * math.atan2(b, a)),
            "sigma": _short(b / a),
            "log_snr": _short(2 * math.log(a / b)) if b else None,
        }
        for a, b in trace.levels
    ]


def numbers(trace: Trace) -> dict[str, list[list[float | None]]]:
    """name -> moments × seeds; None where there is no number."""
    return {name: [[_short(v) for v in row] for row in trace.numbers[name].tolist()] for name in NUMBERS}


def trajectory(trace: Trace) -> dict[str, Any]:
    """For programs: everything but the pictures."""
    return {
        "recipe": trace.recipe.flat(),
        "seed": trace.seed,
        "steps": trace.steps,
        "done": trace.done,
        "levels": levels(trace),
        "numbers": numbers(trace),
        "frames": [frame.moment for frame in trace.frames],
        "calls": trace.calls,
        "extra_calls": trace.extra,
        "calls_a_step": trace.looks,
        "seconds": round(trace.seconds, 3),
    }


def view(trace: Trace, name: str) -> dict[str, Any]:
    """For the page: the same, with the frames as three sheets. name: by which a film of it is asked for."""
    setting = setting_of(trace.recipe)
    films = {kind: each.missing for kind, each in FORMATS.items()}
    pulls = any(setting.numbers[1:]) or setting.further
    return trajectory(trace) | {
        "id": name,
        "row": trace.row,
        "sheets": {
            "x": sheet([frame.x for frame in trace.frames]),
            "x0": sheet([frame.x0 for frame in trace.frames]),
            "heat": sheet([frame.heat for frame in trace.frames]),
        },
        "per_row": PER_ROW,
        "size": list(trace.frames[0].x.shape[1::-1]),
        "peaks": [_short(frame.peak) for frame in trace.frames],
        "kind": setting.kind,
        "rule": setting._replace(pulls=()).kind,
        "pull": pull_kind(setting) if pulls else "",
        "title": setting.title,
        "short": setting.short,
        "asked": asked(trace),
        "label": _label(trace),
        "thinned": trace.thinned,
        "films": films,
        "notes": note_list((), trace.notes),
        "remarks": remarks(trace, bool(pulls)),
    }


def remarks(trace: Trace, pulls: bool) -> list[str]:
    """Keys of what a reader of the plots has to know of this sampler."""
    recipe = trace.recipe
    found = ["inside_latent"] if trace.latent else []
    found += ["inside_mean"] if pulls and getattr(recipe.sampler, "route", "") == "mean" else []
    if (own := f"inside_{type(recipe.sampler).__name__.lower()}") in WORDS:  # what it shows is read in a way of its own
        return [*found, own]
    return [*found, "inside_looks"] if trace.looks > 1 else found


def pull_kind(setting) -> str:
    """The colour of what pulls: that of the classifier or of CLIP when it is alone, else that of a mixture."""
    alone = setting._replace(rule=plain(0.0))
    return alone.kind if alone.kind in ("classifier", "clip") else "mixed"


def asked(trace: Trace) -> str:
    """What was asked for: the words of the recipe."""
    recipe = trace.recipe
    return " · ".join(filter(None, (recipe.style, recipe.prompt or recipe.category)))


def _label(trace: Trace) -> list[str] | None:
    """The class that the scores are about, in English and Chinese."""
    label = read(trace.recipe).label
    return label and [label, vocabulary(trace.recipe.world).categories.get(label, label)]


def live(picture: Sequence[np.ndarray], index: int, total: int) -> dict[str, Any]:
    """The run as it goes on: x_t and x̂0 of one moment, (H, W, 3) uint8."""
    x, x0 = map(sheet, ([picture[0]], [picture[1]]))
    return {"live": {"x": x, "x0": x0, "index": index, "total": total, "size": list(picture[0].shape[1::-1])}}


def _short(value: float, digits: int = 5) -> float | None:
    """Few digits; None for nan and infinity, which JSON does not have."""
    return float(f"{value:.{digits}g}") if math.isfinite(value) else None
