"""What happens on the Compare tab: plain values in, plain values out. No component is known here."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from ...history import HistoryError
from ...page.forms import recipe_of
from ...page.jobs import Jobs
from ...page.status import error_html, going_on, message, note_list
from ...page.table import SIDE, Column
from ...page.turns import Fault, Turn
from ...recipe import Recipe, RecipeError, check_budget, parse_seeds
from ...recipe.notes import once
from . import view
from .sides import SIDES, Chosen, Side, Taken, late, missing, now, seedless

if TYPE_CHECKING:
    from PIL.Image import Image

    from ..play.handlers import Play


class Screen(NamedTuple):
    """What stands on the tab. pair: A and B of the chosen seed, or None."""

    sources: str
    words: str
    seeds: str
    rows: str
    pair: tuple[Image, Image] | None
    gap: str
    status: str
    running: bool


class Handlers(Jobs[Chosen, Screen]):
    """The Compare tab of one server, over what the Play tab holds. form: its shared fields, unchecked."""

    def __init__(self, play: Play):
        super().__init__(play.engine, Chosen)
        self.play = play

    def show(self, key: str, form: Mapping) -> Screen:
        """The tab was opened: columns are read again, and chosen where nothing was chosen yet."""
        page, table = self.pages[key], self.play.pages[key].seen()
        if not page.running:
            wanted = {"a": "column 0", "b": f"column {table.selected or len(table.columns) - 1}"}
            wanted |= {name: side.source for name, side in page.sides.items()}
            changed = False
            before, page.fault = page.fault, None
            for name, source in wanted.items():
                changed |= self._choose(key, page, form, name, source)
            if changed:
                page.settle()
            if not page.fault:
                page.fault = before
                page.set_to(page.wish)
        return self.screen(key, page)

    def choose(self, key: str, form: Mapping, side: Any, source: Any) -> Screen:
        """Another A or B: "column 2" of the Play tab, or "history 17"."""
        page = self.pages[key]
        if side in SIDES and not page.running:
            page.say("")
            if self._choose(key, page, form, side, str(source)[:40]):
                page.settle()
        return self.screen(key, page)

    def take(self, key: str, source: str, find: Callable[[], Mapping[str, Taken]]) -> Screen:
        """A and B are what another tab has made. source: that tab, "draw"; find may raise RecipeError."""
        page = self.pages[key]
        if not page.running:
            page.say("")
            try:
                found = find().items()
                page.sides = {name: Side(f"{source} {name}", *each[:2], title=each.title) for name, each in found}
                page.settle()
            except RecipeError as error:
                page.fault = Fault(error_html(error), page.wish)
        return self.screen(key, page)

    def swap(self, key: str) -> Screen:
        """A becomes B and B becomes A."""
        page = self.pages[key]
        if len(page.sides) == 2 and not page.running:
            page.sides = {"a": page.sides["b"], "b": page.sides["a"]}
        return self.screen(key, page)

    def pick(self, key: str, seed: Any) -> Screen:
        """Show another seed large."""
        page = self.pages[key]
        if seed in page.seeds:
            page.chosen = int(seed)
        return self.screen(key, page)

    def recipe(self, key: str, side: Any) -> Recipe:
        """The recipe of A or B with the seed that is shown large. Raises RecipeError when there is none."""
        page = self.pages[key]
        if side not in page.sides:
            raise RecipeError("side", str(side)[:40], "side")
        recipe = page.sides[side].recipe
        return recipe.but(seeds=(recipe.seeds[0] if page.chosen is None else page.chosen,))

    def begin(self, key: str, seeds: Any, click: Any = None) -> Screen:
        """The seeds are to be there on both sides. click: see `studio.page.turns`."""
        page = self.pages[key]
        page.typed = seeds
        if len(page.sides) < len(SIDES):
            page.refuse(message("compare_choose", "error"), click)
        elif job := self.ask(key, lambda: _asked(page, seeds), click):
            page.sides, wanted = job
            page.settle(wanted)
        return self.screen(key, page)

    def changed(self, key: str, seeds: Any) -> str | None:
        """Other seeds are typed: the line beside the pictures; None while a run is on."""
        page = self.pages[key]
        page.typed = seeds
        return page.set_to(page.wish)

    def world_of(self, job: tuple[dict[str, Side], Sequence[int]]) -> str:
        """A's."""
        return job[0]["a"].recipe.world

    def work(self, key: str, page: Chosen, turn: Turn) -> Iterator[None]:
        """Draw what is missing on either side; what is finished enters the history."""
        (sides, seeds), drawn, spent, notes = turn.job, 0, 0.0, []
        todo = missing(sides, seeds)
        recipes = [recipe for _, recipe in todo]
        with closing(self.engine.columns(recipes, turn.cancel)) if todo else nullcontext(()) as frames:
            for number, frame in frames:
                name, recipe = todo[number]
                if frame.done and not frame.cancelled:
                    sides[name].pictures |= zip(recipe.seeds, frame.pictures, strict=True)
                    notes += (*frame.notes, *self.play.keep(key, recipe, frame))
                    drawn += len(recipe.seeds)
                    spent += frame.seconds
                turn.going = going_on("compare_running", frame, side=name.upper())
                yield
        ended = "cancelled" if turn.cancel.is_set() else "compare_done" if todo else "compare_nothing"
        turn.ended = message(ended, pictures=drawn, seconds=f"{spent:.1f}") + note_list((), once(notes))

    def _choose(self, key: str, page: Chosen, form: Mapping, name: str, source: str) -> bool:
        """Whether the side is another one now, or has other pictures."""
        old = page.sides.get(name)
        try:
            side = self._read(key, form, source)
        except (RecipeError, HistoryError, LookupError, ValueError) as error:
            if isinstance(error, (HistoryError, RecipeError)):
                page.fault = Fault(error_html(error), page.wish)
            return False
        if old is not None and old.source == source:
            old.wish = side.wish
            if seedless(old.recipe) == seedless(side.recipe):
                fresh = side.pictures.keys() - old.pictures.keys()
                old.pictures |= side.pictures
                return bool(fresh)
            if old.pictures and not late(old):  # drawn here since
                return False
        page.sides[name] = side
        return True

    def _read(self, key: str, form: Mapping, source: str) -> Side:
        kind, _, number = source.partition(" ")
        if kind == "history":
            entry = self.play.histories[key].get(int(number))
            recipe = entry.recipe
            try:
                pictures = {recipe.seeds[0]: entry.image()}
            except HistoryError:  # its file is gone: the recipe can be drawn again
                pictures = {}
            return Side(source, recipe, pictures, entry.caption)
        made = [side for side in self.pages[key].sides.values() if side.source == source and side.title[0]]
        if made:
            return replace(made[0], pictures=dict(made[0].pictures))
        if kind != "column" or not number.isdecimal():
            raise ValueError(source)
        column = self.play.pages[key].seen().columns[int(number)]
        wish = partial(recipe_of, form, column.setting)
        if column.shown is not None and column.state in ("done", "example"):
            return Side(source, column.shown, _images(column), wish=wish)
        return Side(source, wish(), {}, wish=wish)

    def screen(self, key: str, page: Chosen, *_: None) -> Screen:
        """What stands on the tab."""
        columns = self.play.pages[key].seen().columns
        a, b = (page.sides.get(name) for name in SIDES)
        pair, gap = None, ""
        if a and b and page.chosen in a.pictures and page.chosen in b.pictures:
            one, other = a.pictures[page.chosen], b.pictures[page.chosen]
            pair, gap = (_large(one), _large(other)), view.gap(one, other)
        return Screen(
            view.sources(columns, page.sides),
            view.words(a.recipe, b.recipe) if a and b else "",
            ", ".join(map(str, page.seeds)) if page.typed is None else str(page.typed),
            view.rows(page.seeds, a, b, page.chosen),
            pair,
            gap,
            page.line,
            page.running,
        )


def _asked(page: Chosen, seeds: Any) -> tuple[dict[str, Side], tuple[int, ...]]:
    wanted, sides = parse_seeds(seeds), {name: now(side) for name, side in page.sides.items()}
    if recipes := [recipe for _, recipe in missing(sides, wanted)]:
        check_budget(recipes)
    return sides, wanted


def _images(column: Column) -> dict[int, Image]:
    """The finished pictures of a column by seed."""
    from PIL import Image as pillow

    found = {}
    for seed, picture in zip(column.shown.seeds, column.pictures, strict=False):
        if picture.png:
            content = base64.b64decode(picture.png.partition(",")[2])
            found[seed] = pillow.open(io.BytesIO(content), formats=["PNG"]).convert("RGB")
    return found


def _large(image: Image) -> Image:
    from PIL import Image as pillow

    return image.convert("RGB").resize((SIDE, SIDE), pillow.Resampling.LANCZOS)
