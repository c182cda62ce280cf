"""The frontier that the page shows before anything is run: five rules of the emoji world, drawn by the real model.

    python -m studio.tabs.frontier          # draws assets/frontier/ again, with the weights that are there

Sheets are WebP, all of them together under `LIMIT`; loading needs neither torch nor Pillow.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...recipe import Recipe
from ...recipe.revision import revision
from ...sweeps.grid import MAX_CELLS
from .view import uri

if TYPE_CHECKING:
    from ...engine import Engine

FOLDER = Path(__file__).resolve().parents[3] / "assets" / "frontier"
INDEX = "frontier.json"
LIMIT = 2_000_000  # bytes of everything
QUALITY = 62
WORLD, STEPS, SEEDS = "emoji", 12, (0, 1, 2, 3)
PROMPTS = (
    "red apple",
    "cat face",
    "grinning face",
    "whale",
    "running shoe",
    "automobile",
    "pizza",
    "owl",
    "tulip",
    "rocket",
    "guitar",
    "snowman",
)
log = logging.getLogger(__name__)


def load(folder: Path | None = None) -> dict[str, Any] | None:
    """The view that was written, its sheets left out, see `sheet_of`; None when it is not there or damaged."""
    folder = folder or FOLDER
    try:
        found = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        for cell in found["cells"]:
            cell["sheet"] = ""
        [found[name] for name in ("curves", "labels", "seeds", "prompts", "asked", "world", "steps", "axes")]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("No frontier to begin with: %s", error)
        return None
    return found | {"first": True}


def sheet_of(number: Any, folder: Path | None = None) -> str:
    """The sheet of a point of that view, as a data URI; "" when there is none."""
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < MAX_CELLS:
        return ""
    try:
        return uri(((folder or FOLDER) / f"{number}.webp").read_bytes(), "webp")
    except OSError:
        return ""


def write(engine: Engine, folder: Path | None = None, say=print) -> dict[str, Any]:
    """Draw, measure and write; what `load` then gives. Raises ValueError when it would be larger than `LIMIT`."""
    from ...sweeps import measured
    from .presets import curves_of, rules_sweep
    from .view import sheet, view

    folder = folder or FOLDER
    base = Recipe(world=WORLD, prompt=PROMPTS[0], steps=STEPS, seeds=SEEDS)
    sweep, names = rules_sweep(base, PROMPTS, None), [name for name, *_ in curves_of(WORLD)]
    files: dict[str, bytes] = {}
    found = {}
    for word, figures in measured(engine, sweep, None):
        for i, images in word.cells.items():
            files[f"{i}.webp"] = sheet(sweep.cells[i], images, "WEBP", QUALITY)
            found[i] = (figures[i], f"{i}.webp")
        if word.cells:
            left = "" if word.eta_seconds is None else f", {word.eta_seconds:.0f} s left"
            say(
                f"{word.done} of {word.total} pictures, {word.measured} of {word.points} points, "
                f"{100 * word.share:.0f} %, {word.seconds:.0f} s{left}"
            )
    index = view(sweep, found, names) | {"revision": revision(WORLD)}
    content = json.dumps(index, ensure_ascii=False, separators=(",", ":")).encode()
    size = len(content) + sum(map(len, files.values()))
    if size > LIMIT:
        raise ValueError(f"The frontier takes {size:,} bytes; allowed: {LIMIT:,}.")
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.webp"):
        old.unlink()
    for name, sheet_ in files.items():
        (folder / name).write_bytes(sheet_)
    (folder / INDEX).write_bytes(content + b"\n")
    say(f"written: {folder}, {size:,} bytes")
    return load(folder)


def markdown(
    found: dict[str, Any],
    columns: tuple[str, ...] = ("agreement", "clip_score", "precision", "distance", "vendi", "recall"),
) -> str:
    """A table of the figures with their intervals, for a README."""
    lines = [
        "| rule | setting | n | " + " | ".join(name.replace("_", " ") for name in columns) + " |",
        "| --- " * (3 + len(columns)) + "|",
    ]
    for curve in found["curves"]:
        for i in curve["cells"]:
            figures = found["cells"][i]["figures"]
            told = [f"{f[0]:.3g} [{f[1]:.3g}, {f[2]:.3g}]" if (f := figures.get(name)) else "–" for name in columns]
            lines.append(
                f"| {curve['name'][0]} | {found['labels'][i]} | {found['cells'][i]['n']} | " + " | ".join(told) + " |"
            )
    return "\n".join(lines)
