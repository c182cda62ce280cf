"""The whole page: its tabs side by side, tied to each other, and the endpoints for programs."""

from __future__ import annotations

from collections.abc import Sequence

import gradio as gr

from .api import generate as api
from .api import notes
from .engine import Engine
from .history import Histories
from .page.blocks import Page
from .page.examples import Example
from .page.forms import shared_of
from .page.jobs import PAGES
from .page.served import app_options, serve
from .page.theme import head, theme
from .recipe.vocabulary import words_of, worlds
from .sweeps import PictureCache
from .tabs.compare import api as comparison
from .tabs.compare.events import add_compare
from .tabs.compare.events import connect as connect_compare
from .tabs.draw.events import add_draw
from .tabs.draw.events import connect as connect_draw
from .tabs.frontier import api as sweep
from .tabs.frontier.events import add_frontier
from .tabs.frontier.events import connect as connect_frontier
from .tabs.history.events import add_history
from .tabs.history.events import connect as connect_history
from .tabs.inside import api as trajectory
from .tabs.inside.events import add_tab as add_inside
from .tabs.lab.events import add_lab, add_list
from .tabs.play import components as play
from .tabs.play.events import connect as connect_play
from .tabs.play.handlers import Play
from .tabs.play.texts import facts, python
from .words import WORDS, both, t, translations

__all__ = ["build", "launch_options", "serve"]

CACHE = (3600, 6 * 3600)  # look each hour, delete files older than six hours


def build(
    engine: Engine,
    examples: Sequence[Example] = (),
    histories: Histories | None = None,
    keep: PictureCache | None = None,
) -> gr.Blocks:
    """The whole page around an engine. examples: tables drawn before; a visitor sees the first one.

    histories: where pictures are kept; without them each visitor has a history that goes with them. keep: where the
    pictures of sweeps are kept; without it a sweep begins anew each time.
    """
    handlers = Play(engine, examples, histories)
    with Page(title=WORDS["title"][0], analytics_enabled=False, fill_width=True, delete_cache=CACHE) as demo:
        gr.HTML(_header(), apply_default_css=False, js_on_load=None, elem_id="header")
        first = handlers.beginning.recipe()
        clicks = gr.Number(0, precision=0, visible="hidden", elem_id="clicks", container=False)
        with gr.Tabs(selected="play", elem_id="tabs") as tabs:
            with gr.Tab(t("play"), id="play"):
                tab = play.build(
                    first,
                    handlers.first(shared_of(first)),
                    handlers.beginning.setting,
                    handlers.beginning.prompts(first.world),
                    words_of(first.world),
                    worlds(),
                    [python, facts],
                )
            drawing = add_draw(engine, handlers)
            frontier = add_frontier(engine, handlers, keep)
            compared = add_compare()
            within = add_inside(demo, tabs, engine, tab, handlers, clicks)
            add_lab()
            kept = add_history(handlers.histories.private)
            add_list()
        ties = connect_play(demo, tab, handlers, clicks)
        sides = connect_compare(demo, compared, handlers, tab.shared, within, clicks)
        connect_history(demo, tabs, kept, handlers, ties, sides, within)
        connect_frontier(demo, frontier, handlers, tab, within, clicks)
        connect_draw(demo, tabs, drawing, handlers, ties, within, sides, tab.told, clicks)
        notes.add()
        api.add(engine, demo.files, handlers.histories)
        trajectory.add(engine, demo.files)
        sweep.add(engine, keep, demo.files, handlers.histories)
        comparison.add(engine, demo.files, handlers.histories)
        demo.unload(demo.forget)  # after all others, which would begin anew what it forgets
    return demo


def launch_options() -> dict:
    """What belongs to `launch`: the look, the translations, and the limits of a server."""
    translated = gr.I18n(**translations(play.labels(map(words_of, worlds()))))
    return dict(
        theme=theme(),
        head=head(),
        i18n=translated,
        max_file_size="20mb",
        state_session_capacity=PAGES,
        ssr_mode=False,
        run_history=False,
        footer_links=["api", "settings"],
        show_error=False,
        _frontend=False,  # else gradio asks its own page once, and gives up where a busy machine takes 3 s for it
        app_kwargs=app_options(),
    )


def _header() -> str:
    switch = f'<button type="button" id="language">{both("language")}</button>'
    return f"<header><h1>{both('title')}</h1><p>{both('sentence')}</p>{switch}</header>"
