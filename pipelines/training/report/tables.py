"""Tables of figures, sections of tables: what the report's JSON holds and the card shows."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...evaluation.intervals import Figure


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
