"""The Inside tab tied to its handlers; it takes the recipe of the Play tab's chosen column, or what another tab opens."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import gradio as gr

from ...engine import Engine
from ...page.events import LIGHT, Job, leaves, line, shown
from ...page.forms import gathered
from ...recipe import Recipe
from ...recipe.vocabulary import worlds
from ...words import t
from ..history.events import InsideTies
from ..play.components import PlayTab
from ..play.handlers import Play
from . import components as inside
from .handlers import Handlers
from .reading import answer


def add_tab(
    demo: gr.Blocks, tabs: gr.Tabs, engine: Engine, play: PlayTab, played: Play, clicks: gr.Number
) -> InsideTies:
    """Inside of `gr.Tabs`. play: the tab whose fields are read, played: what knows its chosen column. Gives what other
    tabs need to open a picture here."""
    handlers = Handlers(engine)

    def found(key: str, values) -> Recipe:
        return played.chosen(key, gathered(values))

    def inside_film(asked) -> dict:
        asked = asked if isinstance(asked, dict) else {}
        return handlers.film(asked.get("name"), asked.get("kind"))

    def inside_read(asked) -> dict:
        return answer(engine, asked)

    first = handlers.choice(lambda: played.beginning.recipe().but(**played.beginning.setting._asdict()))
    with gr.Tab(t("inside"), id="inside") as here:
        tab = inside.build(first.about, first.seeds, worlds(), inside_film, inside_read)
    form, screen = play.shared, [tab.view, tab.status, tab.trace, tab.cancel]

    def choose(request: gr.Request, seed, *values):
        choice = handlers.choice(lambda: found(request.session_hash, values), seed, request.session_hash)
        return [choice.about, gr.Dropdown(choices=choice.seeds, value=choice.seed), gr.Button(visible=choice.held)]

    def begin(request: gr.Request, seed, *values):
        *values, click = values
        begun = handlers.begin(request.session_hash, lambda: found(request.session_hash, values), seed, click)
        return [*choose(request, seed, *values), *shown(begun)]

    def release(request: gr.Request):
        handlers.release(request.session_hash)
        return gr.Tabs(selected="inside")

    def entered(request: gr.Request, seed, *values):
        told = handlers.changed(request.session_hash, lambda: found(request.session_hash, values), seed)
        return [*choose(request, seed, *values), line(told)]

    asked, choice = [tab.seed, *form], [tab.about, tab.seed, tab.back]
    here.select(entered, asked, [*choice, tab.status], **LIGHT)
    job = Job("inside", clicks, handlers, shown, screen, [tab.trace, tab.cancel])
    job.starts(partial(gr.on, [tab.trace.click, tab.seed.input]), begin, asked, [*choice, *screen])
    job.stops(tab.cancel)
    leaves(demo, handlers)

    def opening(listener: Callable, turn: Callable) -> None:
        """At this event, the tab opens with what `turn` has made it trace."""
        job.starts(listener(turn, None, tabs, **LIGHT).then, begin, asked, [*choice, *screen])

    def opens(listener: Callable, source: str, find: Callable[[str, gr.EventData], Recipe]) -> None:
        def hold(request: gr.Request, event: gr.EventData):
            handlers.hold(request.session_hash, source, lambda: find(request.session_hash, event))
            return gr.Tabs(selected="inside")

        opening(listener, hold)

    opening(play.open_inside.click, release)
    opening(tab.back.click, release)
    return InsideTies(opens)
