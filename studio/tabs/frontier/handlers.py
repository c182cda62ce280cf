"""What happens on the Frontier tab: plain values in, plain values out. No component is known here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

from ...engine import Engine
from ...engine.clips import called, unread
from ...history import Histories, entering
from ...page.jobs import Jobs, ViewerScreen
from ...page.status import message, note_list, progress, seconds_left
from ...page.turns import OpenPage, Turn
from ...recipe import Recipe
from ...recipe.beforehand import beforehand
from ...recipe.lists import texts
from ...recipe.notes import OTHER, Note, once
from ...sweeps import Axis, PictureCache, Progress, Sweep, measured
from ...sweeps.grid import BUDGET
from .entered import columns
from .presets import curves_of, rules_sweep
from .view import sheet, uri, view

STAGES = {"loading": "loading", "drawing": "frontier_drawing", "measuring": "frontier_measuring"}


class Handlers(Jobs[OpenPage, ViewerScreen]):
    """The Frontier tab of one server. key: the session of the page that asks.

    histories: take every finished picture; None keeps no history. first: the line beside what is shown before a sweep.
    """

    def __init__(self, engine: Engine, keep: PictureCache | None, histories: Histories | None = None, first: str = ""):
        super().__init__(engine, lambda: OpenPage(first))
        self.keep, self.histories = keep, histories

    def plan(self, find: Callable[[], Recipe], form: Mapping[str, Any]) -> tuple[Sweep, list[str]]:
        """The sweep that the form asks for, and the names of its curves. find: gives the recipe that is moved.

        form: mode, axis1, values1, axis2, values2, prompts (lines), seeds, steps, as the page holds them. Raises
        RecipeError.
        """
        base = find()
        fields = base.flat() | {"revision": ""}
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

    def begin(
        self, key: str | None, find: Callable[[], Recipe], form: Mapping[str, Any], click: Any = None
    ) -> ViewerScreen:
        """The sweep that the form makes. click: see `studio.page.turns`."""
        page = self.pages[key]
        page.wish = lambda: self.plan(find, form)
        self.ask(key, page.wish, click)
        return self.screen(key, page)

    def changed(self, key: str | None, find: Callable[[], Recipe], form: Mapping[str, Any]) -> str | None:
        """The form is another, or what is moved: the line beside what is shown; None while a sweep is on."""
        return self.pages[key].set_to(lambda: self.plan(find, form))

    def world_of(self, job: tuple[Sweep, list[str]]) -> str:
        """That of its first pictures."""
        return job[0].work[0].world

    def foretold(self, job: tuple[Sweep, list[str]]) -> str:
        """What is true of all its pictures."""
        return note_list((), _of_all(job[0]))

    def screen(self, key: str | None, page: OpenPage, view: dict | None = None) -> ViewerScreen:
        """What stands on the tab."""
        return ViewerScreen(view, page.line, page.running)

    def work(self, key: str | None, page: OpenPage, turn: Turn) -> Iterator[dict | None]:
        """Run a sweep: a view whenever cells have become whole."""
        (sweep, names), clip = turn.job, self.engine.clip
        found: dict[int, tuple] = {}
        page.shown, problem, notes = turn.job, "", ()
        turn.going = _going_on(Progress(0, len(sweep.work), 0))
        yield view(sweep, found, names, called(clip))
        with closing(measured(self.engine, sweep, self.keep, turn.cancel, clip)) as words:
            for word, figures in words:
                for i, images in word.cells.items():
                    found[i] = (figures[i], uri(sheet(sweep.cells[i], images)))
                if all(note.key == "history_damaged" for note in notes):  # it began anew; other troubles stay
                    notes += self._enter(key, sweep, word.cells, figures)
                problem = word.problem or problem
                if word.finished:
                    turn.ended = _ended(sweep, word, problem, clip, notes)
                else:
                    turn.going = _going_on(word)
                yield view(sweep, found, names, called(clip)) if word.cells else None

    def _enter(self, key: str | None, sweep: Sweep, cells: Mapping, figures: Mapping) -> tuple[Note, ...]:
        """The pictures of finished cells into the history of this page, and what is to be told of it."""
        if self.histories is None or not cells:
            return ()
        found = [each for i, images in cells.items() for each in columns(sweep.cells[i], images, figures[i])]
        return entering(self.histories[key], lambda history: history.add_new(found))


def _going_on(word: Progress) -> str:
    values = {"done": word.done, "total": word.total, "measured": word.measured, "points": word.points}
    return progress(STAGES[word.stage], word.share, seconds_left(word.eta_seconds), **values)


def _ended(sweep: Sweep, word: Progress, problem: str, clip: str, notes: Sequence[Note]) -> str:
    if word.cancelled:
        said = message("frontier_cancelled", done=word.done, total=word.total)
    else:
        values = {"pictures": word.total, "kept": word.kept, "cells": len(sweep.cells)}
        said = message("frontier_done", **values, seconds=f"{word.seconds:.1f}")
    if problem:
        said += message("frontier_problem", "error", reason=problem)
    unheard = unread((recipe for cell in sweep.cells for recipe in cell.recipes), clip)
    return said + note_list((), (*_of_all(sweep), *unheard, *notes))


def _of_all(sweep: Sweep) -> tuple[Note, ...]:
    """What there is to say of a sweep's pictures before they are drawn: of every one of them, or too important for that."""
    told = [
        beforehand(each) for each in {recipe.but(seeds=(0,)): None for cell in sweep.cells for recipe in cell.recipes}
    ]
    return once(note for notes in told for note in notes if note.key in OTHER or all(note in each for each in told))
