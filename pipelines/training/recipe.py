"""Recipes: a TOML file of flat keys and, at most, tables of them, every one of which is also an option."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path

RECIPES = Path(__file__).parent / "recipes"


def value_of(written: str):
    """A value as TOML has it; what TOML cannot read is a string: `0.1`, `[1, 2]`, `true`, `cosine`."""
    try:
        return tomllib.loads(f"value = {written}")["value"]
    except tomllib.TOMLDecodeError:
        return written


def flat(tables: dict, prefix: str = "") -> dict:
    """{"vision": {"width": 192}} -> {"vision.width": 192}"""
    out = {}
    for key, value in tables.items():
        out |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
    return out


def read(name: str | Path, defaults: dict) -> dict:
    """The recipe `name` (a file, or the stem of one in `recipes/`) over `defaults`, flat."""
    path = Path(name) if str(name).endswith(".toml") else RECIPES / f"{name}.toml"
    if not path.exists():
        raise ValueError(
            f"recipe {str(path)!r} does not exist; "
            f"there are {sorted(p.relative_to(RECIPES).with_suffix('').as_posix() for p in RECIPES.rglob('*.toml'))}."
        )
    return defaults | flat(tomllib.loads(path.read_text()))


def parse(name: str, defaults: dict, arguments: list[str] | None = None) -> tuple[dict, argparse.Namespace]:
    """(recipe, options) of a trainer's command line."""
    first = argparse.ArgumentParser(add_help=False)
    first.add_argument("--recipe", default=name, help="a TOML file, or the name of one in recipes/")
    known, rest = first.parse_known_args(arguments)
    recipe = read(known.recipe, defaults)

    parser = argparse.ArgumentParser(description=f"Train the network {name!r}.", parents=[first])
    parser.add_argument("--run", type=Path, help="folder of checkpoints and log (.runs/WORLD/NET)")
    parser.add_argument("--out", type=Path, help="folder of the exported network (assets/worlds/WORLD/NET)")
    parser.add_argument("--fresh", action="store_true", help="start anew although there is a checkpoint")
    parser.add_argument("--export", action="store_true", help="only export the checkpoint that is there")
    for key, value in recipe.items():
        flag = dict(nargs="?", const=True) if isinstance(value, bool) else {}
        parser.add_argument(f"--{key}", type=value_of, default=value, help=f"({value})", dest=key, **flag)
    options = parser.parse_args(rest)
    for key, value in recipe.items():
        given = getattr(options, key)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and not isinstance(given, (int, float)):
            raise ValueError(f"{key} is {given!r}; it must be a number, like {value}.")
        recipe[key] = given
    return recipe, options
