"""The History tab: its components, and nothing of what they do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import gradio as gr

from ...page.controls import worded
from ...page.scripts import script
from ...words import WORDS, both, t

CLOSE = (
    '<button type="button" class="close"><span aria-hidden="true">×</span>'
    f'<span class="unseen">{both("close")}</span></button>'
)


class HistoryTab(NamedTuple):
    """The components of the History tab. tiles and detail tell what was pressed in them by events of their own."""

    tab: gr.Tab
    text: gr.Textbox
    world: gr.Dropdown
    rule: gr.Dropdown
    starred: gr.Checkbox
    export: gr.Button
    file: gr.DownloadButton
    undo: gr.Button
    status: gr.HTML
    tiles: gr.HTML
    detail: gr.HTML
    offset: gr.State
    deleted: gr.State

    @property
    def wanted(self) -> list:
        """What is looked for: text, world, rule, starred."""
        return [self.text, self.world, self.rule, self.starred]


def build(tab: gr.Tab, private: bool) -> HistoryTab:
    """Inside of `tab`. private: whether each visitor has a history of their own, which the page then says."""
    lead = both("history_sentence") + (f" {both('history_visitor')}" if private else "")
    gr.HTML(f'<p class="lead">{lead}</p>', apply_default_css=False, js_on_load=None)
    with gr.Row(elem_classes="finder"):
        text = gr.Textbox(max_length=200, scale=3, min_width=200, **worded("history_search", "history_text"))
        menu = dict(value="", filterable=False, scale=2, min_width=150)
        world = gr.Dropdown(
            world_choices(()), label=t("world"), info=t("history_world_help"), elem_id="history_world", **menu
        )
        rule = gr.Dropdown(rule_choices(()), **menu, **worded("history_rule"))
    with gr.Row(elem_classes="finder"):
        starred = gr.Checkbox(scale=3, min_width=200, **worded("history_starred"))
        undo = gr.Button(t("history_undo"), size="sm", visible=False, min_width=120, elem_id="history_undo")
        export = gr.Button(t("history_export"), size="sm", min_width=120, elem_id="history_export")
        file = gr.DownloadButton(visible="hidden", elem_id="history_file")
    status = gr.HTML("", apply_default_css=False, elem_id="history_status", elem_classes="told", js_on_load=None)
    tiles = gr.HTML("", apply_default_css=False, elem_id="shelf", js_on_load=script("history.js"))
    detail = gr.HTML(
        "",
        html_template=f'<dialog class="one">{CLOSE}${{value}}</dialog>',
        apply_default_css=False,
        elem_id="one",
        js_on_load=script("history_one.js"),
    )
    parts = dict(text=text, world=world, rule=rule, starred=starred, undo=undo, export=export, file=file)
    parts |= dict(tab=tab, status=status, tiles=tiles, detail=detail)
    return HistoryTab(**parts, offset=gr.State(0), deleted=gr.State([]))


def world_choices(worlds: Sequence[str]) -> list[tuple]:
    """The menu of worlds that occur."""
    return [(t("any"), ""), *((t(f"world {name}") if f"world {name}" in WORDS else name, name) for name in worlds)]


def rule_choices(rules: Sequence[str]) -> list[tuple]:
    """The menu of ways of guidance that occur."""
    return [(t("any"), ""), *((t(rule) if rule in WORDS else rule, rule) for rule in rules)]
