"""The Frontier tab tied to its handlers; what is not asked for there comes from the Play tab's chosen column."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr

from ...engine import Engine
from ...page.events import LIGHT, Job, leaves, line, shown
from ...page.forms import gathered
from ...page.status import message
from ...recipe import Recipe
from ...sweeps import PictureCache
from ...words import t
from ..history.events import InsideTies
from ..play.components import PlayTab
from ..play.handlers import Play
from . import Handlers, load
from . import components as frontier
from .first import PROMPTS, SEEDS, STEPS, WORLD, sheet_of
from .presets import options_for, suggested
from .view import MEASURES


def add_frontier(
    engine: Engine, played: Play, keep: PictureCache | None
) -> tuple[frontier.FrontierTab, gr.Tab, Handlers]:
    """Inside of `gr.Tabs`."""
    first, recipe = load(), played.beginning.recipe()
    at_home = recipe.world == WORLD

    def frontier_sheet(number) -> str:
        return sheet_of(number)

    told = message("frontier_first" if first else "frontier_empty")
    with gr.Tab(t("frontier"), id="frontier") as here:
        tab = frontier.build(
            first,
            told,
            options_for(recipe),
            suggested,
            "\n".join(PROMPTS[:6]) if at_home else "",
            f"{len(SEEDS)} from {SEEDS[0]}",
            STEPS,
            MEASURES,
            frontier_sheet,
        )
    return tab, here, Handlers(engine, keep, played.histories, told)


def connect(demo: gr.Blocks, added: tuple, played: Play, play: PlayTab, inside: InsideTies, clicks: gr.Number) -> None:
    """play: the tab whose fields and chosen column a sweep begins with."""
    tab, here, handlers = added
    n = len(frontier.FORM)

    def found(request: gr.Request, values) -> Callable[[], Recipe]:
        return lambda: played.chosen(request.session_hash, gathered(values))

    def entered(request: gr.Request, axis1, axis2, *values):
        try:
            options = options_for(found(request, values)())
        except Exception:  # the fields of the Play tab are being edited: told when they are used
            return [gr.skip(), gr.skip()]
        paths = [path for _, path in options]
        return [
            gr.Dropdown(choices=frontier.choices(options), value=axis1 if axis1 in paths else "w"),
            gr.Dropdown(choices=frontier.choices(options, none=True), value=axis2 if axis2 in paths else ""),
        ]

    def begin(request: gr.Request, *values):
        *values, click = values
        form = dict(zip(frontier.FORM, values[:n], strict=True))
        return shown(handlers.begin(request.session_hash, found(request, values[n:]), form, click))

    def changed(request: gr.Request, *values):
        form = dict(zip(frontier.FORM, values[:n], strict=True))
        return line(handlers.changed(request.session_hash, found(request, values[n:]), form))

    screen = [tab.view, tab.status, tab.run, tab.cancel]
    typed = [tab.values1, tab.values2, tab.prompts, tab.seeds, tab.steps]
    asked = [*tab.form, *play.shared]
    edited = [here.select, *(field.input for field in tab.form), *(field.blur for field in typed)]
    gr.on(edited, changed, asked, tab.status, trigger_mode="always_last", **LIGHT)
    here.select(entered, [tab.axis1, tab.axis2, *play.shared], [tab.axis1, tab.axis2], **LIGHT)
    tab.mode.input(lambda mode: gr.Group(visible=mode == "options"), tab.mode, tab.own, **LIGHT)
    tab.axis1.input(suggested, tab.axis1, tab.values1, **LIGHT)
    tab.axis2.input(lambda path: gr.Textbox(suggested(path), visible=bool(path)), tab.axis2, tab.values2, **LIGHT)
    job = Job("frontier", clicks, handlers, shown, screen, [tab.run, tab.cancel])
    job.starts(tab.run.click, begin, asked, screen)
    job.stops(tab.cancel)
    leaves(demo, handlers)
    inside.opens(tab.view.inside, "frontier", lambda _, event: Recipe.parse(event.recipe, budget=None))
