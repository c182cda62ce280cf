"""The Compare tab: its components, and nothing of what they do."""

from __future__ import annotations

from typing import NamedTuple

import gradio as gr

from ...page.scripts import script
from ...page.table import SIDE
from ...words import both, t

SCRIPT = "compare.js"


class CompareTab(NamedTuple):
    """The components of the Compare tab. sources and rows tell what was pressed in them by events of their own."""

    tab: gr.Tab
    sources: gr.HTML
    swap: gr.Button
    words: gr.HTML
    seeds: gr.Textbox
    draw: gr.Button
    cancel: gr.Button
    status: gr.HTML
    pair: gr.ImageSlider
    gap: gr.HTML
    rows: gr.HTML


def build(tab: gr.Tab) -> CompareTab:
    """Inside of `tab`."""
    parts: dict = {}
    gr.HTML(f'<p class="lead">{both("compare_sentence")}</p>', apply_default_css=False, js_on_load=None)
    with gr.Row(elem_classes=["studio", "comparing"]):
        with gr.Column(scale=0, min_width=330, elem_classes="side"):
            parts["sources"] = _html("compare_sources", SCRIPT)
            parts["swap"] = gr.Button(t("compare_swap"), size="sm", elem_id="compare_swap")
            parts["words"] = _html("compare_words")
            parts["seeds"] = gr.Textbox(
                label=t("seeds"), info=t("compare_seeds_help"), max_length=400, elem_id="compare_seeds"
            )
            with gr.Row(elem_classes="actions"):
                parts["draw"] = gr.Button(
                    t("compare_draw"), variant="primary", scale=3, min_width=120, elem_id="compare_generate"
                )
                parts["cancel"] = gr.Button(
                    t("cancel"), scale=1, min_width=80, interactive=False, elem_id="compare_cancel"
                )
            parts["status"] = _html("compare_status")
        with gr.Column(scale=1, min_width=320, elem_classes="stage"):
            with gr.Row(elem_classes="beside"):
                parts["pair"] = gr.ImageSlider(
                    label=t("compare_slider"),
                    show_label=False,
                    type="pil",
                    format="png",
                    height=SIDE,
                    max_height=SIDE,
                    buttons=["fullscreen"],
                    interactive=False,
                    elem_id="compare_pair",
                )
                parts["gap"] = _html("compare_gap")
            parts["rows"] = _html("compare_rows", SCRIPT)
    return CompareTab(tab=tab, **parts)


def _html(name: str, file: str = "") -> gr.HTML:
    return gr.HTML("", apply_default_css=False, elem_id=name, js_on_load=script(file) if file else None)
