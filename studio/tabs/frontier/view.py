"""A sweep as plain data for the page: curves of points, each with its figures, its recipe and one sheet of pictures."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipelines.evaluation.sets import DISTANCES, DIVERSITY, FIDELITY, NOVELTY

from ...sweeps import Cell, Row, Sweep, rows
from ...sweeps.grid import said
from ...words import WORDS

if TYPE_CHECKING:
    from PIL.Image import Image

    from pipelines.evaluation.intervals import Figure

SHORT = {"gamma_classifier": "γ", "gamma_clip": "γ", "steps": "N"}
MEASURES = {"fidelity": FIDELITY, "diversity": DIVERSITY, "distances": DISTANCES, "novelty": NOVELTY}
AXES = ("agreement", "distance")  # what the page shows first: fidelity upwards, diversity to the right


def view(
    sweep: Sweep, found: Mapping[int, tuple[Mapping[str, Figure], str]], names: Sequence[str] = (), clip: str = ""
) -> dict[str, Any]:
    """What the page draws. found: number of a cell -> its figures and its sheet; cells that are not there yet are
    None. clip: what the real CLIP is called that judged; "" for the world's own. The recipes of a cell are its `recipe`
    with each prompt of `asked` in turn, or that one where the list is empty."""
    curves, start = [], 0
    for i, curve in enumerate(sweep.curves):
        numbers = list(range(start, start + len(curve.cells)))
        curves.append({"name": title(names[i] if i < len(names) else curve.name), "kind": curve.kind, "cells": numbers})
        start += len(numbers)
    first, told = sweep.cells[0], rows(sweep)
    asked = [recipe.prompt for recipe in first.recipes]
    alike = all(list(row.prompts) == asked for row in told)
    return {
        "curves": curves,
        "cells": [_cell(cell, told[i], *found[i]) if i in found else None for i, cell in enumerate(sweep.cells)],
        "labels": [label(cell) for cell in sweep.cells],
        "seeds": list(first.recipes[0].seeds),
        "prompts": [recipe.prompt or recipe.category for recipe in first.recipes] if alike else [""],
        "asked": asked if len(asked) > 1 else [],
        "world": first.recipes[0].world,
        "steps": first.recipes[0].steps,
        "axes": list(AXES),
        "clip": clip,
    }


def title(name: str) -> list[str]:
    """A curve's name in both languages."""
    for key in (f"rule_{name}", f"rule {name}"):
        if key in WORDS:
            return list(WORDS[key])
    return [name, name]


def label(cell: Cell) -> str:
    """What stands at a point: the value along the curve."""
    path, value = cell.values[0]
    name = SHORT.get(path, path.split(".")[-1])
    return f"{name} = {said(value)}" if not isinstance(value, str) else said(value)


def _cell(cell: Cell, told: Row, figures: Mapping[str, Figure], sheet: str) -> dict[str, Any]:
    return {
        "figures": {name: [round(float(v), 5) for v in figure[:3]] + [figure[3]] for name, figure in figures.items()},
        "recipe": cell.recipes[0].stamped().as_dict(),
        "rule": told.rule,
        "options": told.options,
        "sheet": sheet,
        "n": cell.n,
    }


def sheet(cell: Cell, images: Sequence[Image], kind: str = "JPEG", quality: int = 88) -> bytes:
    """All pictures of a cell in their own size: a column a seed, a row a prompt."""
    from PIL import Image as pillow

    width, height = images[0].size
    columns = len(cell.recipes[0].seeds)
    whole = pillow.new("RGB", (columns * width, -(-len(images) // columns) * height), "white")
    for i, image in enumerate(images):
        whole.paste(image.convert("RGB"), (i % columns * width, i // columns * height))
    file = io.BytesIO()
    whole.save(file, kind, quality=quality)
    return file.getvalue()


def uri(content: bytes, kind: str = "jpeg") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
