"""Confidence intervals of what is counted."""

from __future__ import annotations

import math

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
