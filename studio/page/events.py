"""What the events of all tabs share: how they run, and how a tab with one job at a time is shown, cancelled and left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr

from ..recipe import Recipe
from ..tabs.play.handlers import Play
from .forms import gathered, recipe_of

# Handlers take values as the page sent them, and check them as they check those of links and programs. Gradio would refuse
# what is no choice of a menu by its own newest choices, which the page may not have been told of when it sent the value.
QUIET = dict(show_progress="hidden", api_visibility="private", preprocess=False)
HEAVY = dict(concurrency_id="engine", concurrency_limit=1, **QUIET)
LIGHT = dict(queue=False, **QUIET)


# The buttons are set by the page itself at the click, so that it can be cancelled from then on.
PRESSED = "() => [{__type__: 'update', interactive: false}, {__type__: 'update', interactive: true}]"
FREE = "() => [{__type__: 'update', interactive: true}, {__type__: 'update', interactive: false}]"


class Job(NamedTuple):
    """What a tab runs from a click to its end: `begin` checks it at once, `run` waits in the queue.

    name: of the tab, whose clicks the page counts for itself. clicks: holds their number on its way to the server.
    screen: what `begin` and `run` fill. buttons: the one that runs and the one that cancels, set beside them.
    run: a generator of values for `screen`. cancel: takes the form's values and the number; full: takes the form's
    values, when the queue has no place; both give values for `screen`. form: what those two read.
    """

    name: str
    clicks: gr.Number
    screen: list
    buttons: list
    run: Callable[..., Iterator[list]]
    cancel: Callable[..., list]
    full: Callable[..., list]
    form: Sequence = ()

    def starts(self, listen: Callable, begin: Callable, asked: Sequence, begun: Sequence) -> Any:
        """At this event `begin` and then the run. begin: takes the values of `asked` and the number of the click, and
        fills `begun`. Gives the run, for what follows it."""
        numbered = f"(...held) => [...held.slice(0, -1), window.studio.click('{self.name}')]"
        listen(None, None, self.buttons, js=PRESSED, trigger_mode="multiple", **LIGHT)
        started = listen(begin, [*asked, self.clicks], begun, js=numbered, trigger_mode="multiple", **LIGHT)
        started.failure(None, None, self.buttons, js=FREE, **LIGHT)
        return self.follows(started)

    def follows(self, begun: Any) -> Any:
        """The run after `begin`. Where the run before it is not over, it waits for that: what began is not lost."""
        started = begun.then(
            speaking(self.run, len(self.screen)), None, self.screen, trigger_mode="always_last", **HEAVY
        )
        started.failure(self.full, list(self.form), self.screen, **LIGHT)
        return started

    def stops(self, button: gr.Button) -> None:
        """The button cancels what was clicked until then."""
        last = f"(...held) => [...held.slice(0, -1), window.studio.clicked('{self.name}')]"
        button.click(self.cancel, [*self.form, self.clicks], self.screen, js=last, trigger_mode="multiple", **LIGHT)


def speaking(run: Callable[..., Iterator], count: int) -> Callable[..., Iterator]:
    """A generator for the page that says something at least once: gradio blanks what one fills that says nothing."""

    @wraps(run)
    def spoken(*given, **named):
        said = None
        for said in run(*given, **named):
            yield said
        if said is None:
            yield [gr.skip()] * count if count != 1 else gr.skip()

    return spoken


def of_desk(
    name: str, clicks: gr.Number, desk: Any, screen: list, buttons: list, shown: Callable, run: Callable
) -> Job:
    """The job of a tab whose desk keeps the turns of its pages. shown: a screen of the desk as values for `screen`; run:
    of the desk, for a session."""

    def running(request: gr.Request):
        for each in run(request.session_hash):
            yield shown(each)

    def cancel(request: gr.Request, click):
        stopped = desk.cancel(request.session_hash, click)
        return gr.skip() if stopped is None else shown(stopped)

    def full(request: gr.Request):
        return shown(desk.full(request.session_hash))

    return Job(name, clicks, screen, buttons, running, cancel, full)


def leaves(demo: gr.Blocks, desk: Any) -> None:
    """A page that is closed takes its jobs along."""

    def leave(request: gr.Request) -> None:
        desk.leave(request.session_hash)

    demo.unload(leave)


def content_of(file: Any) -> bytes:
    """What is in a file that the page has sent, which gradio has found to be one of those; b"" when it is gone."""
    try:
        return Path(file["path"]).read_bytes()
    except (OSError, TypeError, KeyError):
        return b""


def shown(screen: Any) -> list:
    """A screen of view, status and running for a view, a status, the button that runs and the one that cancels."""
    return [
        gr.skip() if screen.view is None else screen.view,
        line(screen.status),
        *buttons(screen.running),
    ]


def line(told: str | None) -> Any:
    """A line of the page; None: as it is."""
    return gr.skip() if told is None else told


def buttons(running: bool) -> list:
    """The button that runs and the one that cancels."""
    return [gr.Button(interactive=not running), gr.Button(interactive=running)]


def chosen_column(handlers: Play, key: str, values: Sequence) -> Recipe:
    """The recipe of the Play tab's chosen column. values: of its shared controls. Raises RecipeError."""
    return recipe_of(gathered(values), handlers.sessions[key].table.setting)
