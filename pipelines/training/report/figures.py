"""Figures with interval and n, tables of them, sections of tables: what the report's JSON holds and the card shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...evaluation.intervals import ANYTHING, wilson
from ...evaluation.measures import bootstrap, bootstrap_counts


@dataclass(frozen=True)
class Figure:
    """A value of n pictures with its 95 % interval; none for what is counted and not sampled."""

    value: float
    n: int | None = None
    low: float | None = None
    high: float | None = None

    @classmethod
    def share(cls, hits: Sequence[bool]) -> Figure:
        """Of pictures for which something holds; Wilson's interval."""
        return cls(float(np.mean(hits)), len(hits), *wilson(int(np.sum(hits)), len(hits)))

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
        value = float(statistic(*arrays))
        interval = bootstrap(statistic, *arrays, draws=draws, seed=seed, estimate=value, within=within)
        return cls(value, len(arrays[0]), *interval)

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
        value = float(statistic(np.ones((n, 1)))[0])
        return cls(value, n, *bootstrap_counts(statistic, n, draws, seed, value, within))

    @classmethod
    def mean(
        cls, values: Sequence[float], draws: int = 200, seed: int = 0, within: tuple[float, float] = ANYTHING
    ) -> Figure:
        """Of a value a picture; bootstrap interval."""
        return cls.of(np.mean, np.asarray(values, float), draws=draws, seed=seed, within=within)

    def less(self, base: float) -> Figure:
        """As what it has above a value that is held to be known."""
        return Figure(self.value - base, self.n, self.low - base, self.high - base)

    def over(self, whole: float) -> Figure:
        """As a share of a value that is held to be known."""
        return Figure(
            self.value / whole, self.n, *(None if end is None else end / whole for end in (self.low, self.high))
        )


@dataclass
class Table:
    """rows: label -> a figure a column, None where it is not defined."""

    title: str
    first: str
    columns: list[str]
    rows: dict[str, list[Figure | None]] = field(default_factory=dict)

    def at(self, row: str, column: str) -> Figure | None:
        """The figure there; None where there is none."""
        return self.rows[row][self.columns.index(column)] if row in self.rows and column in self.columns else None


@dataclass
class Section:
    """name: key in the JSON; text: how it was measured, for the card; pictures: file names beside the card."""

    name: str
    title: str
    text: str
    tables: list[Table]
    pictures: list[str] = field(default_factory=list)


def shown(figure: Figure | None, n: int | None = None) -> str:
    """Such as 0.50 (0.44–0.56), with n where it is not `n`."""
    if figure is None:
        return ""
    interval = "" if figure.low is None else f" ({_number(figure.low)}–{_number(figure.high)})"
    return _number(figure.value) + interval + (f", n = {figure.n:,}" if figure.n is not None and figure.n != n else "")


def _number(value: float) -> str:
    """With two digits that count, or more before the point."""
    for least, form in ((1000, ",.0f"), (20, ".1f"), (0.095, ".2f")):
        if abs(value) >= least:
            return format(value, form)
    return format(value, ".2g")


def markdown(table: Table) -> str:
    """The table, with n of each row; a figure of another n says so."""
    lines = [
        f"**{table.title}**",
        "",
        "| " + " | ".join([table.first, "n", *table.columns]) + " |",
        "|---" * (len(table.columns) + 2) + "|",
    ]
    for label, figures in table.rows.items():
        counts = [figure.n for figure in figures if figure is not None and figure.n is not None]
        n = max(set(counts), key=counts.count) if counts else None
        cells = [label, "" if n is None else f"{n:,}", *(shown(figure, n) for figure in figures)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def loaded(section: dict) -> Section:
    """A section of a report that was read from JSON."""
    tables = [
        Table(
            **{
                **table,
                "rows": {
                    label: [None if f is None else Figure(**f) for f in row] for label, row in table["rows"].items()
                },
            }
        )
        for table in section["tables"]
    ]
    return Section(**{**section, "tables": tables})
