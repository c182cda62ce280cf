"""What the events of all tabs share: how they run, and how a tab with one job at a time is shown, cancelled and left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr

from .jobs import Jobs

# Handlers take values as the page sent them, and check them as they check those of links and programs. Gradio would refuse
# what is no choice of a menu by its own newest choices, which the page may not have been told of when it sent the value.
QUIET = dict(show_progress="hidden", api_visibility="private", preprocess=False)
HEAVY = dict(concurrency_id="engine", concurrency_limit=1, **QUIET)
LIGHT = dict(queue=False, **QUIET)


# The buttons are set by the page itself at the click, so that it can be cancelled from then on.
PRESSED = "() => [{__type__: 'update', interactive: false}, {__type__: 'update', interactive: true}]"
FREE = "() => [{__type__: 'update', interactive: true}, {__type__: 'update', interactive: false}]"


class Job(NamedTuple):
    """What a tab runs from a click to its end: it is checked at once, and waits in the queue for its turn.

    name: of the tab, whose clicks the page counts for itself. clicks: holds their number on its way to the server.
    handlers: of the tab. shown: a screen of theirs as values for `screen`. buttons: the one that runs and the one that
    cancels, set beside them.
    """

    name: str
    clicks: gr.Number
    handlers: Jobs
    shown: Callable[[Any], Any]
    screen: list
    buttons: Sequence = ()

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

        def run(request: gr.Request):
            for screen in self.handlers.run(request.session_hash):
                yield self.shown(screen)

        def full(request: gr.Request):
            return self._values(self.handlers.full(request.session_hash))

        started = begun.then(speaking(run, len(self.screen)), None, self.screen, trigger_mode="always_last", **HEAVY)
        started.failure(full, None, self.screen, **LIGHT)
        return started

    def stops(self, button: gr.Button) -> None:
        """The button cancels what was clicked until then."""

        def cancel(request: gr.Request, click):
            return self._values(self.handlers.cancel(request.session_hash, click))

        last = f"() => [window.studio.clicked('{self.name}')]"
        button.click(cancel, self.clicks, self.screen, js=last, trigger_mode="multiple", **LIGHT)

    def _values(self, screen: Any) -> Any:
        return skipped(len(self.screen)) if screen is None else self.shown(screen)


def skipped(count: int) -> Any:
    """So many components stay as they are."""
    return [gr.skip()] * count if count != 1 else gr.skip()


def speaking(run: Callable[..., Iterator], count: int) -> Callable[..., Iterator]:
    """A generator for the page that says something at least once: gradio blanks what one fills that says nothing."""

    @wraps(run)
    def spoken(*given, **named):
        said = None
        for said in run(*given, **named):
            yield said
        if said is None:
            yield skipped(count)

    return spoken


def leaves(demo: gr.Blocks, handlers: Jobs) -> None:
    """A page that is closed takes its jobs along."""

    def leave(request: gr.Request) -> None:
        handlers.leave(request.session_hash)

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
