"""What the events of all tabs share: how they run, and how a tab with one job at a time is shown, cancelled and left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from ..forms import gathered, recipe_of
from ..handlers import Play
from ..recipe import Recipe

QUIET = dict(show_progress="hidden", api_visibility="private")
HEAVY = dict(concurrency_id="engine", concurrency_limit=1, **QUIET)
LIGHT = dict(queue=False, **QUIET)


def stops(demo: gr.Blocks, desk: Any, button: gr.Button) -> None:
    """The button cancels the job of the session, and a page that is closed takes it along."""

    def cancel(request: gr.Request) -> None:
        desk.cancel(request.session_hash)

    def leave(request: gr.Request) -> None:
        desk.leave(request.session_hash)

    button.click(cancel, **LIGHT)
    demo.unload(leave)


def shown(screen: Any) -> list:
    """A screen of view, status and running for a view, a status, the button that runs and the one that cancels."""
    return [
        gr.skip() if screen.view is None else screen.view,
        screen.status,
        *buttons(screen.running),
    ]


def buttons(running: bool) -> list:
    """The button that runs and the one that cancels."""
    return [gr.Button(interactive=not running), gr.Button(interactive=running)]


def chosen_column(handlers: Play, key: str, values: Sequence) -> Recipe:
    """The recipe of the Play tab's chosen column. values: of its shared controls. Raises RecipeError."""
    return recipe_of(gathered(values), handlers.sessions[key].table.setting)
