"""The report's curves as pictures, drawn with Pillow alone, so that a report needs no more than the studio does."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from ...evaluation.intervals import Figure
from .setup import Setup
from .tables import Section

WIDTH, HEIGHT, RIM, SCALE = 300, 210, 38, 2
COLOURS = ("#3b5bdb", "#e8590c", "#2b8a3e", "#9c36b5")
INK, FAINT = "#343a40", "#dee2e6"
LATIN = str.maketrans({"é": "e", "γ": "gamma"})  # Pillow's own font has no others, and machines differ in theirs

Line = tuple[str, Sequence[Figure | None]]


def panel(title: str, ticks: Sequence[str], lines: Sequence[Line], share: bool = False) -> Image.Image:
    """Lines over equally spaced ticks, each point with its interval. share: the axis goes from 0 to 1."""
    image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(11 * SCALE)
    left, right, top, bottom = (v * SCALE for v in (RIM, WIDTH - 14, 34, HEIGHT - 26))
    ends = [
        end for _, figures in lines for f in figures if f for end in (f.value, f.low, f.high) if end is not None
    ] or [0, 1]
    low, high = (0.0, 1.0) if share else (min(0.0, *ends), max(*ends, 1e-9) * 1.05)
    x = lambda k: left + (right - left) * (k + 0.5) / len(ticks)  # noqa: E731
    y = lambda value: bottom - (bottom - top) * (value - low) / (high - low)  # noqa: E731
    for step in range(5):
        value = low + (high - low) * step / 4
        draw.line([left, y(value), right, y(value)], FAINT, SCALE)
        draw.text((left - 5 * SCALE, y(value)), f"{value:.3g}", INK, font, "rm")
    for k, tick in enumerate(ticks):
        draw.text((x(k), bottom + 5 * SCALE), tick, INK, font, "mt")
    draw.text((6 * SCALE, 5 * SCALE), title.translate(LATIN), INK, font)
    at = right
    for colour, (label, figures) in reversed(list(zip(COLOURS, lines))):
        label = label.translate(LATIN)
        points = [(x(k), figure) for k, figure in enumerate(figures) if figure]
        draw.line([(px, y(f.value)) for px, f in points], colour, 2 * SCALE, "curve")
        for px, f in points:
            if f.low is not None:
                draw.line([px, y(max(f.low, low)), px, y(min(f.high, high))], colour, SCALE)
            draw.ellipse([px - 3 * SCALE, y(f.value) - 3 * SCALE, px + 3 * SCALE, y(f.value) + 3 * SCALE], colour)
        draw.text((at, 19 * SCALE), label, colour, font, "rt")
        at -= draw.textlength(label, font) + 9 * SCALE
    return image


def board(panels: Sequence[Sequence[Image.Image]]) -> Image.Image:
    """Rows of panels on one picture."""
    width, height = panels[0][0].size
    whole = Image.new("RGB", (width * max(map(len, panels)), height * len(panels)), "white")
    for row, images in enumerate(panels):
        for column, image in enumerate(images):
            whole.paste(image, (column * width, row * height))
    return whole


def curves(sections: dict[str, Section], setup: Setup, gammas: Sequence[float]) -> Image.Image:
    """Agreement, distance, precision and recall, diversity: a row against w, a row against γ where there is one."""
    heads = list(setup.heads)
    fidelity, agreement = sections["fidelity"].tables[0], sections["agreement"].tables[0]
    rows = []
    for knob, values, labels in (
        ("w", setup.strengths, [f"w = {w:g}" for w in setup.strengths]),
        ("γ", (0, *gammas), ["w = 0", *(f"w = 0, γ = {gamma:g}" for gamma in gammas)]),
    ):
        if knob == "γ" and not gammas:
            continue
        ticks = [f"{value:g}" for value in values]
        line = lambda table, column: (column, [table.at(label, column) for label in labels])  # noqa: E731
        rows.append(
            [
                panel(
                    f"the judge agrees, against {knob}", ticks, [line(agreement, head) for head in heads], share=True
                ),
                panel(f"Fréchet distance, against {knob}", ticks, [line(fidelity, "Fréchet")]),
                panel(
                    f"precision and recall, against {knob}",
                    ticks,
                    [line(fidelity, c) for c in ("precision", "recall")],
                    share=True,
                ),
                panel(f"Vendi score, against {knob}", ticks, [line(fidelity, "Vendi")]),
            ]
        )
    return board(rows)


def noise(section: Section) -> Image.Image:
    """Accuracy against noise: each network that guides beside the clean one."""
    table = section.tables[0]
    ticks = [label.split(",")[0].removeprefix("t = ").replace("clean", "0") for label in table.rows]
    pairs = [table.columns[k : k + 2] for k in range(0, len(table.columns), 2)]
    panels = []
    for pair in pairs:
        lines = [(column.split(", ")[0], [table.at(label, column) for label in table.rows]) for column in pair]
        panels.append(panel(f"{pair[0].split(', ')[1]}, against the time t", ticks, lines, share=True))
    return board([panels])
