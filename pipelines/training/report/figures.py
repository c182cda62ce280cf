"""Figures with interval and n, tables of them, sections of tables: what the report's JSON holds and the card shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ...intervals import wilson
from ...measures import bootstrap


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
    def of(cls, statistic: Callable[..., float], *arrays, draws: int = 200, seed: int = 0) -> Figure:
        """A statistic of pictures; bootstrap interval."""
        value = float(statistic(*arrays))
        return cls(value, len(arrays[0]), *bootstrap(statistic, *arrays, draws=draws, seed=seed, estimate=value))

    @classmethod
    def mean(cls, values: Sequence[float], draws: int = 200, seed: int = 0) -> Figure:
        """Of a value a picture; bootstrap interval."""
        return cls.of(np.mean, np.asarray(values, float), draws=draws, seed=seed)

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
    """ "0.50 (0.44–0.56)", with n where it is not `n`."""
    if figure is None:
        return ""
    number = lambda v: (
        f"{v:,.0f}" if abs(v) >= 1000 else f"{v:.1f}" if abs(v) >= 20 else f"{v:.3g}" if abs(v) < 0.095 else f"{v:.2f}"
    )  # noqa: E731
    interval = "" if figure.low is None else f" ({number(figure.low)}–{number(figure.high)})"
    return number(figure.value) + interval + (f", n = {figure.n:,}" if figure.n is not None and figure.n != n else "")


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
