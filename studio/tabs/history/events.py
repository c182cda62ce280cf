"""Ties the History tab to its handlers, and a picture of it to the Play and Compare tabs; computes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import gradio as gr
from gradio.processing_utils import save_file_to_cache
from gradio.utils import get_upload_folder

from ...page.blocks import Page
from ...page.events import LIGHT, QUIET
from ...page.forms import gathered
from ...page.status import message
from ...recipe import Recipe
from ...words import t
from ..compare import Taken
from ..play.handlers import Controls, Play, Screen
from . import components as history
from .components import HistoryTab
from .handlers import Handlers, Shown

SAVE = """() => setTimeout(() => {
  const place = document.querySelector("#history_file");
  (place?.matches("a, button") ? place : place?.querySelector("a, button"))?.click();
}, 100)"""


class PlayTies(NamedTuple):
    """How others fill the Play tab: its shared controls, what it shows, what a recipe puts there, and its line of text."""

    form: list
    outputs: list
    filled: Callable[[Controls | None, Screen], list]
    status: gr.HTML


class InsideTies(NamedTuple):
    """How others open a picture in the Inside tab: opens(event of a component, "history" or its like, what gives the
    recipe for a session and the event's data)."""

    opens: Callable[[Callable, str, Callable[[str, gr.EventData], Recipe]], None]


class CompareTies(NamedTuple):
    """How others choose a side of the Compare tab, or both with what they have made."""

    outputs: list
    chosen: Callable[[str, dict, str, str], list]  # session, the Play tab's form, side, source
    taken: Callable[[str, str, Callable[[], Mapping[str, Taken]]], list]  # session, source, what gives A and B


def add_history(private: bool) -> HistoryTab:
    """Inside of `gr.Tabs`."""
    with gr.Tab(t("history"), id="history", elem_id="history_tab") as tab:
        return history.build(tab, private)


def connect(
    demo: Page, tabs: gr.Tabs, tab: HistoryTab, played: Play, into: PlayTies, compare: CompareTies, inside: InsideTies
) -> None:
    """The events of the History tab."""
    handlers = Handlers(played.histories)
    shown_in = [tab.tiles, tab.offset, tab.status, tab.world, tab.rule]
    asked = [*tab.wanted, tab.offset]

    def wanted(values: Sequence) -> dict:
        return dict(zip(("text", "world", "rule", "starred"), values, strict=True))

    def show(request: gr.Request, *values):
        return _shown(handlers.show(request.session_hash, wanted(values[:4]), values[4]))

    def search(request: gr.Request, *values):
        return _shown(handlers.show(request.session_hash, wanted(values)))

    def turn(request: gr.Request, event: gr.EventData, *values):
        return _shown(handlers.show(request.session_hash, wanted(values), event.to))

    def star(request: gr.Request, event: gr.EventData, *values):
        return _shown(handlers.star(request.session_hash, wanted(values[:4]), values[4], event.id, event.on))

    def drop(request: gr.Request, event: gr.EventData, *values):
        shown = handlers.delete(request.session_hash, wanted(values[:4]), values[4], event.id)
        return [*_shown(shown), [event.id], gr.Button(visible=True)]

    def undo(request: gr.Request, numbers, *values):
        shown = handlers.restore(request.session_hash, wanted(values[:4]), values[4], numbers)
        return [*_shown(shown), [], gr.Button(visible=False)]

    def choose(request: gr.Request, event: gr.EventData):
        return handlers.detail(request.session_hash, event.id)

    def export(request: gr.Request, *values):
        for path, status in handlers.export(request.session_hash, wanted(values)):
            yield handed(request.session_hash, path) if path else None, status  # the file before it is not this one

    def full():
        return None, message("queue_full", "error")

    def handed(key: str, path: str) -> str:
        """Where gradio would put a copy; then the file itself is not needed."""
        copy = save_file_to_cache(path, get_upload_folder())
        Path(path).unlink()
        demo.files.give(key, copy)
        return copy

    def leave(request: gr.Request) -> None:
        demo.files.leave(request.session_hash)

    def play(request: gr.Request, event: gr.EventData, *values):
        fields, shown = played.open(request.session_hash, event.id, gathered(values))
        return [gr.Tabs(selected="play"), *into.filled(fields, shown)]

    def side(request: gr.Request, event: gr.EventData, *values):
        shown = compare.chosen(request.session_hash, gathered(values), event.side, f"history {event.id}")
        return [gr.Tabs(selected="compare"), *shown]

    demo.unload(leave)
    tab.tab.select(show, asked, shown_in, **LIGHT)
    # Not `input`: it is lost for what is pasted into the field.
    tab.text.change(search, tab.wanted, shown_in, trigger_mode="always_last", **LIGHT)
    gr.on([tab.world.input, tab.rule.input, tab.starred.input], search, tab.wanted, shown_in, **LIGHT)
    tab.tiles.turn(turn, tab.wanted, shown_in, **LIGHT)
    tab.tiles.star(star, asked, shown_in, **LIGHT)
    tab.detail.star(star, asked, shown_in, **LIGHT)
    tab.tiles.choose(choose, None, [tab.detail, tab.status], **LIGHT)
    tab.detail.drop(drop, asked, [*shown_in, tab.deleted, tab.undo], **LIGHT)
    tab.undo.click(undo, [tab.deleted, *asked], [*shown_in, tab.deleted, tab.undo], **LIGHT)
    tab.detail.play(play, into.form, [tabs, *into.outputs], **LIGHT)
    inside.opens(tab.detail.inside, "history", lambda key, event: handlers.recipe(key, event.id))
    tab.detail.compare(side, into.form, [tabs, *compare.outputs], **LIGHT)
    exported = tab.export.click(export, tab.wanted, [tab.file, tab.status], **QUIET)
    exported.success(None, None, None, js=SAVE)
    exported.failure(full, None, [tab.file, tab.status], **LIGHT)


def _shown(shown: Shown) -> list:
    return [
        shown.tiles,
        shown.offset,
        shown.status,
        gr.Dropdown(choices=history.world_choices(shown.worlds)),
        gr.Dropdown(choices=history.rule_choices(shown.rules)),
    ]
