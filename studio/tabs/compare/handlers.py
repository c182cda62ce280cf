"""What happens on the Compare tab: plain values in, plain values out. No component is known here."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from ...history import HistoryError
from ...page.forms import recipe_of
from ...page.sessions import Sessions
from ...page.status import going_on, message, note_list
from ...page.table import SIDE, Column
from ...page.turns import Turns
from ...recipe import Recipe, RecipeError, check_budget, parse_seeds
from ...recipe.notes import once
from ..play.drawing import told, waits
from . import view

if TYPE_CHECKING:
    from PIL.Image import Image

    from ..play.handlers import Play

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
        return _seedless(self.wish() if self.wish else self.recipe)


@dataclass
class Session:
    """What one page compares. sides: a and b, once chosen; chosen: the seed that is shown large. They stay while a run
    of them waits or is on. typed: what stands in the field of the seeds, where that is not `seeds`."""

    sides: dict[str, Side] = field(default_factory=dict)
    seeds: tuple[int, ...] = ()
    chosen: int | None = None
    typed: Any = None
    turns: Turns = field(default_factory=Turns)

    def __post_init__(self):
        self.turns.wish = self.wish

    def wish(self) -> tuple:
        """What would be drawn now: seeds and sides. Raises RecipeError."""
        seeds = self.seeds if self.typed is None else parse_seeds(self.typed)
        return tuple(seeds), *((name, self.sides[name].wanted) for name in SIDES if name in self.sides)

    @property
    def shown(self) -> tuple:
        """The same of what is shown."""
        return tuple(self.seeds), *((name, _seedless(self.sides[name].recipe)) for name in SIDES if name in self.sides)

    @property
    def busy(self) -> bool:
        """Whether a run waits or is on."""
        return self.turns.busy

    def stop(self) -> None:
        """The page was closed."""
        self.turns.stop()


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


class Desk:
    """The Compare tab of one server, over what the Play tab holds. form: its shared fields, unchecked."""

    def __init__(self, play: Play):
        self.play = play
        self.sessions = Sessions(Session)

    def show(self, key: str, form: Mapping) -> Screen:
        """The tab was opened: columns are read again, and chosen where nothing was chosen yet."""
        session, table = self.sessions[key], self.play.sessions[key].seen()
        if not session.busy:
            wanted = {"a": "column 0", "b": f"column {table.selected or len(table.columns) - 1}"}
            wanted |= {name: side.source for name, side in session.sides.items()}
            changed, turns = False, session.turns
            before, turns.fault = turns.fault, ""
            for name, source in wanted.items():
                changed |= self._choose(key, session, form, name, source)
            if changed:
                self._settle(session)
            if not turns.fault:
                turns.fault = before
                turns.set_to(session.wish)
        return self._screen(key, session)

    def choose(self, key: str, form: Mapping, side: Any, source: Any) -> Screen:
        """Another A or B: "column 2" of the Play tab, or "history 17"."""
        session = self.sessions[key]
        if side in SIDES and not session.busy:
            session.turns.say("")
            if self._choose(key, session, form, side, str(source)[:40]):
                self._settle(session)
        return self._screen(key, session)

    def take(self, key: str, source: str, find: Callable[[], Mapping[str, Taken]]) -> Screen:
        """A and B are what another tab has made. source: that tab, "draw"; find may raise RecipeError."""
        session = self.sessions[key]
        if not session.busy:
            session.turns.say("")
            try:
                found = find().items()
                session.sides = {name: Side(f"{source} {name}", *each[:2], title=each.title) for name, each in found}
                self._settle(session)
            except RecipeError as error:
                session.turns.fault = told(error)
        return self._screen(key, session)

    def swap(self, key: str) -> Screen:
        """A becomes B and B becomes A."""
        session = self.sessions[key]
        if len(session.sides) == 2 and not session.busy:
            session.sides = {"a": session.sides["b"], "b": session.sides["a"]}
        return self._screen(key, session)

    def pick(self, key: str, seed: Any) -> Screen:
        """Show another seed large."""
        session = self.sessions[key]
        if seed in session.seeds:
            session.chosen = int(seed)
        return self._screen(key, session)

    def recipe(self, key: str, side: Any) -> Recipe:
        """The recipe of A or B with the seed that is shown large. Raises RecipeError when there is none."""
        session = self.sessions[key]
        if side not in session.sides:
            raise RecipeError("side", str(side)[:40], "side")
        recipe = session.sides[side].recipe
        return recipe.but(seeds=(recipe.seeds[0] if session.chosen is None else session.chosen,))

    def begin(self, key: str, seeds: Any, click: Any = None) -> Screen:
        """Check the seeds and make ready for a run. click: see `studio.page.turns`."""
        session = self.sessions[key]
        if session.busy:
            return self._screen(key, session)
        session.typed = seeds
        try:
            if len(session.sides) < 2:
                session.turns.refuse(message("compare_choose", "error"), click)
                return self._screen(key, session)
            wanted, sides = parse_seeds(seeds), {name: _now(side) for name, side in session.sides.items()}
            recipes = [recipe for _, recipe in _missing(sides, wanted)]
            if recipes:
                check_budget(recipes)
        except Exception as error:
            session.turns.refuse(told(error), click)
            return self._screen(key, session)
        world = sides["a"].recipe.world
        if session.turns.begin(None, waits(self.play.engine, world), click):
            session.sides, session.seeds, session.typed = sides, wanted, None
            if session.chosen not in session.seeds:
                session.chosen = session.seeds[0]
        return self._screen(key, session)

    def changed(self, key: str, seeds: Any) -> str | None:
        """Other seeds are typed: the line beside the pictures; None while a run is on."""
        session = self.sessions[key]
        session.typed = seeds
        session.turns.set_to(session.wish)
        return None if session.busy else self._line(session)

    def run(self, key: str) -> Iterator[Screen]:
        """Draw what is missing on either side; what is finished enters the history."""
        session = self.sessions[key]
        turn = session.turns.take()
        if turn is None:
            yield self._screen(key, session)
            return
        cancel, drawn, spent, notes, status = turn.cancel, 0, 0.0, [], ""
        try:
            todo = _missing(session.sides, session.seeds)
            recipes = [recipe for _, recipe in todo]
            with closing(self.play.engine.columns(recipes, cancel) if recipes else _nothing()) as frames:
                for number, frame in frames:
                    name, recipe = todo[number]
                    if frame.done and not frame.cancelled:
                        session.sides[name].pictures |= zip(recipe.seeds, frame.pictures, strict=True)
                        notes += (*frame.notes, *self.play.keep(key, recipe, frame))
                        drawn += len(recipe.seeds)
                        spent += frame.seconds
                    session.turns.say(going_on("compare_running", frame, side=name.upper()))
                    yield self._screen(key, session)
            ended = "cancelled" if cancel.is_set() else "compare_done" if todo else "compare_nothing"
            status = message(ended, pictures=drawn, seconds=f"{spent:.1f}") + note_list((), once(notes))
        except Exception as error:
            status = told(error)
        finally:
            session.turns.over(turn, status)
        yield self._screen(key, session)

    def cancel(self, key: str, click: Any = None) -> Screen | None:
        """Stop within a step what was clicked up to this number. None when a run is on: it tells the page itself."""
        session = self.sessions[key]
        return self._screen(key, session) if session.turns.cancel(message("not_begun"), click) else None

    def full(self, key: str) -> Screen:
        """The queue had no place for what was begun."""
        session = self.sessions[key]
        session.turns.drop(message("queue_full", "error"))
        return self._screen(key, session)

    def leave(self, key: str) -> None:
        """The page was closed."""
        self.sessions.leave(key)

    def _choose(self, key: str, session: Session, form: Mapping, name: str, source: str) -> bool:
        """Whether the side is another one now, or has other pictures."""
        old = session.sides.get(name)
        try:
            side = self._read(key, form, source)
        except (RecipeError, HistoryError, LookupError, ValueError) as error:
            if isinstance(error, (HistoryError, RecipeError)):
                session.turns.fault = told(error)
            return False
        if old is not None and old.source == source:
            old.wish = side.wish
            if _seedless(old.recipe) == _seedless(side.recipe):
                fresh = side.pictures.keys() - old.pictures.keys()
                old.pictures |= side.pictures
                return bool(fresh)
            if old.pictures and not _late(old):  # drawn here since
                return False
        session.sides[name] = side
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
        made = [side for side in self.sessions[key].sides.values() if side.source == source and side.title[0]]
        if made:
            return replace(made[0], pictures=dict(made[0].pictures))
        if kind != "column" or not number.isdecimal():
            raise ValueError(source)
        column = self.play.sessions[key].seen().columns[int(number)]
        wish = partial(recipe_of, form, column.setting)
        if column.shown is not None and column.state in ("done", "example"):
            return Side(source, column.shown, _images(column), wish=wish)
        return Side(source, wish(), {}, wish=wish)

    def _settle(self, session: Session) -> None:
        """Seeds after a choice: those that both sides have pictures of, or else those of A."""
        if not session.sides:
            return
        a, b = (session.sides.get(name) for name in SIDES)
        common = [seed for seed in a.pictures if seed in b.pictures] if a and b else []
        session.seeds, session.typed = tuple(common) or (a or b).recipe.seeds, None
        if session.chosen not in session.seeds:
            session.chosen = session.seeds[0]

    def _screen(self, key: str, session: Session) -> Screen:
        columns = self.play.sessions[key].seen().columns
        a, b = (session.sides.get(name) for name in SIDES)
        pair, gap = None, ""
        if a and b and session.chosen in a.pictures and session.chosen in b.pictures:
            one, other = a.pictures[session.chosen], b.pictures[session.chosen]
            pair, gap = (_large(one), _large(other)), view.gap(one, other)
        return Screen(
            view.sources(columns, session.sides),
            view.words(a.recipe, b.recipe) if a and b else "",
            ", ".join(map(str, session.seeds)) if session.typed is None else str(session.typed),
            view.rows(session.seeds, a, b, session.chosen),
            pair,
            gap,
            self._line(session),
            session.busy,
        )

    @staticmethod
    def _line(session: Session) -> str:
        sides = session.sides.values()
        session.turns.shown = session.shown if any(side.pictures for side in sides) else None
        lacks = len(sides) == len(SIDES) and any(session.chosen not in side.pictures for side in sides)
        return session.turns.line or (message("compare_ready") if lacks else "")


def _seedless(recipe: Recipe) -> Recipe:
    return recipe.but(seeds=(0,), revision="")


def _late(side: Side) -> bool:
    """Whether its pictures are not those of what it is to be drawn with now."""
    try:
        return side.wanted != _seedless(side.recipe)
    except RecipeError:
        return True


def _now(side: Side) -> Side:
    """The side, without pictures of what it is not any more. Raises RecipeError."""
    return (
        Side(side.source, side.wish(), {}, side.caption, side.title, side.wish) if side.wish and _late(side) else side
    )


def _missing(sides: Mapping[str, Side], wanted: Sequence[int]) -> list[tuple[str, Recipe]]:
    """What there is to draw: the side and its recipe at the wanted seeds that it has no picture of."""
    found = []
    for name in SIDES:
        side = sides[name]
        seeds = tuple(seed for seed in wanted if seed not in side.pictures)
        if seeds:
            found.append((name, side.recipe.but(seeds=seeds, revision="")))
    return found


def _nothing() -> Iterator:
    yield from ()


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
