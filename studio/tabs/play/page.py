"""What a visitor sees and sets on the Play tab at the moment, and how the two are told apart: pictures of other settings,
and what was refused until it is right."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from ...page.examples import Example
from ...page.forms import left_out, recipe_of, setting_of, shared_of, table_of
from ...page.status import error_html, message, note_list
from ...page.table import MAX_COLUMNS, Column, Setting, Table
from ...page.turns import Fault, OpenPage
from ...recipe import Recipe, RecipeError, check_budget
from ...recipe.availability import why_not
from ...recipe.beforehand import all_notes
from ...recipe.notes import Note, once
from ...recipe.specs import strength_of


class Job(NamedTuple):
    """A recipe for each column, and what there is to say of them and of their link before they are drawn."""

    recipes: tuple[Recipe, ...]
    notes: tuple[Note, ...]


class PlayPage(OpenPage):
    """One open page. notes: HTML beside its line. form: the shared fields as they were told last. late: of each column as
    it was shown last, whether its pictures are of other settings. tick counts the changes that ask for a preview. touched:
    whether something was answered during a job, so that the answer may have reached the page after the last frame.

    Its lock is held to change columns, since frames arrive in one thread and what the person does in others.
    """

    def __init__(self, table: Table, first: str):
        super().__init__(first)
        self.table, self.notes, self.tick, self.touched = copy_of(table), "", 0, False
        self.form: Mapping[str, Any] = {}
        self.late: tuple[bool, ...] = ()
        self.wish = lambda: asked(self.table, self.form)

    @property
    def line(self) -> str:
        """What goes on, what is refused, what was changed since it was drawn, or how it was drawn."""
        turn, fault, table = self.turn, self.fault.told if self.fault else "", self.seen()
        if turn is not None:
            return turn.going + fault
        changed = _changed(self.form, table) if self.form else []
        if fault or not any(changed):
            return fault or self.ended
        previewed = any(each.state == "preview" and not new for each, new in zip(table.columns, changed, strict=True))
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
        if not self.running:
            self.end_preview()
            self.tick += 1
        self.heed(form)

    def show(self, example: Example) -> dict[str, Any]:
        """Put an example on the table; its shared fields."""
        self.table, self.notes = table_of(example), ""
        self.say(message("example"))
        return shared_of(example.columns[0].recipe)

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
                higher = min(round(setting.w + 3, 2), strength_of(setting.rule).high)
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


def asked(table: Table, form: Mapping) -> tuple[Recipe, ...]:
    """A recipe for each column. Raises RecipeError."""
    recipes = tuple(recipe_of(form, column.setting) for column in table.columns)
    check_budget(recipes)
    return recipes


def job_of(table: Table, form: Mapping) -> Job:
    """The same as a job. Raises RecipeError."""
    recipes = asked(table, form)
    return Job(recipes, once((*(note for recipe in recipes for note in all_notes(recipe)), *left_out(recipes))))


def late(form: Mapping, table: Table) -> tuple[bool, ...]:
    """Of each column, whether its pictures are of other settings than it has now. form: {} where it is not known."""
    return tuple(bool(form) and each.is_late(_wanted(form, each.setting)) for each in table.columns)


def same(form: Mapping, other: Mapping) -> bool:
    """Whether two states of the shared fields mean the same: the page writes a number or an empty field in its own way."""
    one, two = _wanted(form, Setting()), _wanted(other, Setting())
    return one == two if one or two else dict(form) == dict(other)


def until_changed() -> None:
    """For what is no fault of the fields, such as a damaged file: told until something is changed."""


def _changed(form: Mapping, table: Table) -> list[bool]:
    """Of each column, whether it is not what it was last asked to be, or stands empty beside others that were drawn."""
    before = [each.asked or each.shown for each in table.columns]
    drawn = any(old and each.state != "preview" for old, each in zip(before, table.columns, strict=True))
    wishes = [_wanted(form, each.setting) for each in table.columns]
    return [old != wish if old else drawn for old, wish in zip(before, wishes, strict=True)]


def _wanted(form: Mapping, setting: Setting) -> Recipe | None:
    """What a column would be drawn with now; None while something is wrong with it."""
    try:
        return _made(json.dumps(form, sort_keys=True), setting)
    except Exception:
        return None


@lru_cache(maxsize=512)
def _made(form: str, setting: Setting) -> Recipe:
    """Every frame of a run asks for all columns."""
    return recipe_of(json.loads(form), setting)
