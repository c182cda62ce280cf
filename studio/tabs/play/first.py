"""What the Play tab begins with in each world: the examples that were drawn before, their prompts, a first page."""

from __future__ import annotations

from collections.abc import Sequence

from ...page.examples import Example
from ...page.forms import prompts_of, table_of
from ...page.status import message
from ...page.table import Setting, Table
from ...recipe import Recipe
from .page import PlayPage


class First:
    """examples: of all worlds."""

    def __init__(self, examples: Sequence[Example] = ()):
        self._examples = tuple(examples)
        self.world = Recipe().world
        drawn = self.drawn(self.world)
        self._table = table_of(drawn[0]) if drawn else Table()

    def drawn(self, world: str) -> list[Example]:
        """The examples of a world."""
        return [each for each in self._examples if each.columns[0].recipe.world == world]

    def recipe(self, world: str = "") -> Recipe:
        """The shared fields that a world begins with, or the page."""
        world = world or self.world
        drawn = self.drawn(world)
        prompts = prompts_of(world, drawn)
        return drawn[0].columns[0].recipe if drawn else Recipe(world=world, **(prompts[0] if prompts else {}))

    @property
    def setting(self) -> Setting:
        """The setting of the column that is chosen to begin with."""
        return self._table.setting

    def prompts(self, world: str) -> list[str]:
        """What the example prompts of a world are called."""
        found = prompts_of(world, self.drawn(world))
        return [" · ".join(value for value in each.values() if value) for each in found]

    def page(self) -> PlayPage:
        """One that was just opened."""
        drawn = self._table.columns[0].shown is not None
        return PlayPage(self._table, message("example" if drawn else "empty"))
