"""What happens on the Inside tab: plain values in, plain values out. No component is known here."""

from __future__ import annotations

import base64
import math
import secrets
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import closing
from html import escape
from typing import Any, NamedTuple

from ...engine import SILENT, Engine
from ...engine.progress import Course
from ...page.jobs import Jobs, ViewerScreen
from ...page.status import error_html, message, note_list, progress, seconds_left
from ...page.turns import OpenPage, Turn
from ...recipe import Recipe, RecipeError, check_budget
from ...recipe.beforehand import all_notes
from ...words import both
from .film import FORMATS
from .trace import Moment, Trace, seed_of, tracing
from .view import asked, live, view

SHOWN_EVERY = 0.3  # seconds between pictures of a run that goes on
MAX_TRACES = 16  # kept for films, those of all visitors together: 100 frames of 64 x 64 are 3 MB


class Choice(NamedTuple):
    """What would be traced now: the recipe in words, as HTML, its seeds, and the one that is chosen. held: whether it
    was opened from another tab than Play.
    """

    about: str
    seeds: list[int]
    seed: int | None
    held: bool = False


class Held(NamedTuple):
    """A recipe that another tab has opened, or why it could not be read. source: a key of the words."""

    source: str
    recipe: Recipe | Exception


class Visitor(OpenPage):
    """One open page. held: what is traced in place of the chosen column of the Play tab."""

    held: Held | None = None


class Handlers(Jobs[Visitor, ViewerScreen]):
    """The Inside tab of one server. key: the session of the page that asks."""

    def __init__(self, engine: Engine):
        super().__init__(engine, lambda: Visitor(message("inside_trace_help")))
        self._traces: OrderedDict[str, tuple[str | None, Trace]] = OrderedDict()  # by name: whose it is
        self._lock = threading.Lock()

    def hold(self, key: str | None, source: str, find: Callable[[], Recipe]) -> None:
        """Trace what `find` gives from now on, and not what the Play tab has chosen. source: "history" or its like."""
        try:
            held: Recipe | Exception = find()
        except Exception as error:
            held = error
        self.pages[key].held = Held(f"inside_from_{source}", held)

    def release(self, key: str | None) -> None:
        """Trace the chosen column of the Play tab again."""
        self.pages[key].held = None

    def choice(self, find: Callable[[], Recipe], seed: Any = None, key: str | None = None) -> Choice:
        """What would be traced for the page `key`: what it holds, or what `find` gives. An error of that is told in the
        words. seed: the one chosen before."""
        held = self.pages[key].held
        source = f'<p class="help">{both(held.source)}</p>' if held else ""
        try:
            recipe = self._found(key, find)
        except Exception as error:
            return Choice(source + error_html(error), [], None, held is not None)
        return Choice(
            source + about(recipe) + note_list((), all_notes(recipe)),
            list(recipe.seeds),
            _one_of(recipe, seed),
            held is not None,
        )

    def _found(self, key: str | None, find: Callable[[], Recipe]) -> Recipe:
        held = self.pages[key].held
        if held is None:
            return find()
        if isinstance(held.recipe, Exception):
            raise held.recipe
        return held.recipe

    def begin(self, key: str | None, find: Callable[[], Recipe], seed: Any = None, click: Any = None) -> ViewerScreen:
        """The recipe that the page holds, or that `find` gives, is to be traced, and one of its seeds to be shown. click:
        see `studio.page.turns`."""
        page = self.pages[key]
        page.wish = self._wish(key, find, seed)
        self.ask(key, page.wish, click)
        return self.screen(key, page)

    def changed(self, key: str | None, find: Callable[[], Recipe], seed: Any = None) -> str | None:
        """The tab was opened with what `find` gives by now: the line beside what was traced; None while a run is on."""
        return self.pages[key].set_to(self._wish(key, find, seed))

    def _wish(self, key: str | None, find: Callable[[], Recipe], seed: Any) -> Callable[[], tuple[Recipe, int]]:
        def wish() -> tuple[Recipe, int]:
            recipe = self._found(key, find).but(upsample=False)
            check_budget([recipe])
            return recipe, _one_of(recipe, seed)

        return wish

    def world_of(self, job: tuple[Recipe, int]) -> str:
        """The recipe's."""
        return job[0].world

    def screen(self, key: str | None, page: Visitor, *view: dict | None) -> ViewerScreen:
        """What stands on the tab."""
        return ViewerScreen(*(view or ({},)), page.line, page.running)

    def work(self, key: str | None, page: Visitor, turn: Turn) -> Iterator[dict | None]:
        """Trace a recipe. What was shown stays until there is something of it."""
        (recipe, seed), course = turn.job, self.engine.course()
        name = recipe.world
        course.expect(f"load {name}", not self.engine.ready(name))
        course.expect(f"watch {name}", recipe.cost)
        course.expect("show", recipe.steps)

        def job(stop):
            course.begin()
            world = self.engine.world(name)
            course.reach(f"load {name}")
            with closing(tracing(world, recipe, seed)(stop)) as moments:
                for (trace, moment), must in moments:
                    course.reach(f"watch {name}", recipe.cost * (moment.index + 1) / (moment.total + 1))
                    yield (trace, moment), must

        moment, shown = None, -math.inf
        with closing(self.engine.stream(job, turn.cancel, SILENT)) as words:
            for word in words:
                if word is None:
                    turn.going = _status(moment, course)
                    yield None
                    continue
                trace, moment = word
                if not trace.levels and self.engine.clock() - shown >= SHOWN_EVERY:
                    shown, turn.going = self.engine.clock(), _status(moment, course)
                    yield live((moment.x[trace.row], moment.x0[trace.row]), moment.index, moment.total)
        turn.going = progress("inside_showing", course.share, seconds_left(course.left))
        yield None
        whole = view(trace, self._keep(key, trace))
        course.reach("show")
        course.ends()
        page.shown, turn.ended = turn.job, _told(trace)
        yield whole

    def film(self, name: Any, kind: Any) -> dict[str, str]:
        """A film of a trace that the page was shown: {"data", "mime", "file"}, or {"problem"}, HTML in two languages."""
        (_, trace), form = self._traces.get(str(name), (None, None)), FORMATS.get(str(kind))
        if trace is None or form is None:
            return {"problem": both("inside_gone")}
        if form.missing:
            return {"problem": both("inside_no_package", package=form.missing)}
        try:
            content = form.write(trace)
        except Exception as error:
            return {"problem": error_html(error)}
        words = "".join(c if c.isalnum() else "-" for c in asked(trace))[:40] or "picture"
        file = f"inside-{words}-seed-{trace.seed}.{kind}"
        return {"data": base64.b64encode(content).decode(), "mime": form.mime, "file": file}

    def _keep(self, key: str | None, trace: Trace) -> str:
        """Under a name that nobody can guess. Where there are too many, the page with most of them loses its oldest."""
        name = secrets.token_urlsafe(12)
        with self._lock:
            self._traces[name] = key, trace
            while len(self._traces) > MAX_TRACES:
                counts = Counter(owner for owner, _ in self._traces.values())
                greatest = max(counts.values())
                del self._traces[next(each for each, (owner, _) in self._traces.items() if counts[owner] == greatest)]
        return name


