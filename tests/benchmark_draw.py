"""The drawing part of `python -m tests.benchmark`; alone: python -m tests.benchmark_draw [--repeats 5]"""

from __future__ import annotations

import argparse
import statistics

from .benchmark import Row, clock

STEPS, SEEDS, KINDS = 10, 4, ("edges", "mask", "labels")


def rows(engine, repeats: int) -> list[Row]:
    """Four pictures after a stroke, and what a step with maps costs beside a plain one, taken in turns."""
    import torch
    from PIL import Image, ImageDraw

    from pipelines import ClassifierFree, ControlNet, UniControlNet
    from pipelines.declarations.inline import as_url

    sketch = Image.new("RGB", (64, 64), "white")
    ImageDraw.Draw(sketch).ellipse((10, 14, 54, 58), "#e04040", "black", 2)
    picture, pipe = as_url(sketch), engine.world("emoji").pipe
    ways = {
        "plain": (),
        "one": [ControlNet(kind="mask", images=[picture])],
        "several": [UniControlNet(kind=kind, images=[picture]) for kind in KINDS],
    }
    settings = dict(rules=[ClassifierFree(2.0)], seeds=range(SEEDS), num_inference_steps=STEPS)

    def draw(way):
        with torch.no_grad():
            pipe("red apple", conditions=ways[way], **settings)

    for way in ways:
        draw(way)
    turns = [{way: clock(lambda: draw(way)) for way in ways} for _ in range(repeats)]
    ratio = lambda way: statistics.median(turn[way] / turn["plain"] for turn in turns)
    return [
        Row(
            f"{SEEDS} pictures after a stroke, {STEPS} steps", statistics.median(t["several"] for t in turns), "s", 2.0
        ),
        Row("a step with a map over a plain step", ratio("one"), "×", 1.6),
        Row(f"a step with {len(KINDS)} maps told together over a plain step", ratio("several"), "×", 1.6),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()

    from studio.engine import Engine

    print("| what | measured | limit | within |\n|---|---|---|---|")
    print("\n".join(row.text for row in rows(Engine(), given.repeats)))
