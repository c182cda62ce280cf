"""The tabs beside Play: the Lab, which asks its desk by itself, and the list of rules, filled when somebody comes."""

from __future__ import annotations

import gradio as gr

from .lab import Desk
from .panels import lab
from .words import t


def add_tabs(**quiet) -> None:
    """Inside of `gr.Tabs`. quiet: how events are registered that are nobody else's business."""
    desk = Desk()

    def lab_start(nothing=None):
        return desk.start()

    def lab_plane(setting):
        return desk.plane(setting)

    def lab_flow(setting):
        return desk.flow(setting)

    def lab_views(setting):
        return desk.views(setting)

    with gr.Tab(t("lab"), id="lab"):
        lab.build([lab_start, lab_plane, lab_flow, lab_views])
    with gr.Tab(t("rules_page"), id="rules") as tab:
        lists = lab.build_rules()
    tab.select(desk.listings, None, list(lists), **quiet)
