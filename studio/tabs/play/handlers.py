"""What happens on the Play tab: plain values in, plain values out. No component is known here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pipelines.declarations.options import OptionError

from ...engine import Engine, Frame
from ...history import Histories, HistoryError, entering
from ...page.examples import Example
from ...page.forms import holds_settings, prompts_of, read_query, setting_of, shared_of, write_query
from ...page.hints import told_of
from ...page.jobs import Jobs
from ...page.status import mark_of, message, note_list, problem
from ...page.table import DEFAULT, Column, Setting, Table, render
from ...page.turns import Turn
from ...recipe import Recipe, RecipeError
from ...recipe.faults import together
from ...recipe.notes import Note
from ...recipe.specs import base_strength
from .first import First
from .page import Controls, PlayPage, Screen, draw, preview, until_changed
from .wanted import Job, job_of, late, other_seeds, same


class Play(Jobs[PlayPage, Screen]):
    """The Play tab of one server. Every method takes the session of the page it speaks for.

    form: the shared fields by name, as the page holds them, unchecked. histories: take every finished picture; without
    them each visitor has one that goes with them.
    """

    def __init__(self, engine: Engine, examples: Sequence[Example] = (), histories: Histories | None = None):
        self.beginning = First(examples)
        super().__init__(engine, self.beginning.page)
        self.histories = histories or Histories()

    def first(self, form: Mapping[str, Any]) -> Screen:
        """The page before anybody has come."""
        page = self.beginning.page()
        page.form = form
        return self.screen(None, page)

    def chosen(self, key: str | None, form: Mapping[str, Any]) -> Recipe:
        """The recipe of the chosen column. Raises RecipeError."""
        return self.pages[key].recipe(form)

    def opened(self, key: str, query: str) -> tuple[Controls, Screen] | None:
        """A page was opened with a URL query that holds settings; None when there are none. What is wrong in it is told."""
        page = self.pages[key]
        self.histories.enter(key)
        if not holds_settings(query):
            page.form = shared_of(self.beginning.recipe())
            return None
        recipe, settings, faults = read_query(query)
        if faults and recipe == Recipe() and settings == DEFAULT:  # nothing of it is known: the page stays as it is
            page.form = shared_of(self.beginning.recipe())
            page.refused(problem(together(faults)), until_changed)
            return Controls(page.form, page.table.setting), self.screen(key, page)
        page.table = Table([Column(setting) for setting in settings], len(settings) - 1, recipe.seeds)
        page.form = shared_of(recipe)
        page.say(message("loaded"))
        if faults:
            page.refused(problem(together(faults), "loaded_rest"), until_changed)
        page.heed(page.form)
        return Controls(page.form, page.table.setting), self.screen(key, page)

    def example(self, key: str, form: Mapping, index: int, locked: bool = False) -> tuple[Controls, Screen]:
        """One of the example prompts: its fields, and its pictures when they were drawn before. locked: seeds stay."""
        page, drawn = self.pages[key], self.beginning.drawn(form["world"])
        prompts = prompts_of(form["world"], drawn)
        if not 0 <= index < len(prompts):  # of the world that was there before
            return Controls(dict(form), page.table.setting), self._answer(page, form)
        seeds, form = form["seeds"], {**form, **prompts[index]}
        if index < len(drawn) and not page.running:
            form = page.show(drawn[index])
        form = page.lock_seeds(form, seeds) if locked else form
        return Controls(form, page.table.setting), self._answer(page, form)

    def world(self, key: str, form: Mapping, name: str, locked: bool = False) -> tuple[Controls, Screen]:
        """Another world: its first prompt, and its first pictures when they were drawn before. locked: seeds stay."""
        page = self.pages[key]
        try:
            recipe, drawn = self.beginning.recipe(name), self.beginning.drawn(name)
        except ValueError as error:  # not there any more, or its words are not
            return Controls(dict(form), page.table.setting), self._refused(page, form, error, until_changed)
        if not page.running:
            page.end_preview()
            if drawn:
                page.show(drawn[0])
            else:
                page.clear("empty", recipe.seeds)
                page.say(message("empty"))
                page.notes = note_list((), page.drop_conditions(name))
        shared = page.lock_seeds(shared_of(recipe), form["seeds"]) if locked else shared_of(recipe)
        return Controls(shared, page.table.setting), self._answer(page, shared)

    def pick(self, key: str, form: Mapping, column: int) -> tuple[Setting, Screen]:
        """Choose a column to be edited."""
        page = self.pages[key]
        page.table.selected = max(0, min(int(column), len(page.table.columns) - 1))
        return page.table.setting, self._answer(page, form, setting=True)

    def add(self, key: str, form: Mapping) -> tuple[Setting, Screen]:
        """One more column; it is chosen."""
        page = self.pages[key]
        page.add()
        return page.table.setting, self._answer(page, form, setting=True)

    def remove(self, key: str, form: Mapping, column: int | None = None) -> tuple[Setting, Screen]:
        """Remove a column, or the chosen one; the last one stays."""
        page = self.pages[key]
        page.remove(column)
        return page.table.setting, self._answer(page, form, setting=True)

    def rule(self, key: str, form: Mapping, w: Any, *others: Any) -> tuple[int, Setting, Screen]:
        """As `edit` when another rule or pull was chosen: a w that the rule does not know becomes its own default."""
        strength = base_strength(others[2])
        try:
            w = strength.check(w)
        except OptionError:
            w = strength.default
        tick, screen = self.edit(key, form, w, *others)
        return tick, self.pages[key].table.setting, screen

    def edit(
        self, key: str, form: Mapping, w: Any, gamma_classifier: Any, gamma_clip: Any, rule: Any = "", pulls: Any = ()
    ) -> tuple[int, Screen]:
        """A new setting for the chosen column. The number changes when a preview should be drawn."""
        page = self.pages[key]
        values = dict(w=w, gamma_classifier=gamma_classifier, gamma_clip=gamma_clip, rule=rule, pulls=pulls)
        values["conditions"] = page.table.setting.conditions  # they are drawn on another tab
        try:
            checked = Recipe.parse({**values, "world": form["world"]}, budget=None)
        except RecipeError as error:
            return page.tick, self._refused(page, form, error)
        page.choose(setting_of(checked), form)
        return page.tick, self._answer(page, form, setting=True)

    def forget(self, key: str, form: Mapping) -> tuple[int, Screen]:
        """The chosen column is not told any more what was drawn."""
        page = self.pages[key]
        page.choose(page.table.setting._replace(conditions=()), form)
        return page.tick, self._answer(page, form, setting=True)

    def changed(self, key: str, form: Mapping) -> Screen | None:
        """The shared fields are being changed: what is shown of them now. None when nothing of it is another; without the
        table where no column is."""
        page = self.pages[key]
        if same(form, page.form):
            return None
        before = page.late
        screen = self._answer(page, form)
        return screen if page.late != before else screen._replace(table=None)

    def move(self, key: str, form: Mapping, typing: bool = False) -> tuple[int, Screen]:
        """Steps or seeds were moved. The number changes when a preview of the chosen column should be drawn; the others are
        late. typing: nothing is refused of what is half written."""
        page = self.pages[key]
        page.typing = typing
        try:
            page.move(form)
        except RecipeError as error:
            if not typing:
                return page.tick, self._refused(page, form, error, page.recipe)
        return page.tick, self._answer(page, form)

    def dice(self, key: str, form: Mapping, locked: bool = False) -> tuple[str, int, Screen]:
        """New seeds, as many as there are, and as `move`. locked: they stay."""
        form = form if locked else {**form, "seeds": other_seeds(form["seeds"])}
        return form["seeds"], *self.move(key, form)

    def heed(self, key: str, form: Mapping) -> str:
        """Something that all columns share was changed: what there is to say of the chosen column before it is drawn."""
        page = self.pages[key]
        page.heed(form)
        return page.notes

    def begin(self, key: str, form: Mapping, click: Any = None) -> tuple[str, Screen]:
        """A run of the whole table, and the URL query of these settings. click: its number, see `studio.page.turns`."""
        page = self.pages[key]
        page.form = form
        job = self.ask(key, lambda: job_of(page.table, form), click)
        if job is None:
            return "", self._touched(page)
        page.notes = note_list((), job.notes)
        return write_query(job.recipes), self.screen(key, page)

    def world_of(self, job: Job) -> str:
        """That of its columns."""
        return job.recipes[0].world

    def work(self, key: str, page: PlayPage, turn: Turn) -> Iterator[None]:
        """Draw column after column."""
        return draw(self.engine, page, turn, lambda recipe, frame: self.keep(key, recipe, frame))

    def preview(self, key: str, form: Mapping) -> Iterator[Screen]:
        """Redraw the chosen column with few steps, unless a run is on or nothing has changed."""
        page = self.pages[key]
        for _ in preview(self.engine, page, form):
            yield self.screen(key, page)
        yield self.screen(key, page)

    def no_preview(self, key: str, form: Mapping) -> Screen | None:
        """The queue had no place for a preview. None when a job is on."""
        page = self.pages[key]
        return None if page.turn else self._refused(page, form, message("queue_full", "error"), until_changed)

    def settle(self, key: str, form: Mapping) -> Screen | None:
        """After a run or a preview: the page once more if something was answered meanwhile, else None."""
        page = self.pages[key]
        if not page.touched or page.turn:
            return None
        page.touched, page.form = False, form
        return self.screen(key, page)

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
        page = self.pages[key]
        try:
            recipe, faults = find()
        except (RecipeError, HistoryError) as error:
            return None, self._refused(page, form, error, until_changed)
        if faults and recipe == Recipe():
            return None, self._refused(page, form, problem(together(faults)), until_changed)
        controls, screen = self.take(key, recipe)
        if faults:
            screen = self._refused(page, page.form, problem(together(faults), "loaded_rest"), until_changed)
        return controls, screen

    def take(self, key: str, recipe: Recipe) -> tuple[Controls, Screen]:
        """Fill the page with a recipe; a note says so when another revision of the world has drawn it."""
        page = self.pages[key]
        page.fill(recipe)
        return Controls(shared_of(recipe), setting_of(recipe)), self._answer(page, shared_of(recipe))

    def written(self, key: str, form: Mapping, write: Callable[[Recipe], str]) -> tuple[str, str]:
        """The chosen column's recipe as a text, and the line beside the table. "" and why not, for a wrong setting."""
        page = self.pages[key]
        try:
            made = write(page.recipe(form).stamped())
        except RecipeError as error:
            return "", self._refused(page, form, error, page.recipe).status
        return made, self._answer(page, form).status

    def leave(self, key: str | None) -> None:
        """The page was closed."""
        super().leave(key)
        self.histories.leave(key)

    def keep(self, key: str, recipe: Recipe, frame: Frame) -> Sequence[Note]:
        """Put a finished column into the history; what goes wrong there is told, and the run goes on."""
        return entering(self.histories[key], lambda history: history.add(recipe, frame.pictures, frame.scores))

    def _answer(self, page: PlayPage, form: Mapping, setting: bool = False) -> Screen:
        """After something was set. setting: also the controls of the chosen column, so that what was wrong there is not."""
        page.form = form
        if setting and page.fault and page.fault.again is None:
            page.fault = None
        page.look_again()
        return self._touched(page)

    def _refused(self, page: PlayPage, form: Mapping, error: Exception | str, again: Any = None) -> Screen:
        """After what cannot be; see `PlayPage.refused`."""
        page.form = form
        page.refused(error, again)
        return self._touched(page)

    def _touched(self, page: PlayPage) -> Screen:
        """A screen that may reach the page out of order with the frames of a job."""
        page.touched |= page.turn is not None
        return self.screen(None, page)

    def screen(self, key: str | None, page: PlayPage, *_: None) -> Screen:
        """What stands on the tab."""
        table = page.seen()
        page.late = late(page.form, table)
        mark, told = mark_of(table.setting), told_of(table.setting.conditions)
        return Screen(render(table, page.late), mark, told, page.line, page.notes, page.running, bool(page.turn))
