"""The sweep's part of `python -m tests.benchmark`; alone: python -m tests.benchmark_sweep [--repeats 3]"""

from __future__ import annotations

import argparse
import statistics
import tempfile

from .benchmark import Row, clock

VALUES, SEEDS = (0.0, 0.5, 1.0, 2.0, 4.0), 8


def rows(engine, repeats: int, steps: int = 25) -> list[Row]:
    """Five values of w × 8 seeds: together, and as five plain calls, in turn; then from the disk; then 512 measured."""
    from pipelines import ClassifierFree
    from pipelines.evaluation.sets import measure
    from studio.recipe import Recipe
    from studio.recipe.prompts import read
    from studio.sweeps import PictureCache, Sweep, run

    world = engine.world("emoji")
    base = Recipe(prompt="red apple", steps=steps, seeds=range(SEEDS))
    sweep = Sweep.grid(base, [{"option": "w", "values": list(VALUES)}])

    def plain():
        for w in VALUES:
            world.pipe("red apple", rules=[ClassifierFree(w)], num_inference_steps=steps, seeds=range(SEEDS))

    def together(keep=None):
        return list(run(engine, sweep, keep))

    def submitted(job):  # in the engine's thread, as the sweep's own calls
        return clock(lambda: list(engine.stream(lambda stop: ((job(), True) for _ in range(1)))))

    submitted(lambda: world.pipe("red apple", num_inference_steps=2, seeds=range(SEEDS)))
    turns = [(clock(together), submitted(plain)) for _ in range(repeats)]
    with tempfile.TemporaryDirectory() as folder:
        keep = PictureCache(folder)
        images = [image for word in together(keep) for own in word.cells.values() for image in own]
        again = statistics.median(clock(lambda: together(keep)) for _ in range(repeats))
    images = (images * 13)[:512]
    readings = [read(base)]

    def measured():
        return measure(world.judging.look(images, [0] * len(images), readings), world.judging.data)

    submitted(measured)  # reads the data's features first
    name = f"a sweep of {len(VALUES)} values of w × {SEEDS} seeds, {steps} steps"
    return [
        Row(name, statistics.median(turn[0] for turn in turns), "s"),
        Row("the same over five plain calls", statistics.median(a / b for a, b in turns), "×", 0.8),
        Row("the same again, from the disk", again, "s", 0.2),
        Row(f"every measure of {len(images)} pictures", submitted(measured), "s", 20.0),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--steps", type=int, default=25)
    given = parser.parse_args()

    from studio.engine import Engine

    print("| what | measured | limit | within |\n|---|---|---|---|")
    print("\n".join(row.text for row in rows(Engine(), given.repeats, given.steps)))
