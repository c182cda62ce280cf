"""What happens on the Play tab: plain values in, plain values out. No component is known here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pipelines.declarations.options import OptionError

from ...engine import Engine, Frame
from ...history import Histories, HistoryError, entering
from ...page.examples import Example
from ...page.forms import (
    holds_settings,
    prompts_of,
    read_query,
    recipe_of,
    setting_of,
    shared_of,
    table_of,
    write_query,
)
from ...page.hints import told_of
from ...page.sessions import Session, Sessions, copy_of
from ...page.status import mark_of, message, note_list, problem
from ...page.table import DEFAULT, MAX_COLUMNS, Column, Setting, Table, render
from ...recipe import Recipe, RecipeError
from ...recipe.beforehand import all_notes
from ...recipe.described import brief, html
from ...recipe.faults import together
from ...recipe.notes import Note
from ...recipe.snippet import snippet
from ...recipe.specs import base_strength, rule_of, strength_of
from .drawing import asked, draw, foretold, preview, waits
from .shown import late, line, look_again, refuse, same, until_changed, without_conditions


class Screen(NamedTuple):
    """What stands on the page: pieces of the table, None: as they are; HTML beside it; whether a run is on. told: the
    chosen column's drawings."""

    table: list[str] | None
    mark: str
    told: str
    status: str
    notes: str
    running: bool


class Controls(NamedTuple):
    """Values for the controls: what the columns share, and the setting of the chosen column."""

    shared: dict[str, Any]
    setting: Setting


