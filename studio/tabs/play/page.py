"""One open page of the Play tab: what is set and shown there, and how runs and previews draw into it.

`draw` and `preview` make frames of the engine columns of its table, and yield whenever there is something new to show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any, NamedTuple

from ...engine import Engine, Frame
from ...page.examples import Example
from ...page.forms import recipe_of, setting_of, shared_of, table_of
from ...page.status import error_html, going_on, message, note_list, progress
from ...page.table import MAX_COLUMNS, Column, Setting, Table, pictures
from ...page.turns import Fault, OpenPage, Turn
from ...recipe import Recipe, RecipeError
from ...recipe.availability import why_not
from ...recipe.beforehand import all_notes
from ...recipe.notes import Note, once
from ...recipe.values import parse_seeds
from .wanted import Job, asked, changed, same

PREVIEW_STEPS = 8
PREVIEW_SEEDS = 4
Keep = Callable[[Recipe, Frame], Sequence[Note]]


class Screen(NamedTuple):
    """What stands on the page: pieces of the table, None: as they are; HTML beside it; whether a run is on. told: the
    chosen column's drawings. drawing: whether there is something to cancel, a run or a preview."""

    table: list[str] | None
    mark: str
    told: str
    status: str
    notes: str
    running: bool
    drawing: bool


class Controls(NamedTuple):
    """Values for the controls: what the columns share, and the setting of the chosen column."""

    shared: dict[str, Any]
    setting: Setting


