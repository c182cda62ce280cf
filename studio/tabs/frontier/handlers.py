"""What happens on the Frontier tab: plain values in, plain values out. No component is known here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Any, NamedTuple

from ...engine import Engine
from ...engine.clips import called, unread
from ...history import Histories, entering
from ...page.sessions import Sessions
from ...page.status import message, note_list, progress, seconds_left
from ...page.turns import Turns
from ...recipe import Recipe
from ...recipe.beforehand import beforehand
from ...recipe.lists import texts
from ...recipe.notes import OTHER, Note, once
from ...sweeps import Axis, Keep, Progress, Sweep, measured
from ...sweeps.grid import BUDGET
from ..play.drawing import told, waits
from .entered import columns
from .presets import curves_of, rules_sweep
from .view import sheet, uri, view

STAGES = {"loading": "loading", "drawing": "frontier_drawing", "measuring": "frontier_measuring"}


class Screen(NamedTuple):
    """What stands on the tab. view: what the viewer shows; status: the line beside it; None: as it is now. running:
    whether a sweep is on."""

    view: dict[str, Any] | None
    status: str | None
    running: bool


class Desk:
    """The Frontier tab of one server. key: the session of the page that asks.

    histories: take every finished picture; None keeps no history. first: the line beside what is shown before a sweep.
    """

    def __init__(self, engine: Engine, keep: Keep | None, histories: Histories | None = None, first: str = ""):
        self.engine, self.keep, self.histories = engine, keep, histories
        self.visitors = Sessions(lambda: Turns(first))

    def plan(self, find: Callable[[], Recipe], form: Mapping[str, Any]) -> tuple[Sweep, list[str]]:
        """The sweep that the form asks for, and the names of its curves. find: gives the recipe that is moved.

        form: mode, axis1, values1, axis2, values2, prompts (lines), seeds, steps, as the page holds them. Raises
        RecipeError.
        """
        base = find()
        fields = base.as_dict() | {"revision": ""}
        for name in ("seeds", "steps"):
            if form.get(name) not in (None, ""):
                fields[name] = form[name]
        base = Recipe.parse(fields, budget=None)
        prompts = texts("prompts", str(form.get("prompts") or ""))
        if form.get("mode") == "rules":
            return rules_sweep(base, prompts, budget=BUDGET), [name for name, *_ in curves_of(base.world)]
        axes = [
            Axis(form.get(f"axis{i}"), form.get(f"values{i}") or "") for i in (1, 2) if form.get(f"axis{i}") or i == 1
        ]
        return Sweep.grid(base, axes, prompts, budget=BUDGET), []

    def begin(self, key: str | None, find: Callable[[], Recipe], form: Mapping[str, Any], click: Any = None) -> Screen:
        """The sweep that the form makes waits for its turn, or what is wrong with the form. click: see `studio.page.turns`."""
        turns = self.visitors[key]
        turns.wish = lambda: self.plan(find, form)
        try:
            sweep, names = turns.wish()
        except Exception as error:
            turns.refuse(told(error), click)
        else:
            waiting = waits(self.engine, sweep.work[0].world) + note_list((), _of_all(sweep))
            turns.begin((sweep, names), waiting, click)
        return self._screen(turns)

    def changed(self, key: str | None, find: Callable[[], Recipe], form: Mapping[str, Any]) -> str | None:
        """The form is another, or what is moved: the line beside what is shown; None while a sweep is on."""
        return self.visitors[key].set_to(lambda: self.plan(find, form))

    def run(self, key: str | None) -> Iterator[Screen]:
        """Run what `begin` allowed; a screen whenever there is something new, and one at the end or for nothing."""
        turns = self.visitors[key]
        turn = turns.take()
        if turn is None:
            yield self._screen(turns)
            return
        (sweep, names), cancel = turn.job, turn.cancel
        found: dict[int, tuple] = {}
        shown, status = None, ""
        turns.shown = turn.job
        try:
            yield Screen(
                view(sweep, found, names, called(self.engine.clip)), _going_on(Progress(0, len(sweep.work), 0)), True
            )
            problem, notes = "", ()
            with closing(measured(self.engine, sweep, self.keep, cancel, self.engine.clip)) as words:
                for word, figures in words:
                    for i, images in word.cells.items():
                        found[i] = (figures[i], uri(sheet(sweep.cells[i], images)))
                    if all(note.key == "history_damaged" for note in notes):  # it began anew; other troubles stay
                        notes += self._enter(key, sweep, word.cells, figures)
                    shown = view(sweep, found, names, called(self.engine.clip)) if word.cells else None
                    problem = word.problem or problem
                    if not word.finished:
                        yield Screen(shown, _going_on(word), True)
            if word.cancelled:
                status = message("frontier_cancelled", done=word.done, total=word.total)
            else:
                status = message(
                    "frontier_done",
                    pictures=word.total,
                    kept=word.kept,
                    cells=len(sweep.cells),
                    seconds=f"{word.seconds:.1f}",
                )
            if problem:
                status += message("frontier_problem", "error", reason=problem)
            unheard = unread((recipe for cell in sweep.cells for recipe in cell.recipes), self.engine.clip)
            status += note_list((), (*_of_all(sweep), *unheard, *notes))
        except Exception as error:
            status = told(error)
        finally:
            turns.over(turn, status)
        yield self._screen(turns)

    def _enter(self, key: str | None, sweep: Sweep, cells: Mapping, figures: Mapping) -> tuple[Note, ...]:
        """The pictures of finished cells into the history of this page, and what is to be told of it."""
        if self.histories is None or not cells:
            return ()
        found = [each for i, images in cells.items() for each in columns(sweep.cells[i], images, figures[i])]
        return entering(self.histories[key], lambda history: history.add_new(found))

    def cancel(self, key: str | None, click: Any = None) -> Screen | None:
        """Stop within a step what was clicked up to this number. None when a sweep is on: it tells the page itself."""
        turns = self.visitors[key]
        return self._screen(turns) if turns.cancel(message("not_begun"), click) else None

    def full(self, key: str | None) -> Screen:
        """The queue had no place for what was begun."""
        turns = self.visitors[key]
        turns.drop(message("queue_full", "error"))
        return self._screen(turns)

    def leave(self, key: str | None) -> None:
        """The page was closed."""
        self.visitors.leave(key)

    @staticmethod
    def _screen(turns: Turns) -> Screen:
        return Screen(None, turns.line, turns.busy)


def _going_on(word: Progress) -> str:
    values = {"done": word.done, "total": word.total, "measured": word.measured, "points": word.points}
    return progress(STAGES[word.stage], word.share, seconds_left(word.eta_seconds), **values)


def _of_all(sweep: Sweep) -> tuple[Note, ...]:
    """What there is to say of a sweep's pictures before they are drawn: of every one of them, or too important for that."""
    told = [
        beforehand(each) for each in {recipe.but(seeds=(0,)): None for cell in sweep.cells for recipe in cell.recipes}
    ]
    return once(note for notes in told for note in notes if note.key in OTHER or all(note in each for each in told))
