"""What the Draw tab shows before anything is drawn: the sketches, drawn once by the real model.

    python -m studio.tabs.draw.first          # draws assets/examples/draw/ again, with the weights that are there

Loading needs no torch.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...page.examples import FOLDER as EXAMPLES
from ...page.examples import load
from ...page.redraw import draw
from ...page.table import data_uri, look
from .layers import WAYS
from .sketches import FIRST, Sketch, sketches

if TYPE_CHECKING:
    from ...engine import Engine

FOLDER = EXAMPLES / "draw"
FIGURES = "figures.json"
SIDE = 384  # pixels of a picture to look at


def first(folder: Path = FOLDER, chinese: bool = False) -> list[dict[str, Any]]:
    """What was drawn before of the sketches: {"name", "prompt", "pictures", "figures"}.

    pictures: each {"src", "png"}, none where it was not drawn. chinese: which of their two prompts.
    """
    found = {example.columns[0].recipe.prompt: example.columns[0] for example in load(folder)}
    numbers = _figures(folder)
    shown = []
    for sketch in sketches():
        prompt = sketch.prompt[chinese]
        column, pictures = found.get(prompt), []
        if column is not None:
            pairs = zip(column.pictures, column.recipe.singles, strict=True)
            pictures = [
                {"src": look(each, SIDE), "png": data_uri("png", single.to_png(each))} for each, single in pairs
            ]
        figures = numbers.get(prompt, []) if pictures else []
        shown.append({"name": sketch.name, "prompt": prompt, "pictures": pictures, "figures": figures})
    return shown


def build(engine: Engine, folder: Path = FOLDER) -> int:
    """Draw the sketches, asked for in either language, and write them, with how well each is kept.

    Returns the bytes written.
    """
    from .figures import figures
    from .plan import plan

    jobs = [plan(asked(sketch, prompt)) for sketch in sketches() for prompt in sketch.prompt]
    total = draw(engine, folder, [[job.columns[-1].recipe] for job in jobs])
    drawn = [example.columns[0] for example in load(folder)]
    numbers = {
        column.recipe.prompt: figures(job.layers, column.pictures, column.scores, column.scores.seconds)
        for job, column in zip(jobs, drawn, strict=True)
    }
    partial = folder / (FIGURES + ".partial")
    partial.write_text(json.dumps(numbers, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    os.replace(partial, folder / FIGURES)
    return total


def asked(sketch: Sketch, prompt: str) -> dict[str, Any]:
    """What the page asks for to draw a sketch at leisure."""
    setting = FIRST | {"prompt": prompt}
    return {"setting": setting, "layers": sketch.asked(), "reference": None, "way": WAYS[0], "columns": "each"}


def _figures(folder: Path) -> dict[str, list]:
    try:
        found = json.loads((folder / FIGURES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def main() -> None:
    from ...engine import Engine

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write")
    arguments = parser.parse_args()
    total = build(Engine(), arguments.out)
    print(f"written: {arguments.out}, {total / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
