"""Runs and previews of an open page: frames of the engine become columns of its table, and lines beside it.

Both yield whenever there is something new to show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing

from ...engine import Engine, Frame
from ...page.forms import recipe_of
from ...page.status import error_html, going_on, message, note_list, progress
from ...page.table import Column, pictures
from ...page.turns import Turn
from ...recipe import Recipe, RecipeError
from ...recipe.beforehand import all_notes
from ...recipe.notes import Note, once
from .page import PlayPage

PREVIEW_STEPS = 8
PREVIEW_SEEDS = 4
Keep = Callable[[Recipe, Frame], Sequence[Note]]


def draw(engine: Engine, page: PlayPage, turn: Turn, keep: Keep) -> Iterator[None]:
    """Draw every column of the page's table, each with its recipe of the turn's job. Errors of drawing are raised.

    keep: given each column that was finished; what it has to say stands among the notes.
    """
    recipes, notes = turn.job
    cancel, columns = turn.cancel, list(page.table.columns)
    try:
        with closing(engine.columns(recipes, cancel)) as frames:
            for i, frame in frames:
                if not show(page, turn, columns[i], recipes[i], frame, "done"):
                    return
                kept = keep(recipes[i], frame) if frame.done and not frame.cancelled else ()
                notes = once((*notes, *frame.notes, *kept))
                page.notes = note_list((), notes)
                turn.going = going_on("running", frame, column=i + 1, columns=len(recipes))
                yield
        if any(column.state in ("cancelled", "waiting") for column in columns):
            turn.ended = message("cancelled")
        else:
            count, seconds = sum(len(recipe.seeds) for recipe in recipes), sum(column.seconds for column in columns)
            turn.ended = message("done", pictures=count, seconds=f"{seconds:.1f}")
    finally:
        for column in columns if page.holds(turn) else ():
            if column.state in ("waiting", "running"):
                column.state = "cancelled" if cancel.is_set() else "failed"


def preview(engine: Engine, page: PlayPage, form: Mapping) -> Iterator[None]:
    """Draw the chosen column with few steps and seeds, unless a run is on or that is what it shows already. Errors are
    told on the page."""
    turn, column = page.take_preview(), page.table.columns[page.table.selected]
    if turn is None:
        return
    try:
        try:
            full = column.asked = recipe_of(form, column.setting)
        except RecipeError as error:
            page.refused(error, page.recipe)
            return
        recipe = full.but(steps=min(PREVIEW_STEPS, full.steps), seeds=full.seeds[:PREVIEW_SEEDS], upsample=False)
        if column.shown == recipe:
            return
        page.table.seeds = full.seeds
        if not engine.ready(recipe.world):
            turn.going = progress("loading", 0)
            yield
        yield from _preview(engine, page, turn, column, recipe, full)
    except Exception as error:
        turn.ended = error_html(error)
    finally:
        page.over(turn)
        column.progress = 0.0


def _preview(
    engine: Engine, page: PlayPage, turn: Turn, column: Column, recipe: Recipe, full: Recipe
) -> Iterator[None]:
    # Of fewer steps other things may be true: what is said beforehand is of all of them.
    before, others = all_notes(full), all_notes(recipe)
    with closing(engine.run(recipe, turn.cancel)) as frames:
        for frame in frames:
            if frame.cancelled or not show(page, turn, column, recipe, frame, "preview"):
                return
            page.notes = note_list((), once((*before, *(note for note in frame.notes if note not in others))))
            turn.going = going_on("previewing", frame)
            yield
    if page.holds(turn):
        turn.ended = message("previewed", steps=recipe.steps, seconds=f"{frame.seconds:.1f}")


def show(page: PlayPage, turn: Turn, column: Column, recipe: Recipe, frame: Frame, done: str) -> bool:
    """Put a frame of a job into a column; False when another one of the page has begun since.

    done: the state of the column after the last frame.
    """
    made = pictures(frame.pictures, recipe, final=frame.done and not frame.cancelled)  # takes a while
    with page.lock:
        if not page.holds(turn):
            return False
        column.progress = 0.0 if frame.done else frame.index / frame.total
        column.seconds, column.calls, column.scores = frame.seconds, frame.calls, frame.scores
        column.state = "cancelled" if frame.cancelled else done if frame.done else "running"
        if made:
            column.pictures, column.shown = made, recipe.stamped() if frame.done else recipe
    return True