class Play:
    """The Play tab of one server. Every method takes the session of the page it speaks for.

    form: the shared fields by name, as the page holds them, unchecked. histories: take every finished picture; without
    them each visitor has one that goes with them.
    """

    def __init__(self, engine: Engine, examples: Sequence[Example] = (), histories: Histories | None = None):
        self.engine = engine
        self.histories = histories or Histories()
        self.examples = tuple(examples)
        drawn = self.drawn(Recipe().world)
        self._first = table_of(drawn[0]) if drawn else Table()
        self.sessions = Sessions(self._new)

    def drawn(self, world: str) -> list[Example]:
        """The examples of a world."""
        return [each for each in self.examples if each.columns[0].recipe.world == world]

    @property
    def first_recipe(self) -> Recipe:
        """The shared fields that the page begins with."""
        return self._begin_with(Recipe().world)

    def _begin_with(self, world: str) -> Recipe:
        drawn = self.drawn(world)
        prompts = prompts_of(world, drawn)
        return drawn[0].columns[0].recipe if drawn else Recipe(world=world, **(prompts[0] if prompts else {}))

    @property
    def first_setting(self) -> Setting:
        """The setting of the column that is chosen to begin with."""
        return self._first.setting

    def prompts(self, world: str) -> list[str]:
        """What the example prompts of a world are called."""
        found = prompts_of(world, self.drawn(world))
        return [" · ".join(value for value in each.values() if value) for each in found]

    def _new(self) -> Session:
        drawn = self._first.columns[0].shown is not None
        return Session(copy_of(self._first), message("example" if drawn else "empty"))

    def first(self, form: Mapping[str, Any]) -> Screen:
        """The page before anybody has come."""
        session = self._new()
        session.form = form
        return self._screen(session)

    def opened(self, key: str, query: str) -> tuple[Controls, Screen] | None:
        """A page was opened with a URL query that holds settings; None when there are none. What is wrong in it is told."""
        session = self.sessions[key]
        self.histories.enter(key)
        if not holds_settings(query):
            return None
        recipe, settings, faults = read_query(query)
        if faults and recipe == Recipe() and settings == DEFAULT:  # nothing of it is known: the page stays as it is
            session.form = shared_of(self.first_recipe)
            refuse(session, problem(together(faults)), until_changed)
            return Controls(session.form, session.table.setting), self._screen(session)
        session.table = Table([Column(setting) for setting in settings], len(settings) - 1, recipe.seeds)
        session.form = shared_of(recipe)
        session.say(message("loaded"))
        if faults:
            refuse(session, problem(together(faults), "loaded_rest"), until_changed)
        self._heed(session, session.form)
        return Controls(session.form, session.table.setting), self._screen(session)

    def example(self, key: str, form: Mapping, index: int) -> tuple[Controls, Screen]:
        """One of the example prompts: its fields, and its pictures when they were drawn before."""
        session, drawn = self.sessions[key], self.drawn(form["world"])
        prompts = prompts_of(form["world"], drawn)
        if not 0 <= index < len(prompts):  # of the world that was there before
            return Controls(dict(form), session.table.setting), self._answer(session, form)
        form = {**form, **prompts[index]}
        if index < len(drawn) and session.job != "run":
            form = self._show(session, drawn[index])
        return Controls(form, session.table.setting), self._answer(session, form)

    def world(self, key: str, form: Mapping, name: str) -> tuple[Controls, Screen]:
        """Another world: its first prompt, and its first pictures when they were drawn before."""
        session = self.sessions[key]
        try:
            recipe, drawn = self._begin_with(name), self.drawn(name)
        except ValueError as error:  # not there any more, or its words are not
            return Controls(dict(form), session.table.setting), self._refused(session, form, error, until_changed)
        if session.job != "run":
            session.cancel.set()
            if drawn:
                self._show(session, drawn[0])
            else:
                session.clear("empty", recipe.seeds)
                session.say(message("empty"))
                session.notes = note_list((), without_conditions(session.table, name))
        return Controls(shared_of(recipe), session.table.setting), self._answer(session, shared_of(recipe))

    @staticmethod
    def _show(session: Session, example: Example) -> dict[str, Any]:
        """Put an example on the table; its shared fields."""
        session.table = table_of(example)
        session.say(message("example"))
        session.notes = ""
        return shared_of(example.columns[0].recipe)

    def pick(self, key: str, form: Mapping, column: int) -> tuple[Setting, Screen]:
        """Choose a column to be edited."""
        session = self.sessions[key]
        session.table.selected = max(0, min(int(column), len(session.table.columns) - 1))
        return session.table.setting, self._answer(session, form, setting=True)

    def add(self, key: str, form: Mapping) -> tuple[Setting, Screen]:
        """One more column, with the setting of the chosen one and w a little higher; it is chosen."""
        session, table = self.sessions[key], self.sessions[key].table
        with session.lock:
            if len(table.columns) < MAX_COLUMNS:
                highest = strength_of(rule_of(table.setting.rule)).high
                setting = table.setting._replace(w=min(round(table.setting.w + 3, 2), highest))
                table.columns.append(Column(setting))
                table.selected = len(table.columns) - 1
        return table.setting, self._answer(session, form, setting=True)

    def remove(self, key: str, form: Mapping, column: int | None = None) -> tuple[Setting, Screen]:
        """Remove a column, or the chosen one; the last one stays."""
        session, table = self.sessions[key], self.sessions[key].table
        with session.lock:
            at = table.selected if column is None else int(column)
            if len(table.columns) > 1 and 0 <= at < len(table.columns):
                del table.columns[at]
                table.selected = min(table.selected - (at < table.selected), len(table.columns) - 1)
        return table.setting, self._answer(session, form, setting=True)

    def rule(self, key: str, form: Mapping, w: Any, *others: Any) -> tuple[int, Setting, Screen]:
        """As `edit` when another rule or pull was chosen: a w that the rule does not know becomes its own default."""
        strength = base_strength(others[2])
        try:
            w = strength.check(w)
        except OptionError:
            w = strength.default
        tick, screen = self.edit(key, form, w, *others)
        return tick, self.sessions[key].table.setting, screen

    def edit(
        self, key: str, form: Mapping, w: Any, gamma_classifier: Any, gamma_clip: Any, rule: Any = "", pulls: Any = ()
    ) -> tuple[int, Screen]:
        """A new setting for the chosen column. The number changes when a preview should be drawn."""
        session = self.sessions[key]
        held = session.table.setting.conditions  # they are drawn on another tab
        values = dict(zip(Setting._fields, (w, gamma_classifier, gamma_clip, rule, pulls, held), strict=True))
        try:
            checked = Recipe.parse({**values, "world": form["world"]}, budget=None)
        except RecipeError as error:
            return session.tick, self._refused(session, form, error)
        return self._changed(session, form, setting_of(checked))

    def forget(self, key: str, form: Mapping) -> tuple[int, Screen]:
        """The chosen column is not told any more what was drawn."""
        session = self.sessions[key]
        return self._changed(session, form, session.table.setting._replace(conditions=()))

    def _changed(self, session: Session, form: Mapping, setting: Setting) -> tuple[int, Screen]:
        """A new setting for the chosen column: a preview follows, unless a run is on."""
        session.table.columns[session.table.selected].setting = setting
        if session.job != "run":
            session.cancel.set()
            session.tick += 1
        self._heed(session, form)
        return session.tick, self._answer(session, form, setting=True)

    def changed(self, key: str, form: Mapping) -> Screen | None:
        """The shared fields are being changed: what is shown of them now. None when nothing of it is another; without the
        table where no column is."""
        session = self.sessions[key]
        if same(form, session.form):
            return None
        before = session.late
        screen = self._answer(session, form)
        return screen if session.late != before else screen._replace(table=None)

    def heed(self, key: str, form: Mapping) -> str:
        """Something that all columns share was changed: what there is to say of the chosen column before it is drawn."""
        session = self.sessions[key]
        self._heed(session, form)
        return session.notes

    @staticmethod
    def _heed(session: Session, form: Mapping, *first: Note) -> None:
        """Say beforehand what of the chosen column's recipe will not act, after what comes `first`. A run says its own."""
        try:
            if session.job != "run":
                session.notes = note_list((), (*first, *all_notes(recipe_of(form, session.table.setting))))
        except RecipeError:
            pass  # the status says what is wrong, or will when it is drawn

    def begin(self, key: str, form: Mapping, click: Any = None) -> tuple[str, Screen]:
        """Check everything and make the table ready for a run. Also gives the URL query of these settings.

        click: its number, as the page counts (see `studio.page.turns`)."""
        session = self.sessions[key]
        try:
            recipes = asked(session.table, form)
            notes = foretold(recipes)
        except Exception as error:
            return "", self._refused(session, form, error, lambda form: asked(session.table, form))
        session.form = form
        if not session.begin(recipes, waits(self.engine, recipes[0].world), click):
            return "", self._screen(session)
        session.notes = note_list((), notes)
        return write_query(recipes), self._screen(session)

    def run(self, key: str) -> Iterator[Screen]:
        """Draw what `begin` made ready, column after column."""
        session = self.sessions[key]
        recipes = session.take_pending()
        if recipes:
            for _ in draw(self.engine, session, recipes, lambda recipe, frame: self.keep(key, recipe, frame)):
                yield self._screen(session)
        yield self._screen(session)

    def preview(self, key: str, form: Mapping) -> Iterator[Screen]:
        """Redraw the chosen column with few steps, unless a run is on or nothing has changed."""
        session = self.sessions[key]
        for _ in preview(self.engine, session, form):
            yield self._screen(session)
        yield self._screen(session)

    def cancel(self, key: str, form: Mapping, click: Any = None) -> Screen | None:
        """Stop within a step what was clicked up to this number, also where that comes later. None when a run is on: it
        tells the page itself, in the order of its frames."""
        session = self.sessions[key]
        if session.withdraw(click) or not session.busy:
            session.say(message("cancelled"))
        return None if session.busy else self._screen(session)

    def full(self, key: str, form: Mapping) -> Screen | None:
        """The queue had no place for what was begun, or for a preview. None when a run is on."""
        session = self.sessions[key]
        if session.drop():
            session.say(message("empty"))
        return None if session.busy else self._refused(session, form, message("queue_full", "error"), until_changed)

    def settle(self, key: str, form: Mapping) -> Screen | None:
        """After a run or a preview: the page once more if something was answered meanwhile, else None."""
        session = self.sessions[key]
        if not session.touched or session.busy:
            return None
        session.touched, session.form = False, form
        return self._screen(session)

    def load(self, key: str, content: bytes, form: Mapping) -> tuple[Controls | None, Screen]:
        """The recipe in a PNG or a JSON file: its shared fields for the page, its guidance for the chosen column.

        What is wrong in it is told, and the rest is loaded.
        """
        return self._fill(key, form, lambda: Recipe.salvage_file(content))

    def open(self, key: str, number: int, form: Mapping) -> tuple[Controls | None, Screen]:
        """The same for a picture of the history."""
        return self._fill(key, form, lambda: Recipe.salvage(self.histories[key].get(number).fields))

    def _fill(
        self, key: str, form: Mapping, find: Callable[[], tuple[Recipe, Sequence[RecipeError]]]
    ) -> tuple[Controls | None, Screen]:
        session = self.sessions[key]
        try:
            recipe, faults = find()
        except (RecipeError, HistoryError) as error:
            return None, self._refused(session, form, error, until_changed)
        if faults and recipe == Recipe():
            return None, self._refused(session, form, problem(together(faults)), until_changed)
        controls, screen = self.take(key, recipe)
        if faults:
            screen = self._refused(session, session.form, problem(together(faults), "loaded_rest"), until_changed)
        return controls, screen

    def take(self, key: str, recipe: Recipe) -> tuple[Controls, Screen]:
        """Fill the page with a recipe; a note says so when another revision of the world has drawn it."""
        session = self.sessions[key]
        session.table.columns[session.table.selected].setting = setting_of(recipe)
        if session.job != "run":
            session.clear("empty", recipe.seeds)
            session.say(message("loaded"))
        values = {"world": recipe.world, "there": recipe.revision, "here": recipe.elsewhere}
        self._heed(session, shared_of(recipe), *([Note("other_revision", values)] if recipe.elsewhere else []))
        return Controls(shared_of(recipe), setting_of(recipe)), self._answer(session, shared_of(recipe))

    def written(self, key: str, form: Mapping, write: Callable[[Recipe], str]) -> tuple[str, str]:
        """The chosen column's recipe as a text, and the line beside the table. "" and why not, for a wrong setting."""
        session = self.sessions[key]
        try:
            made = write(recipe_of(form, session.table.setting).stamped())
        except RecipeError as error:
            return "", self._refused(session, form, error, lambda now: recipe_of(now, session.table.setting)).status
        return made, self._answer(session, form).status

    @staticmethod
    def python(content: Any) -> str:
        """A recipe's JSON, as the page holds it beside a picture, as a program; "" for what is none."""
        try:
            return snippet(Recipe.from_json(content, budget=None))
        except RecipeError:
            return ""

    @staticmethod
    def facts(content: Any) -> list[list[str]]:
        """A recipe's JSON in words: label and value, both as HTML in both languages; [] for what is no recipe."""
        try:
            return [[html(fact.label), html(fact.value)] for fact in brief(Recipe.from_json(content, budget=None))]
        except RecipeError:
            return []

    def leave(self, key: str) -> None:
        """The page was closed."""
        self.sessions.leave(key)
        self.histories.leave(key)

    def keep(self, key: str, recipe: Recipe, frame: Frame) -> Sequence[Note]:
        """Put a finished column into the history; what goes wrong there is told, and the run goes on."""
        return entering(self.histories[key], lambda history: history.add(recipe, frame.pictures, frame.scores))

    def _answer(self, session: Session, form: Mapping, setting: bool = False) -> Screen:
        """A screen that may reach the page out of order with the frames of a job, after something was set. setting: also
        the controls of the chosen column."""
        session.form = form
        look_again(session, setting)
        session.touched |= session.busy
        return self._screen(session)

    def _refused(
        self, session: Session, form: Mapping, error: Exception | str, again: Callable[[Mapping], Any] | None = None
    ) -> Screen:
        """The same for what cannot be; see `shown.refuse`."""
        session.form = form
        refuse(session, error, again)
        session.touched |= session.busy
        return self._screen(session)

    def _screen(self, session: Session) -> Screen:
        table = session.seen()
        session.late = late(session.form, table)
        return Screen(
            render(table, session.late),
            mark_of(table.setting),
            told_of(table.setting.conditions),
            line(session, table),
            session.notes,
            session.job == "run",
        )
