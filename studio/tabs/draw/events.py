"""The Draw tab tied to its handlers, and a picture of it to the Play and Inside tabs; computes nothing."""

from __future__ import annotations

import gradio as gr

from pipelines.conditions.palette import PALETTE
from pipelines.conditions.usual import USUAL

from ...engine import Engine
from ...page.events import LIGHT, Job, leaves
from ...page.forms import gathered
from ...recipe import Recipe
from ...words import t
from ..history.events import CompareTies, InsideTies, PlayTies
from ..play.handlers import Play
from . import components as draw
from .compared import pair
from .handlers import Handlers, file_of
from .sketches import FIRST, sketches

UNHEARD = "() => ({columns: null, status: null, running: false})"  # the server does not answer


def add_draw(engine: Engine, played: Play) -> tuple[draw.DrawTab, Handlers]:
    """Inside of `gr.Tabs`."""
    handlers = Handlers(engine, played)

    def draw_start(language=None):
        return handlers.start(language)

    def draw_look(layers):
        return handlers.look(layers)

    def draw_refused(asked):
        return handlers.refused(asked)

    def draw_opened(url):
        return handlers.opened(url)

    def draw_facts(png):
        return handlers.facts(png)

    with gr.Tab(t("draw"), id="draw"):
        first = [sketch.as_dict() for sketch in sketches()]
        tab = draw.build(first, PALETTE, FIRST, USUAL, [draw_start, draw_look, draw_refused, draw_opened, draw_facts])
    return tab, handlers


def connect(
    demo: gr.Blocks,
    tabs: gr.Tabs,
    added: tuple,
    played: Play,
    into: PlayTies,
    inside: InsideTies,
    compare: CompareTies,
    told: gr.HTML,
    clicks: gr.Number,
) -> None:
    """The events of the Draw tab. into: how a picture's recipe fills the Play tab; inside: how it is opened there;
    compare: how two columns are A and B there. told: what shows the drawings of a column of the Play tab, and asks for
    them here."""
    tab, handlers = added

    def begin(request: gr.Request, event: gr.EventData):
        return handlers.begin(request.session_hash, event.asked, event.click)._asdict()

    def halt(request: gr.Request, event: gr.EventData):
        stopped = handlers.cancel(request.session_hash, event.click)
        return gr.skip() if stopped is None else stopped._asdict()

    def show_shelf(request: gr.Request):
        return {"shelf": handlers.shelf(request.session_hash)}

    def play(request: gr.Request, event: gr.EventData, *values):
        fields, shown = played.load(request.session_hash, file_of(event.png), gathered(values))
        return [gr.Tabs(selected="play"), *into.filled(fields, shown)]

    def sketch(request: gr.Request, *values):
        found, why = handlers.sketched(request.session_hash, gathered(values))
        return [gr.Tabs(selected="draw"), {"open": found}, gr.skip()] if found else [gr.skip(), gr.skip(), why]

    def compared(request: gr.Request, event: gr.EventData):
        shown = compare.taken(request.session_hash, "draw", lambda: pair(event.a, event.b))
        return [gr.Tabs(selected="compare"), *shown]

    leaves(demo, handlers)
    job = Job("draw", clicks, handlers, lambda screen: screen._asdict(), [tab.view])
    # Each is sent: of two at once, gradio would send the first one twice. The page numbers them in its own script.
    begun = tab.view.draw(begin, None, tab.view, trigger_mode="multiple", **LIGHT)
    begun.failure(None, None, tab.view, js=UNHEARD, **LIGHT)
    job.follows(begun)
    tab.view.halt(halt, None, tab.view, trigger_mode="multiple", **LIGHT)
    tab.view.shelf(show_shelf, None, tab.view, **LIGHT)
    tab.view.compare(compared, None, [tabs, *compare.outputs], **LIGHT)
    tab.view.play(play, into.form, [tabs, *into.outputs], **LIGHT)
    told.sketch(sketch, into.form, [tabs, tab.view, into.status], **LIGHT)
    inside.opens(tab.view.inside, "draw", lambda _, event: Recipe.from_file(file_of(event.png)))
