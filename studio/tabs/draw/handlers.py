"""What happens on the Draw tab: plain values in, plain values out. No component is known here."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ...engine import Engine, Frame
from ...page.sessions import Sessions
from ...page.status import going_on, message, note_list, problem_pair, progress, seconds_left
from ...page.table import PREVIEW_SIDE, SIDE, data_uri
from ...page.table import look as enlarged
from ...page.turns import Turns
from ...recipe import Recipe, RecipeError, check_budget
from ...recipe.notes import Note, once
from ...recipe.prompts import unknown
from ...recipe.uploads import reduced
from ...recipe.values import short
from ...words import WORDS
from ..play.drawing import told, waits
from .availability import start
from .figures import comparing, figures, likeness
from .first import FOLDER, first
from .layers import REFERENCE, WAYS, Layer, layers_of, look

if TYPE_CHECKING:
    from ..play.handlers import Play

SHEET = 512  # pixels a side of an uploaded picture, at most
QUICK = 10  # steps at the end of a stroke
EVERY = 0.25  # seconds between screens of a run of many columns
SETTING = ("world", "prompt", "negative_prompt", "w", "steps", "seeds", "w_condition", "branches")


class Screen(NamedTuple):
    """What stands on the tab. columns: see `Desk.run`; status: the line below them; None: as they are now. running:
    whether a run is on. click: the number of what these columns were asked with."""

    columns: list[dict[str, Any]] | None
    status: str | None
    running: bool
    click: int = 0


@dataclass
class Column:
    """One column: what it is told, what it is drawn with, and what is there."""

    key: str
    title: tuple[str, str]
    recipe: Recipe
    frame: Frame | None = None
    figures: list = field(default_factory=list)

    @property
    def shown(self) -> dict[str, Any]:
        """As the page holds it."""
        frame, final = self.frame, self.frame is not None and self.frame.done and not self.frame.cancelled
        pictures = [
            {
                "src": enlarged(picture, SIDE if final else PREVIEW_SIDE),
                "png": data_uri("png", self.recipe.but(seeds=(seed,)).to_png(picture)) if final else "",
            }
            for picture, seed in zip(frame.pictures if frame else (), self.recipe.seeds, strict=False)
        ]
        told = {"key": self.key, "title": list(self.title), "seeds": list(self.recipe.seeds)}
        return told | {"pictures": pictures, "figures": self.figures}


class Job(NamedTuple):
    """What one request asks for. layers: those that say something. notes: on the others. keep: for the history."""

    columns: list[Column]
    layers: list[Layer]
    notes: tuple[Note, ...]
    keep: bool


class Desk:
    """The Draw tab of one server. key: the session of the page that asks. play: keeps what is drawn."""

    def __init__(self, engine: Engine, play: Play, folder: Path = FOLDER):
        self.engine, self.play = engine, play
        self.visitors = Sessions(Turns)
        self._first = lru_cache(maxsize=2)(partial(first, folder))

    def start(self, language: Any = "en") -> dict[str, Any]:
        """What there is, when the page opens: {"worlds", "ways", "reference", "examples"}. No torch.

        language: in which the sketches are asked for, "zh" or English.
        """
        return {**start(), "examples": self._first(language == "zh")}

    def look(self, layers: Any) -> list[dict[str, Any]]:
        """Of each layer {"kind", "map", "empty", "note"}: what is seen of it, as PNG, and what to say of it."""
        return look(layers)

    def opened(self, url: Any) -> dict[str, Any]:
        """Any file as a picture to draw on: {"picture"}, a square PNG of at most 512 pixels a side, or {"problem"}."""
        try:
            return {"picture": reduced(url, SHEET)}
        except RecipeError as error:
            return {"problem": list(problem_pair(error))}

    def begin(self, key: str | None, asked: Any, click: Any = None) -> Screen:
        """Something is to be drawn: it waits for its turn, and what this page draws now ends.

        asked: {"setting", "layers", "reference", "way", "columns"}. setting: world, prompt, negative_prompt, w,
        w_condition (None: one strength for both), steps, seeds, branches. columns: "all", quickly, or "each": without,
        each layer alone, and all together. click: its number, see `studio.page.turns`.
        """
        turns = self.visitors[key]
        try:
            job = plan(asked)
        except Exception as error:
            turns.refuse(told(error), click)
        else:
            turns.begin(job, waits(self.engine, job.columns[0].recipe.world), click)
        return self._screen(turns)

    def refused(self, asked: Any) -> str:
        """What is wrong with what would be asked for now; "" when it is right."""
        try:
            plan(asked)
        except Exception as error:
            return told(error)
        return ""

    def run(self, key: str | None) -> Iterator[Screen]:
        """Draw what was asked for last. One screen, as things are, when that is drawn already.

        A column of a screen: {"key", "title", "seeds", "pictures", "figures"}. pictures: of each seed "src" to look at
        and "png" to keep, "" while it is being drawn. figures: [[English, Chinese], text].
        """
        turns = self.visitors[key]
        turn = turns.take()
        if turn is None:
            yield self._screen(turns)
            return
        columns, status = None, ""
        try:
            for columns, status in self._draw(key, turn.job, turn.cancel):
                yield Screen(columns, status, True, turn.number)
        except Exception as error:
            status = told(error)
        finally:
            turns.over(turn, status)
        yield Screen(columns, turns.status, turns.busy, turn.number)

    def cancel(self, key: str | None, click: Any = None) -> Screen | None:
        """Stop within a step what was clicked up to this number; what is drawn stays. What waits does not begin. None when
        a run is on: it tells the page itself."""
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
        return Screen(None, turns.status, turns.busy)

    def _draw(self, key: str | None, job: Job, cancel: threading.Event) -> Iterator[tuple[list | None, str]]:
        columns, last, kept = job.columns, 0.0, []
        shown: list[dict[str, Any]] = [column.shown for column in columns]
        course, reference = self.engine.course(), self._reference(job)
        if reference:
            course.expect("liken", sum(len(column.recipe.seeds) for column in columns))
        recipes = [column.recipe for column in columns]
        with closing(self.engine.columns(recipes, cancel, course)) as frames:
            for i, frame in frames:
                column = columns[i]
                column.frame = frame if frame.pictures or column.frame is None else column.frame
                final = frame.done and not frame.cancelled
                if final:
                    column.recipe = column.recipe.stamped()
                    column.figures = figures(job.layers, frame.pictures, frame.scores, frame.seconds)
                    kept += self.play.keep(key, column.recipe, frame) if job.keep else ()
                now = time.perf_counter()
                if not frame.pictures:
                    yield None, going_on("drawing_column", frame, column=i + 1, columns=len(columns))
                elif final or now - last >= EVERY:
                    last, shown[i] = now, column.shown
                    yield list(shown), going_on("drawing_column", frame, column=i + 1, columns=len(columns))
        done = [column for column in columns if column.frame and column.frame.done and not column.frame.cancelled]
        if reference and done and not cancel.is_set():
            yield None, progress("judging", course.share, seconds_left(course.left))
            self._liken(done, reference, cancel)
            course.reach("liken")
            course.ends()
        yield [column.shown for column in columns], self._ended(job, done, cancel, kept)

    @staticmethod
    def _reference(job: Job) -> str:
        return next((layer.picture for layer in job.layers if layer.kind == REFERENCE), "")

    def _liken(self, done: Sequence[Column], reference: str, cancel: threading.Event) -> None:
        world = self.engine.world(done[0].recipe.world)
        pictures = [column.frame.pictures for column in done]
        with closing(self.engine.stream(comparing(world, reference, pictures), cancel)) as found:
            for values in found:
                for column, value in zip(done, values or (), strict=False):
                    column.figures = [likeness(value), *column.figures]

    @staticmethod
    def _ended(job: Job, done: Sequence[Column], cancel: threading.Event, kept: Sequence[Note]) -> str:
        recipe = job.columns[0].recipe
        notes = once((*(note for column in done for note in column.frame.notes), *job.notes, *kept))
        words = unknown(recipe.prompt, recipe.world)
        count, seconds = sum(len(column.recipe.seeds) for column in done), _spent(done)
        ended = message("cancelled" if cancel.is_set() else "done", pictures=count, seconds=f"{seconds:.1f}")
        return ended + note_list(words, notes)


def plan(asked: Any) -> Job:
    """What a request asks for, checked. Raises RecipeError."""
    if not isinstance(asked, Mapping):
        raise RecipeError("asked", short(asked), "dictionary", example='{"setting": {}, "layers": []}')
    setting, way, which = asked.get("setting") or {}, asked.get("way") or WAYS[0], asked.get("columns") or "all"
    if not isinstance(setting, Mapping):
        raise RecipeError("setting", short(setting), "dictionary", example='{"prompt": "cat"}')
    if way not in WAYS:
        raise RecipeError("way", short(way), "one_of", names=list(WAYS))
    if which not in ("all", "each"):
        raise RecipeError("columns", short(which), "one_of", names=["all", "each"])
    fields, branches = fields_of(setting)
    layers = layers_of(asked.get("layers") or (), asked.get("reference"))
    told_of = [layer for layer in layers if not layer.empty]
    specs = [layer.condition(way, branches) for layer in told_of]
    plain = Recipe.parse({**fields, "rule": ""}, budget=None)
    whole = Recipe.parse({**fields, "conditions": specs}, budget=None) if specs else plain
    notes = [Note("empty_drawing", {"control": f"choice {layer.kind}"}) for layer in layers if layer.empty]
    if not specs:
        notes = [Note("nothing_told")]
    if which == "all":
        quick = min(QUICK, whole.steps)
        columns = [Column("all", WORDS["column_all" if specs else "column_none"], whole.but(steps=quick))]
    else:
        columns = [Column("none", WORDS["column_none"], plain)] if specs else []
        if len(specs) > 1:
            alone = [Recipe.parse({**fields, "conditions": [spec]}, budget=None) for spec in specs]
            columns += [Column(layer.kind, layer.title, each) for layer, each in zip(told_of, alone, strict=True)]
        title = told_of[0].title if len(specs) == 1 else WORDS["column_all" if specs else "column_none"]
        columns.append(Column("all", title, whole))
    check_budget([column.recipe for column in columns])
    return Job(columns, told_of, tuple(notes), which == "each")


def fields_of(setting: Mapping) -> tuple[dict[str, Any], str]:
    """The fields of a recipe, and to which branches the conditions are told. Raises RecipeError."""
    if wrong := next((name for name in setting if name not in SETTING), None):
        raise RecipeError(str(wrong)[:80], short(setting[wrong]), "fields", names=", ".join(SETTING))
    fields = {name: setting[name] for name in SETTING[:-2] if name in setting}
    two = setting.get("w_condition")
    if two not in (None, ""):
        fields["rule"] = {"name": "TwoScales", "w_condition": two}
    return fields, setting.get("branches") or "both"


def _spent(columns: Sequence[Column]) -> float:
    """Seconds of drawing so far; not of waiting for the model."""
    return sum(column.frame.seconds for column in columns if column.frame)
