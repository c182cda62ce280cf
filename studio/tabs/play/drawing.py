"""Runs and previews of an open page: frames of the engine become columns of its table and lines beside it.

Both yield whenever there is something new to show, end their part of the session in `finally`, and tell
errors on the page instead of raising them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing

from ...engine import Engine, Frame
from ...page.forms import left_out, recipe_of
from ...page.sessions import Fault, Session
from ...page.status import going_on, message, note_list, problem, progress, told
from ...page.table import Column, Table, pictures
from ...recipe import Recipe, RecipeError, check_budget
from ...recipe.beforehand import all_notes
from ...recipe.notes import Note, once

PREVIEW_STEPS = 8
PREVIEW_SEEDS = 4
Keep = Callable[[Recipe, Frame], Sequence[Note]]


def draw(engine: Engine, session: Session, recipes: Sequence[Recipe], keep: Keep | None = None) -> Iterator[None]:
    """Draw every column of the session's table, each with its recipe.

    keep: given each column that was finished; what it has to say stands among the notes.
    """
    cancel, columns = session.cancel, list(session.table.columns)
    notes = foretold(recipes)
    try:
        with closing(engine.columns(recipes, cancel)) as frames:
            for i, frame in frames:
                if not show(session, cancel, columns[i], recipes[i], frame, "done"):
                    return
                kept = keep(recipes[i], frame) if keep and frame.done and not frame.cancelled else ()
                notes = once((*notes, *frame.notes, *kept))
                session.notes = note_list((), notes)
                session.status = going_on("running", frame, column=i + 1, columns=len(recipes))
                yield
        if any(column.state in ("cancelled", "waiting") for column in columns):
            session.status = message("cancelled")
        else:
            count, seconds = sum(len(recipe.seeds) for recipe in recipes), sum(column.seconds for column in columns)
            session.status = message("done", pictures=count, seconds=f"{seconds:.1f}")
    except Exception as error:
        session.status = told(error)
    finally:
        for column in columns if session.cancel is cancel else ():
            if column.state in ("waiting", "running"):
                column.state = "cancelled" if cancel.is_set() else "failed"
        session.release(cancel)


def asked(table: Table, form: Mapping) -> tuple[Recipe, ...]:
    """A recipe for each column. Raises RecipeError."""
    recipes = tuple(recipe_of(form, column.setting) for column in table.columns)
    check_budget(recipes)
    return recipes


def foretold(recipes: Sequence[Recipe]) -> tuple[Note, ...]:
    """What there is to say of several columns before they are drawn, and of their link."""
    return once((*(note for recipe in recipes for note in all_notes(recipe)), *left_out(recipes)))


def preview(engine: Engine, session: Session, form: Mapping) -> Iterator[None]:
    """Draw the chosen column with few steps and seeds, unless a run is on or that is what it shows already."""
    cancel, column = session.take_over("preview"), session.table.columns[session.table.selected]
    if cancel is None:
        return
    try:
        try:
            full = column.asked = recipe_of(form, column.setting)
        except RecipeError as error:
            session.fault = Fault(problem(error), lambda form: recipe_of(form, session.table.setting))
            return
        recipe = full.but(steps=min(PREVIEW_STEPS, full.steps), seeds=full.seeds[:PREVIEW_SEEDS], upsample=False)
        if column.shown == recipe:
            return
        session.table.seeds = full.seeds
        if not engine.ready(recipe.world):
            session.status = progress("loading", 0)
            yield
        yield from _preview(engine, session, cancel, column, recipe, full)
    except Exception as error:
        session.status = told(error)
    finally:
        session.release(cancel)
        column.progress = 0.0


def _preview(
    engine: Engine, session: Session, cancel: threading.Event, column: Column, recipe: Recipe, full: Recipe
) -> Iterator[None]:
    # Of fewer steps other things may be true: what is said beforehand is of all of them.
    before, others = all_notes(full), all_notes(recipe)
    with closing(engine.run(recipe, cancel)) as frames:
        for frame in frames:
            if frame.cancelled or not show(session, cancel, column, recipe, frame, "preview"):
                return
            session.notes = note_list((), once((*before, *(note for note in frame.notes if note not in others))))
            session.status = going_on("previewing", frame)
            yield
    if session.cancel is cancel:
        session.status = message("previewed", steps=recipe.steps, seconds=f"{frame.seconds:.1f}")


def show(session: Session, cancel: threading.Event, column: Column, recipe: Recipe, frame: Frame, done: str) -> bool:
    """Put a frame of the job with this event into a column; False when another job of the page has taken over.

    done: the state of the column after the last frame.
    """
    made = pictures(frame.pictures, recipe, final=frame.done and not frame.cancelled)  # takes a while
    with session.lock:
        if session.cancel is not cancel:
            return False
        column.progress = 0.0 if frame.done else frame.index / frame.total
        column.seconds, column.calls, column.scores = frame.seconds, frame.calls, frame.scores
        column.state = "cancelled" if frame.cancelled else done if frame.done else "running"
        if made:
            column.pictures, column.shown = made, recipe.stamped() if frame.done else recipe
    return True


def waits(engine: Engine, world: str) -> str:
    """What is said of a job until it begins."""
    return progress("waiting" if engine.ready(world) else "loading", 0)
