"""Confidence intervals of what is counted, and of what a bootstrap draws again, inside of what a value can be."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

Z95 = 1.959963984540054  # two-sided 95 % of a normal distribution


def wilson(hits: int, n: int, z: float = Z95) -> tuple[float, float]:
    """Interval of a share (Wilson 1927): sensible for few pictures and for shares of 0 and 1.

    Raises:
        ValueError: n < 1, or hits outside 0..n.
    """
    if n < 1 or not 0 <= hits <= n:
        raise ValueError(f"hits = {hits}, n = {n} is not allowed; n at least 1 and hits from 0 to n.")
    share, square = hits / n, z * z
    centre = (share + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


# What a value can be: the least and the greatest.
ANYTHING, ABOVE_ZERO = (-math.inf, math.inf), (0.0, math.inf)
SHARE, COSINE, CHORD = (0.0, 1.0), (-1.0, 1.0), (0.0, 2.0)  # CHORD: the distance of two vectors of length 1


def normal(value: float, drawn: Sequence[float], within: tuple[float, float] = ANYTHING) -> tuple[float, float]:
    """Normal interval of an estimate from the spread of what a bootstrap drew, `value` ± 1.96 deviations.

    within: the least and the greatest that the value can be. Then the deviations are those on a scale on which a share
    has the same spread everywhere, the angle asin √ between two ends and √ above one (Anscombe 1948; Bartlett 1936): the
    interval holds the value, is short on the side of a near end and never leaves the range. Values that were drawn and
    are not finite are left out.
    """
    drawn = np.asarray(drawn, float)
    drawn = drawn[np.isfinite(drawn)]
    there, back, (least, most) = _scale(*within)
    middle = float(there(value))
    spread = Z95 * float(np.std(there(drawn), ddof=1)) if len(drawn) > 1 and np.ptp(drawn) else 0.0
    if spread == 0:
        return value, value
    low, high = back(max(middle - spread, least)), back(min(middle + spread, most))
    return min(low, value), max(high, value)  # it is between them but for rounding


def _scale(low: float, high: float):
    """To a scale of even spread, of arrays; back, of one number; and the two ends there."""
    if not math.isfinite(low):
        return np.asarray, float, ANYTHING
    if not math.isfinite(high):
        return (
            lambda values: np.sqrt(np.maximum(np.subtract(values, low), 0)),
            lambda end: low + end**2,
            (0.0, math.inf),
        )
    width = high - low
    if width <= 0:
        return np.zeros_like, lambda end: low, (0.0, 0.0)
    return (
        lambda values: np.arcsin(np.sqrt(np.clip(np.subtract(values, low) / width, 0, 1))),
        lambda end: min(low + width * math.sin(end) ** 2, high),
        (0.0, math.pi / 2),
    )
