"""Pictures on one sheet, to look at."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image


def sheet(rows: Sequence[Sequence[Image.Image]], gap: int = 2) -> Image.Image:
    """One picture of rows of equally large pictures, on white."""
    width, height = rows[0][0].size
    columns = max(len(row) for row in rows)
    whole = Image.new("RGB", (columns * (width + gap) - gap, len(rows) * (height + gap) - gap), "white")
    for y, row in enumerate(rows):
        for x, picture in enumerate(row):
            whole.paste(picture, (x * (width + gap), y * (height + gap)))
    return whole