def about(recipe: Recipe) -> str:
    """A recipe in words, as HTML: what is asked for, how it is guided and sampled."""
    words = escape(asked(Trace(recipe, recipe.seeds[0]))) or both("inside_anything")
    return (
        f'<div class="about-run rule-{recipe.kind}"><b>{words}</b>'
        f'<span class="by"><i class="dot"></i>{both(recipe.title)} {escape(recipe.short)}</span>'
        f"<span>{type(recipe.sampler).__name__} · {both('inside_steps', steps=recipe.steps)} · "
        f"{both('inside_seeds', count=len(recipe.seeds))}</span></div>"
    )


def _one_of(recipe: Recipe, seed: Any) -> int:
    """The seed, or the first of the recipe when it has no such one."""
    try:
        return seed_of(recipe, seed)
    except RecipeError:
        return recipe.seeds[0]


def _status(moment: Moment | None, course: Course) -> str:
    """moment: the last one, None while the model is loaded."""
    share, left = course.share, seconds_left(course.left)
    if moment is None:
        return progress("loading", share, left)
    return progress("inside_running", share, left, index=min(moment.index + 1, moment.total), total=moment.total)


def _told(trace: Trace) -> str:
    values = dict(seconds=f"{trace.seconds:.1f}", calls=trace.calls, extra=trace.extra)
    if not trace.done:
        return message("inside_cancelled", steps=trace.steps, total=trace.recipe.steps)
    return message("inside_done_extra" if trace.extra else "inside_done", **values)
