"""Do the same recipes still draw the same pictures, to the bit? For a change of the code that must change none.

    python -m tests.kept --out before.json         # at the code as it was
    python -m tests.kept --compare before.json     # at the code as it is: what differs, and how far; ends with 1 then

Draws the recipes of tests/fixtures/recipes.json, over every rule, pull, condition and sampler and over all worlds, in
float32 and one thread, and keeps a hash of each picture's float bytes. Other processors, threads and builds of torch
round otherwise, so hashes are of one machine: they are never committed, and those of another one are refused.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

RECIPES = Path(__file__).parent / "fixtures" / "recipes.json"
PRECISION = "STUDIO_PRECISION"
SOME = 64  # numbers of a picture that are kept beside its hash, to say how far another one is


def recipes() -> list[dict[str, Any]]:
    """{"name", "recipe"} for a recipe of the studio, {"name", "lab"} for a setting of the Lab's mixture in the plane."""
    return json.loads(RECIPES.read_text("utf-8"))


def drawn(entry: Mapping[str, Any]) -> Iterable[np.ndarray]:
    """The pictures of an entry before they are rounded to levels, (3, H, W) float32 each; of the Lab its points, (n, 2).

    What a rebuild renames is named here and nowhere else in this file.
    """
    if "lab" in entry:
        from studio.tabs.lab.run import run
        from studio.tabs.lab.setting import Setting

        yield run(Setting.parse(entry["lab"])).states[-1].numpy()
        return
    from studio.engine import Engine
    from studio.recipe import Recipe
    from studio.recipe.prompts import read

    recipe = Recipe.parse(entry["recipe"])
    world, reading = _engine(Engine).world(recipe.world), read(recipe)
    *_, step = world.steps(recipe, reading)
    if recipe.upsample:
        *_, step = world.upsample(step, recipe, reading)
    yield from step.x.float().cpu().numpy()


def machine() -> dict[str, Any]:
    """What hashes depend on beside the code."""
    import torch

    return {
        "torch": torch.__version__,
        "processor": torch.backends.cpu.get_cpu_capability(),
        "threads": torch.get_num_threads(),
        "gpu": torch.cuda.is_available() and torch.cuda.get_device_name(),
    }


def digest(picture: np.ndarray) -> dict[str, Any]:
    """The hash of all bytes, with their shape and type, and some of the numbers."""
    flat = np.ascontiguousarray(picture).ravel()
    told = f"{picture.shape} {picture.dtype}".encode()
    some = flat[np.linspace(0, len(flat) - 1, min(SOME, len(flat))).astype(int)]
    return {"hash": hashlib.sha256(told + flat.tobytes()).hexdigest(), "some": [float(each) for each in some]}


def made(entries: Iterable[Mapping[str, Any]], say=print) -> dict[str, Any]:
    """The hashes of all pictures of these entries, by name, and the machine."""
    import torch

    threads, precision = torch.get_num_threads(), os.environ.get(PRECISION)
    torch.set_num_threads(1)
    os.environ[PRECISION] = "float32"
    try:
        found = {}
        for entry in entries:
            with torch.no_grad():
                found[entry["name"]] = [digest(picture) for picture in drawn(entry)]
            say(f"{entry['name']}: {', '.join(each['hash'][:12] for each in found[entry['name']])}")
        return {"machine": machine(), "pictures": found}
    finally:
        torch.set_num_threads(threads)
        os.environ.pop(PRECISION)
        if precision is not None:
            os.environ[PRECISION] = precision
        _ENGINES.clear()


def differences(before: Mapping[str, list], after: Mapping[str, list]) -> list[str]:
    """A line for each picture that is another one, or is missing on a side."""
    lines = []
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name, []), after.get(name, [])
        if len(old) != len(new):
            lines.append(f"{name}: {len(old)} pictures before, {len(new)} now")
        for number, (one, other) in enumerate(zip(old, new, strict=False)):
            if one["hash"] != other["hash"]:
                far = (
                    np.abs(np.subtract(one["some"], other["some"]))
                    if len(one["some"]) == len(other["some"])
                    else [np.inf]
                )
                lines.append(f"{name}, picture {number}: differs, by {np.max(far):.2g} in {SOME} of its numbers")
    return lines


def _engine(kind):
    """One for all entries: worlds are loaded once."""
    if not _ENGINES:
        _ENGINES.append(kind())
    return _ENGINES[0]


_ENGINES: list = []


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, help="where to write the hashes")
    parser.add_argument("--compare", type=Path, help="hashes that were written before, on this machine")
    parser.add_argument("--only", default="", help="draw those whose name holds this text")
    given = parser.parse_args(arguments)
    if not (given.out or given.compare):
        parser.error("--out FILE or --compare FILE")
    chosen = [entry for entry in recipes() if given.only in entry["name"]]
    before = json.loads(given.compare.read_text("utf-8")) if given.compare else None
    found = made(chosen)
    if given.out:
        given.out.write_text(json.dumps(found), encoding="utf-8")
    if before is None:
        return 0
    if before["machine"] != found["machine"]:
        print(f"not comparable: made on {before['machine']}, and this is {found['machine']}")
        return 2
    names = {entry["name"] for entry in chosen}
    lines = differences(
        {k: v for k, v in before["pictures"].items() if given.only in k or k in names}, found["pictures"]
    )
    print("\n".join(lines) or f"the same: {sum(map(len, found['pictures'].values()))} pictures")
    return bool(lines)


if __name__ == "__main__":
    sys.exit(main())
