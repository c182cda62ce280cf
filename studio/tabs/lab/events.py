"""The tabs beside Play: the Lab, which asks its handlers by itself, and the list of all rules, pulls and samplers."""

from __future__ import annotations

import gradio as gr

from ...words import t
from . import Handlers
from . import components as lab
from .listing import contents, listings


def add_lab() -> None:
    """Inside of `gr.Tabs`."""
    handlers = Handlers()

    def lab_start(nothing=None):
        return handlers.start()

    def lab_plane(setting):
        return handlers.plane(setting)

    def lab_flow(setting):
        return handlers.flow(setting)

    def lab_views(setting):
        return handlers.views(setting)

    def lab_schedule(setting):
        return handlers.schedule(setting)

    def lab_kernel(setting):
        return handlers.kernel(setting)

    def lab_paths(setting):
        return handlers.paths(setting)

    with gr.Tab(t("lab"), id="lab"):
        lab.build([lab_start, lab_plane, lab_schedule, lab_kernel, lab_flow, lab_paths, lab_views])


def add_list() -> None:
    """Inside of `gr.Tabs`: everything there is."""
    with gr.Tab(t("rules_page"), id="rules"):
        lab.build_rules(contents(), listings())
