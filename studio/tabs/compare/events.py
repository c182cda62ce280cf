"""Ties the Compare tab to its handlers; computes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import gradio as gr

from ...page.events import LIGHT, Job, buttons, leaves, line
from ...page.forms import gathered
from ...words import t
from ..history.events import CompareTies, InsideTies
from ..play.handlers import Play
from . import Handlers, Screen, Taken
from . import components as compare
from .components import CompareTab


def add_compare() -> CompareTab:
    """Inside of `gr.Tabs`."""
    with gr.Tab(t("compare"), id="compare", elem_id="compare_tab") as tab:
        return compare.build(tab)


def connect(
    demo: gr.Blocks, tab: CompareTab, played: Play, form: list, inside: InsideTies, clicks: gr.Number
) -> CompareTies:
    """The events of the Compare tab, and how a picture of the history becomes A or B. form: what columns share."""
    handlers = Handlers(played)
    screen = [tab.sources, tab.words, tab.seeds, tab.rows, tab.pair, tab.gap, tab.status, tab.draw, tab.cancel]

    def show(request: gr.Request, *values):
        return _shown(handlers.show(request.session_hash, gathered(values)))

    def choose(request: gr.Request, event: gr.EventData, *values):
        return _shown(handlers.choose(request.session_hash, gathered(values), event.side, event.source))

    def chosen(key: str, form: dict, side: str, source: str) -> list:
        handlers.choose(key, form, side, source)
        return _shown(handlers.show(key, form))

    def taken(key: str, source: str, find: Callable[[], Mapping[str, Taken]]) -> list:
        return _shown(handlers.take(key, source, find))

    def pick(request: gr.Request, event: gr.EventData):
        return _shown(handlers.pick(request.session_hash, event.seed))

    def swap(request: gr.Request):
        return _shown(handlers.swap(request.session_hash))

    def begin(request: gr.Request, seeds, click):
        return _shown(handlers.begin(request.session_hash, seeds, click))

    def changed(request: gr.Request, seeds):
        return line(handlers.changed(request.session_hash, seeds))

    tab.tab.select(show, form, screen, **LIGHT)
    tab.sources.choose(choose, form, screen, **LIGHT)
    tab.rows.pick(pick, None, screen, **LIGHT)
    gr.on([tab.seeds.input, tab.seeds.blur], changed, tab.seeds, tab.status, trigger_mode="always_last", **LIGHT)
    tab.swap.click(swap, None, screen, **LIGHT)
    job = Job("compare", clicks, handlers, _shown, screen, [tab.draw, tab.cancel])
    job.starts(partial(gr.on, [tab.draw.click, tab.seeds.submit]), begin, [tab.seeds], screen)
    job.stops(tab.cancel)
    leaves(demo, handlers)
    inside.opens(tab.sources.inside, "compare", lambda key, event: handlers.recipe(key, event.side))
    return CompareTies(screen, chosen, taken)


def _shown(screen: Screen) -> list:
    return [
        screen.sources,
        screen.words,
        screen.seeds,
        screen.rows,
        screen.pair,
        screen.gap,
        screen.status,
        *buttons(screen.running),
    ]