class PlayPage(OpenPage):
    """One open page. notes: HTML beside its line. form: the shared fields as they were told last. late: of each column as
    it was shown last, whether its pictures are of other settings. tick counts the changes that ask for a preview; paced:
    whether it is the number of steps that was moved, of which a preview in few steps would show nothing; typing:
    whether seeds are half written, of which nothing is refused. touched: whether something was answered during a job, so
    that the answer may have reached the page after the last frame.

    Its lock is held to change columns, since frames arrive in one thread and what the person does in others.
    """

    def __init__(self, table: Table, first: str):
        super().__init__(first)
        self.table, self.notes, self.tick, self.touched = copy_of(table), "", 0, False
        self.form: Mapping[str, Any] = {}
        self.late: tuple[bool, ...] = ()
        self.paced = self.typing = False
        self.wish = lambda: asked(self.table, self.form)

    @property
    def line(self) -> str:
        """What goes on, what is refused, what was changed since it was drawn, or how it was drawn."""
        turn, fault, table = self.turn, self.fault.told if self.fault else "", self.seen()
        if turn is not None:
            return turn.going + fault
        news = changed(self.form, table) if self.form else []
        if fault or not any(news):
            return fault or self.ended
        previewed = any(each.state == "preview" and not new for each, new in zip(table.columns, news, strict=True))
        return self.ended + message("changed_rest", "changed") if previewed else message("changed", "changed")

    def begin(self, job: Job, going: str = "", click: Any = None) -> bool:
        """As every page; the columns are empty from then on."""
        with self.lock:
            begun = super().begin(job, going, click)
            if begun:
                self.clear("waiting", job.recipes[0].seeds)
                for column, recipe in zip(self.table.columns, job.recipes, strict=False):
                    column.asked = recipe
            return begun

    def cancel(self, click: Any = None) -> bool:
        """As every page; of a preview that is ended it says so."""
        with self.lock:
            turn, over = self.turn, super().cancel(click)
            if turn is not None and turn.preview and turn.cancel.is_set():
                turn.ended = message("cancelled")
            return over

    def _drop(self) -> None:
        super()._drop()
        self.ended = message("empty")
        self.clear("cancelled")

    def refused(self, error: Exception | str, again: Any = None) -> None:
        """Something cannot be: the line says so until it is right. error: or what is told of it; again: see `Fault`."""
        self.fault = Fault(error if isinstance(error, str) else error_html(error), again)

    def seen(self) -> Table:
        """The table as it is at one moment."""
        with self.lock:
            return copy_of(self.table)

    def clear(self, state: str, seeds: tuple[int, ...] | None = None) -> None:
        """Every column without pictures and numbers. seeds: the rows from now on; None: as they are."""
        with self.lock:
            self.table.seeds = self.table.seeds if seeds is None else seeds
            for column in self.table.columns:
                column.clear(state)

    def recipe(self, form: Mapping | None = None) -> Recipe:
        """That of the chosen column. form: the shared fields; None: as they were told last. Raises RecipeError."""
        return recipe_of(self.form if form is None else form, self.table.setting)

    def heed(self, form: Mapping, *first: Note) -> None:
        """Say beforehand what of the chosen column's recipe will not act, after what comes `first`. A run says its own."""
        try:
            if not self.running:
                self.notes = note_list((), (*first, *all_notes(self.recipe(form))))
        except RecipeError:
            pass  # the line says what is wrong, or will when it is drawn

    def choose(self, setting: Setting, form: Mapping) -> None:
        """A new setting for the chosen column: a preview follows, unless a run is on."""
        self.table.columns[self.table.selected].setting = setting
        self.paced = self.typing = False
        self._redraw(form)

    def move(self, form: Mapping) -> None:
        """Steps or seeds, which all columns share, may be others: a preview of the chosen column follows, unless a run is on.
        Raises RecipeError."""
        self.recipe(form)
        if not same(form, self.form):
            self.paced = bool(self.form) and form["steps"] != self.form["steps"]
            self._redraw(form)

    def _redraw(self, form: Mapping) -> None:
        if not self.running:
            self.end_preview()
            self.tick += 1
        self.heed(form)

    def show(self, example: Example) -> dict[str, Any]:
        """Put an example on the table; its shared fields."""
        self.table, self.notes = table_of(example), ""
        self.say(message("example"))
        return shared_of(example.columns[0].recipe)

    def lock_seeds(self, form: Mapping, seeds: Any) -> dict[str, Any]:
        """The shared fields with these seeds, which are the rows of the table too."""
        if not self.running:
            with suppress(RecipeError):
                self.table.seeds = parse_seeds(seeds)
        return {**form, "seeds": seeds}

    def fill(self, recipe: Recipe) -> None:
        """A recipe for the chosen column; a note says so when another revision of the world has drawn it."""
        self.table.columns[self.table.selected].setting = setting_of(recipe)
        if not self.running:
            self.clear("empty", recipe.seeds)
            self.say(message("loaded"))
        values = {"world": recipe.world, "there": recipe.revision, "here": recipe.elsewhere}
        self.heed(shared_of(recipe), *([Note("other_revision", values)] if recipe.elsewhere else []))

    def add(self) -> None:
        """One more column, with the setting of the chosen one and w a little higher; it is chosen."""
        with self.lock:
            if len(self.table.columns) < MAX_COLUMNS:
                setting = self.table.setting
                higher = min(round(setting.w + 3, 2), setting.rule.strength_option.high)
                self.table.columns.append(Column(setting._replace(rule=setting.rule.with_strength(higher))))
                self.table.selected = len(self.table.columns) - 1

    def remove(self, column: int | None = None) -> None:
        """Remove a column, or the chosen one; the last one stays."""
        with self.lock:
            table = self.table
            at = table.selected if column is None else int(column)
            if len(table.columns) > 1 and 0 <= at < len(table.columns):
                del table.columns[at]
                table.selected = min(table.selected - (at < table.selected), len(table.columns) - 1)

    def drop_conditions(self, world: str) -> list[Note]:
        """Take those off that the world has no network for: no control could. What to say of it."""
        columns = self.table.columns
        lost = [c for c in columns if any(why_not(each.needs, world) for each in c.setting.conditions)]
        for column in lost:
            column.setting = column.setting._replace(conditions=())
        return [Note("no_conditions_here")] if lost else []


def copy_of(table: Table) -> Table:
    """A table of one's own with the same pictures."""
    return replace(table, columns=[replace(column) for column in table.columns])


def until_changed() -> None:
    """For what is no fault of the fields, such as a damaged file: told until something is changed."""


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
            if not page.typing:
                page.refused(error, page.recipe)
            return
        steps = full.steps if page.paced else min(PREVIEW_STEPS, full.steps)
        recipe = full.but(steps=steps, seeds=full.seeds[:PREVIEW_SEEDS], upsample=False)
        page.table.seeds = full.seeds
        if column.shown in (recipe, full) and column.state in ("example", "preview", "done"):  # not half of it
            return
        if not engine.ready(recipe.world):
            turn.going = progress("loading", 0)
            yield
        yield from _preview(engine, page, turn, column, recipe, full)
    except Exception as error:
        turn.ended = error_html(error)
    finally:
        if column.state == "running" and turn.ended is not None:
            column.state = "cancelled" if turn.cancel.is_set() else "failed"
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
