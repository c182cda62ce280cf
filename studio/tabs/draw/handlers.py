"""What happens on the Draw tab: plain values in, plain values out. No component is known here."""

from __future__ import annotations

import base64
import binascii
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ...engine import Engine
from ...history.errors import HistoryError
from ...history.store import Query
from ...page.jobs import Jobs
from ...page.status import error_html, going_on, message, note_list, problem_pair, progress, seconds_left
from ...page.table import data_uri
from ...page.turns import OpenPage, Turn
from ...recipe import Recipe, RecipeError
from ...recipe.notes import Note, once
from ...recipe.prompts import unknown
from ...recipe.uploads import reduced
from ..play.texts import facts
from .availability import start
from .figures import comparing, figures, likeness
from .first import FOLDER, first
from .layers import REFERENCE, look
from .plan import Column, Job, plan
from .taken import taken

if TYPE_CHECKING:
    from ..play.handlers import Play

SHEET = 512  # pixels a side of an uploaded picture, at most
EVERY = 0.25  # seconds between screens of a run of many columns
MOST = 16  # pictures of the Play tab to draw on, and as many of the history
LONGEST = 4_000_000  # characters of a picture that the page sends


class Screen(NamedTuple):
    """What stands on the tab. columns: see `Handlers.work`; status: the line below them; None: as they are now. running:
    whether a run is on. click: the number of what these columns were asked with."""

    columns: list[dict[str, Any]] | None
    status: str | None
    running: bool
    click: int = 0


class Handlers(Jobs[OpenPage, Screen]):
    """The Draw tab of one server. key: the session of the page that asks. play: keeps what is drawn."""

    def __init__(self, engine: Engine, play: Play, folder: Path = FOLDER):
        super().__init__(engine)
        self.play = play
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
        """Something is to be drawn.

        asked: {"setting", "layers", "reference", "way", "columns"}. setting: world, prompt, negative_prompt, w,
        w_condition (None: one strength for both), steps, seeds, branches. columns: "all", quickly, or "each": without,
        each layer alone, and all together. click: its number, see `studio.page.turns`.
        """
        self.ask(key, lambda: plan(asked), click)
        return self.screen(key, self.pages[key])

    def refused(self, asked: Any) -> str:
        """What is wrong with what would be asked for now; "" when it is right."""
        try:
            plan(asked)
        except Exception as error:
            return error_html(error)
        return ""

    def world_of(self, job: Job) -> str:
        """That of its columns."""
        return job.columns[0].recipe.world

    def screen(self, key: str | None, page: OpenPage, view: tuple[list | None, int] = (None, 0)) -> Screen:
        """What stands on the tab."""
        columns, click = view
        return Screen(columns, page.line, page.running, click)

    def work(self, key: str | None, page: OpenPage, turn: Turn) -> Iterator[tuple[list | None, int]]:
        """Draw what was asked for.

        A column of a screen: {"key", "title", "seeds", "pictures", "figures"}. pictures: of each seed "src" to look at
        and "png" to keep, "" while it is being drawn. figures: [[English, Chinese], text].
        """
        job, cancel, last, kept = turn.job, turn.cancel, 0.0, []
        columns = job.columns
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
                turn.going = going_on("drawing_column", frame, column=i + 1, columns=len(columns))
                now = time.perf_counter()
                if not frame.pictures:
                    yield None, turn.number
                elif final or now - last >= EVERY:
                    last, shown[i] = now, column.shown
                    yield list(shown), turn.number
        done = [column for column in columns if column.frame and column.frame.done and not column.frame.cancelled]
        if reference and done and not cancel.is_set():
            turn.going = progress("judging", course.share, seconds_left(course.left))
            yield None, turn.number
            self._liken(done, reference, cancel)
            course.reach("liken")
            course.ends()
        turn.ended = self._ended(job, done, cancel, kept)
        yield [column.shown for column in columns], turn.number

    @staticmethod
    def _reference(job: Job) -> str:
        return next((layer.picture for layer in job.layers if layer.kind == REFERENCE), "")

    def _liken(self, done: Sequence[Column], reference: str, cancel: threading.Event) -> None:
        world = self.engine.world(done[0].recipe.world)
        pictures = [column.frame.pictures for column in done]
        with closing(self.engine.stream(comparing(world, reference, pictures), cancel)) as found:
            for values in found:
                for column, value in zip(done, values or (), strict=False):
                    column.figures = [*likeness(*value), *column.figures]

    @staticmethod
    def _ended(job: Job, done: Sequence[Column], cancel: threading.Event, kept: Sequence[Note]) -> str:
        recipe = job.columns[0].recipe
        notes = once((*(note for column in done for note in column.frame.notes), *job.notes, *kept))
        words = unknown(recipe.prompt, recipe.world)
        count, seconds = sum(len(column.recipe.seeds) for column in done), _spent(done)
        ended = message("cancelled" if cancel.is_set() else "done", pictures=count, seconds=f"{seconds:.1f}")
        return ended + note_list(words, notes)

    def shelf(self, key: str | None) -> list[dict[str, str]]:
        """Pictures to draw on. Each: src, to look at; picture, a data URL to take; caption. Those of the Play tab come first."""
        return [*self._table(key), *self._history(key)]

    def facts(self, url: Any) -> list[list[str]]:
        """What the recipe in a PNG says; [] when there is none."""
        try:
            return facts(Recipe.from_file(file_of(url)).to_json())
        except RecipeError:
            return []

    def sketched(self, key: str | None, form: Mapping[str, Any]) -> tuple[dict[str, Any] | None, str]:
        """The chosen column of the Play tab as this tab asks for it, see `taken`; None and why not, for a wrong form."""
        try:
            return taken(self.play.chosen(key, form)), ""
        except RecipeError as error:
            return None, error_html(error)

    def _table(self, key: str | None) -> list[dict[str, str]]:
        table = self.play.pages[key].seen()
        return [
            {"src": picture.src, "picture": picture.png, "caption": f"{column.shown.prompt}, seed {seed}"}
            for column in table.columns
            if column.shown is not None
            for seed, picture in zip(column.shown.seeds, column.pictures, strict=False)
            if picture.png
        ][:MOST]

    def _history(self, key: str | None) -> list[dict[str, str]]:
        found = []
        try:
            for entry in self.play.histories[key].page(Query(), 0).entries[:MOST]:
                found.append(
                    {
                        "src": data_uri("webp", entry.thumbnail),
                        "picture": data_uri("png", entry.picture.read_bytes()),
                        "caption": f"{entry.caption}, seed {entry.fields.get('seeds', ['?'])[0]}",
                    }
                )
        except (HistoryError, OSError):  # a history that cannot be read is told of on its own tab
            pass
        return found


def file_of(url: Any) -> bytes:
    """The bytes of a data URL; none for what is not one."""
    if not isinstance(url, str) or len(url) > LONGEST or not url.startswith("data:"):
        return b""
    try:
        return base64.b64decode(url.partition(",")[2], validate=True)
    except (binascii.Error, ValueError):
        return b""


def _spent(columns: Sequence[Column]) -> float:
    """Seconds of drawing so far; not of waiting for the model."""
    return sum(column.frame.seconds for column in columns if column.frame)
