"""What a page compares: two sides and their seeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ...page.status import message
from ...page.turns import OpenPage
from ...recipe import Recipe, RecipeError, parse_seeds

if TYPE_CHECKING:
    from PIL.Image import Image

SIDES = ("a", "b")


class Taken(NamedTuple):
    """What another tab has made. pictures: by seed, in the model's own size. title: in English and Chinese."""

    recipe: Recipe
    pictures: dict[int, Image]
    title: tuple[str, str]


@dataclass
class Side:
    """A or B. pictures: by seed, in the model's own size. caption: of a picture of the history. title: of a column that
    another tab has made. wish: gives what it is to be drawn with now, where that may be another recipe than that of the
    pictures, or raises what is wrong with it."""

    source: str
    recipe: Recipe
    pictures: dict[int, Image]
    caption: str = ""
    title: tuple[str, str] = ("", "")
    wish: Callable[[], Recipe] | None = None

    @property
    def wanted(self) -> Recipe:
        """What it is to be drawn with now, whatever the seeds."""
        return seedless(self.wish() if self.wish else self.recipe)


class Chosen(OpenPage):
    """What one page compares. sides: a and b, once chosen; chosen: the seed that is shown large. They stay while a run
    of them waits or is on. typed: what stands in the field of the seeds, where that is not `seeds`."""

    def __init__(self):
        super().__init__()
        self.sides: dict[str, Side] = {}
        self.seeds: tuple[int, ...] = ()
        self.chosen: int | None = None
        self.typed: Any = None
        self.wish = self._settings

    def _settings(self) -> tuple:
        seeds = self.seeds if self.typed is None else parse_seeds(self.typed)
        return tuple(seeds), *((name, self.sides[name].wanted) for name in SIDES if name in self.sides)

    @property
    def shown(self) -> tuple | None:
        """The seeds and recipes of the pictures, None without any."""
        if not any(side.pictures for side in self.sides.values()):
            return None
        return tuple(self.seeds), *((name, seedless(self.sides[name].recipe)) for name in SIDES if name in self.sides)

    @property
    def line(self) -> str:
        """Where nothing is said and pictures lack, that they can be drawn."""
        sides = self.sides.values()
        lacks = len(sides) == len(SIDES) and any(self.chosen not in side.pictures for side in sides)
        return super().line or (message("compare_ready") if lacks else "")

    def settle(self, seeds: Sequence[int] = ()) -> None:
        """Other sides, and seeds; without any, those that both sides have pictures of, or else those of A."""
        a, b = (self.sides.get(name) for name in SIDES)
        if a is None and b is None:
            return
        common = [seed for seed in a.pictures if seed in b.pictures] if a and b else []
        self.seeds, self.typed = tuple(seeds or common) or (a or b).recipe.seeds, None
        if self.chosen not in self.seeds:
            self.chosen = self.seeds[0]


def seedless(recipe: Recipe) -> Recipe:
    return recipe.but(seeds=(0,), revision="")


def late(side: Side) -> bool:
    """Whether its pictures are not those of what it is to be drawn with now."""
    try:
        return side.wanted != seedless(side.recipe)
    except RecipeError:
        return True


def now(side: Side) -> Side:
    """The side, without pictures of what it is not any more. Raises RecipeError."""
    return Side(side.source, side.wish(), {}, side.caption, side.title, side.wish) if side.wish and late(side) else side


def missing(sides: Mapping[str, Side], wanted: Sequence[int]) -> list[tuple[str, Recipe]]:
    """What there is to draw: the side and its recipe at the wanted seeds that it has no picture of."""
    found = []
    for name in SIDES:
        side = sides[name]
        seeds = tuple(seed for seed in wanted if seed not in side.pictures)
        if seeds:
            found.append((name, side.recipe.but(seeds=seeds, revision="")))
    return found
