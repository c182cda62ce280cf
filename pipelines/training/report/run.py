"""All sections in turn, the curves, and the file that the card is written from."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from datetime import date
from pathlib import Path

from ...evaluation.intervals import Figure
from . import agreement, auto, conditions, cost, curves, enlarged, fidelity, guides, noise, novelty, paint, retrieval
from .context import Context
from .tables import Section
from .targets import targets

SECTIONS = (agreement, fidelity, retrieval, novelty, paint, noise, guides, auto, conditions, enlarged, cost)
REPORT = "report.json"


def measure(context: Context) -> Path:
    """Write the world's report.json and the pictures of its sections, and return the file."""
    began, found = time.perf_counter(), {}
    for part in SECTIONS:
        section = part.measure(context)
        name = part.__name__.rsplit(".", 1)[-1]
        if section is None:
            continue
        found[section.name] = section
        context.say(f"{name}: done after {time.perf_counter() - began:.0f} s")
    curves.curves(found, context.setup, context.gammas).save(context.folder / "curves.png", optimize=True)
    if "noise" in found:
        curves.noise(found["noise"]).save(context.folder / "noise.png", optimize=True)
    report = dict(
        world=context.world,
        n=context.n,
        steps=context.steps,
        seed=context.seed,
        sampler="DDIM",
        precision=context.dtype,
        quick=context.quick,
        date=date.today().isoformat(),
        minutes=round((time.perf_counter() - began) / 60, 1),
        targets=targets(context.world, found, context.setup, context.folder.parent.parent),
        left_out=context.left_out,
        sections=[as_json(section) for section in found.values()],
    )
    file = context.folder / REPORT
    file.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return file


def as_json(section: Section) -> dict:
    """A section as plain lists and dicts; figures rounded to what they are known to."""
    return _rounded(asdict(section))


def _rounded(value):
    if isinstance(value, Figure):
        value = value._asdict()
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list) else value
