"""Mixtures in the plane to begin with, and scenes: settings that show one thing each. Plain values only."""

from __future__ import annotations

import math

EDGE = 3.2  # a canvas shows ± this
Component = tuple[float, float, float, float, int]  # x, y, deviation, weight before normalising, class


def _ring(n: int = 8, radius: float = 1.6) -> list[Component]:
    angles = [2 * math.pi * k / n for k in range(n)]
    return [
        (round(radius * math.cos(a), 3), round(radius * math.sin(a), 3), 0.24, 1.0, k) for k, a in enumerate(angles)
    ]


def _moons(n: int = 12) -> list[Component]:
    arcs = [math.pi * (k + 0.5) / n for k in range(n)]
    upper = [(round(1.15 * math.cos(a) - 0.55, 3), round(1.15 * math.sin(a) - 0.25, 3), 0.16, 1.0, 0) for a in arcs]
    lower = [(round(0.55 - 1.15 * math.cos(a), 3), round(0.25 - 1.15 * math.sin(a), 3), 0.16, 1.0, 1) for a in arcs]
    return upper + lower


PRESETS: dict[str, list[Component]] = {
    "two": [(-0.8, 0.0, 0.7, 1.0, 0), (0.8, 0.0, 0.7, 1.0, 1)],
    "three": [(0.0, 1.5, 0.5, 0.5, 0), (1.3, -0.8, 0.6, 0.3, 1), (-1.4, -0.6, 0.4, 0.2, 2)],
    "ring": _ring(),
    "grid": [(1.5 * (k % 3 - 1), 1.5 * (k // 3 - 1), 0.35, 1.0, k % 3) for k in range(9)],
    "moons": _moons(),
}


COINCIDE = ("ClassifierFree", "Classifier")  # the two of equation 25


def free(w: float) -> dict:
    """Classifier-free guidance alone."""
    return {"rule": {"name": "ClassifierFree", "w": w}, "pull": None}


SCENES: dict[str, dict] = {
    "plain": {"components": PRESETS["three"], "label": 0, "sampler": {"name": "DDIM"}, **free(0.0)},
    "classifier_free": {"components": PRESETS["three"], "label": 0, "sampler": {"name": "DDIM"}, **free(3.0)},
    "classifier": {
        "components": PRESETS["three"],
        "label": 0,
        "sampler": {"name": "DDIM"},
        "rule": {"name": "ClassifierFree", "w": -1.0},
        "pull": {"name": "Classifier", "gamma": 4.0},
    },
    "not_tilted": {"components": PRESETS["two"], "label": 0, "sampler": {"name": "DDPM"}, **free(4.0)},
    "modes": {"components": PRESETS["grid"], "label": 1, "sampler": {"name": "DDIM"}, **free(2.0)},
    "auto": {
        "components": PRESETS["moons"],
        "label": 0,
        "sampler": {"name": "DDIM"},
        "rule": {"name": "Auto", "w": 1.0},
        "pull": None,
    },
}
