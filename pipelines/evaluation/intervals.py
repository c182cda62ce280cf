"""A value with its confidence interval: of what is counted, and of what a bootstrap draws again, inside of what it can be."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

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


def bootstrap(
    statistic: Callable[..., float],
    *arrays,
    draws: int = 200,
    seed: int = 0,
    estimate: float | None = None,
    within: tuple[float, float] = ANYTHING,
) -> tuple[float, float]:
    """95 % interval of statistic(*arrays) when rows are drawn again, the same of every array (Efron 1979).

    The normal interval, estimate ± 1.96 deviations of the draws, and not their percentiles: a repeated row biases
    distances and diversities (the draws then lie beside the estimate), but their spread much less. arrays: (N, ...)
    each. within: the least and the greatest value there is; the interval stays between them, see `normal`.

    Raises:
        ValueError: arrays of different lengths, or of none.
    """
    arrays = [np.asarray(array) for array in arrays]
    lengths = [len(array) for array in arrays]
    n = lengths[0]
    if n < 1 or set(lengths) != {n}:
        raise ValueError(f"arrays of lengths {lengths} are not allowed; equal ones, at least 1.")
    values = [statistic(*(array[row] for array in arrays)) for row in _drawn_again(n, draws, seed)]
    return normal(statistic(*arrays) if estimate is None else estimate, values, within)


def bootstrap_counts(
    statistic: Callable[[np.ndarray], np.ndarray],
    n: int,
    draws: int = 200,
    seed: int = 0,
    estimate: float | None = None,
    within: tuple[float, float] = ANYTHING,
) -> tuple[float, float]:
    """`bootstrap` of a statistic of all draws at once: from how often each of n rows was drawn, (n, D), to (D,)."""
    counts = [np.bincount(row, minlength=n) for row in _drawn_again(n, draws, seed)]
    values = statistic(np.stack(counts, 1).astype(float))
    return normal(float(statistic(np.ones((n, 1)))[0]) if estimate is None else estimate, values, within)


def _drawn_again(n: int, draws: int, seed: int) -> Iterator[np.ndarray]:
    rng = np.random.default_rng(seed)
    return (rng.integers(n, size=n) for _ in range(draws))


class Figure(NamedTuple):
    """A value of n pictures with its 95 % interval; none for what is counted and not sampled."""

    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None

    @classmethod
    def share(cls, hits: Sequence[bool]) -> Figure:
        """Of pictures for which something holds; Wilson's interval."""
        return cls(float(np.mean(hits)), *wilson(int(np.sum(hits)), len(hits)), len(hits))

    @classmethod
    def of(
        cls,
        statistic: Callable[..., float],
        *arrays,
        draws: int = 200,
        seed: int = 0,
        within: tuple[float, float] = ANYTHING,
    ) -> Figure:
        """A statistic of pictures; bootstrap interval. within: the least and the greatest that it can be."""
        value = _inside(statistic(*arrays), within)
        return cls(
            value, *bootstrap(statistic, *arrays, draws=draws, seed=seed, estimate=value, within=within), len(arrays[0])
        )

    @classmethod
    def of_counts(
        cls,
        statistic: Callable[[np.ndarray], np.ndarray],
        n: int,
        draws: int = 200,
        seed: int = 0,
        within: tuple[float, float] = ANYTHING,
    ) -> Figure:
        """The same of a statistic of how often each of n pictures counts, (n, D) -> (D,), for many draws at once."""
        value = _inside(statistic(np.ones((n, 1)))[0], within)
        return cls(value, *bootstrap_counts(statistic, n, draws, seed, value, within), n)

    @classmethod
    def mean(
        cls, values: Sequence[float], draws: int = 200, seed: int = 0, within: tuple[float, float] = ANYTHING
    ) -> Figure:
        """Of a value a picture; bootstrap interval."""
        return cls.of(np.mean, np.asarray(values, float), draws=draws, seed=seed, within=within)

    def less(self, base: float) -> Figure:
        """As what it has above a value that is held to be known."""
        return Figure(self.value - base, self.low - base, self.high - base, self.n)

    def over(self, whole: float) -> Figure:
        """As a share of a value that is held to be known."""
        low, high = (None if end is None else end / whole for end in (self.low, self.high))
        return Figure(self.value / whole, low, high, self.n)


def _inside(value: float, within: tuple[float, float]) -> float:
    """A value that only rounding can have taken out of its range; nan stays."""
    return float(min(max(value, within[0]), within[1]))
