"""The command line: `python -m pipelines.training.report WORLD [--quick]`, or pictures to look at."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from ...networks.precision import PRECISIONS
from ...worlds import FOLDER, load_world
from ...worlds.reference import load_reference
from ..card import write_card
from .context import RUNS, Context
from .run import measure
from .setup import SETUPS
from .sheets import PROMPTS, TEN, sheets, ten
from .six import SIX, chosen, six


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Measure a world, and write its report and card.")
    parser.add_argument("world", nargs="?", default="emoji", choices=sorted(SETUPS))
    parser.add_argument("--quick", action="store_true", help="32 pictures a setting: under five minutes")
    parser.add_argument("--n", type=int, default=0, help="pictures a setting; by default as the world's setup says")
    parser.add_argument("--steps", type=int, default=18)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument(
        "--fresh", action="store_true", help="make every picture again, also those that a stopped report left"
    )
    parser.add_argument("--card", action="store_true", help="write the card alone, from the figures that are there")
    parser.add_argument(
        "--sheets", type=Path, help="draw 64 pictures for each of ten prompts into this folder, instead"
    )
    parser.add_argument(
        "--ten", action="store_true", help="draw the ten prompts on one picture for the README, instead"
    )
    parser.add_argument(
        "--six", action="store_true", help="draw six prompts beside what is drawn and shown for the README, instead"
    )
    parser.add_argument("--precision", choices=PRECISIONS, default="auto", help="in what the networks compute")
    options = parser.parse_args(arguments)
    print("wrote", _written(options))


def _written(options: argparse.Namespace) -> Path:
    """What was asked for, as the file or folder that it has become."""
    load = partial(load_world, options.world, options.precision)
    folder = FOLDER / options.world
    if options.sheets:
        sheets(load(), PROMPTS[options.world], options.sheets, options.steps)
        return options.sheets
    if options.ten:
        ten(load(), PROMPTS[options.world], options.steps).save(folder / TEN, quality=88)
        return folder / TEN
    if options.six:
        six(load(), chosen(load_reference(options.world)), options.steps).save(folder / SIX, quality=85)
        return folder / SIX
    if not options.card:
        keep = None if options.fresh else RUNS / options.world / "report"
        print(
            "wrote",
            measure(
                Context(
                    options.world,
                    options.n,
                    options.steps,
                    options.seed,
                    options.quick,
                    keep,
                    say=partial(print, flush=True),
                    precision=options.precision,
                )
            ),
        )
    return write_card(options.world)


if __name__ == "__main__":
    main()
