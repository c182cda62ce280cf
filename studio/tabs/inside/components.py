"""The Inside tab: its components, and nothing of what they do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import gradio as gr

from ...page.controls import worded
from ...page.scripts import script
from ...page.status import message
from ...words import WORDS, both, t
from ...words.inside import INSIDE

SCRIPTS = ("inside_pictures.js", "inside_plots.js", "inside.js")


class InsideTab(NamedTuple):
    """The components of the Inside tab."""

    about: gr.HTML
    back: gr.Button
    seed: gr.Dropdown
    trace: gr.Button
    cancel: gr.Button
    status: gr.HTML
    view: gr.HTML


def build(
    about: str, seeds: Sequence[int], worlds: Sequence[str], film: Callable[[dict], dict], read: Callable[[dict], dict]
) -> InsideTab:
    """The components. about: what would be traced, as HTML; worlds: whose CLIPs may read a picture; film, read: functions of
    the server that the page asks."""
    gr.HTML(f'<p class="lead">{both("inside_sentence")}</p>', apply_default_css=False, js_on_load=None)
    with gr.Row(elem_classes="inside-controls", equal_height=False):
        with gr.Column(scale=3, min_width=280):
            gr.HTML(
                f'<h3>{both("inside_recipe")}</h3><p class="help">{both("inside_recipe_help")}</p>',
                apply_default_css=False,
                js_on_load=None,
            )
            shown = gr.HTML(about, apply_default_css=False, js_on_load=None, elem_id="inside_about")
            back = gr.Button(t("inside_back"), size="sm", visible=False, min_width=160, elem_id="inside_back")
        with gr.Column(scale=2, min_width=200):
            seed = gr.Dropdown(
                list(seeds),
                value=seeds[0] if seeds else None,
                allow_custom_value=True,  # what it holds may be of the recipe before: the handlers take the first seed then
                **worded("inside_seed"),
            )
        with gr.Column(scale=2, min_width=220):
            with gr.Row(elem_classes="actions"):
                trace = gr.Button(t("inside_trace"), variant="primary", scale=3, min_width=120, elem_id="inside_trace")
                cancel = gr.Button(t("cancel"), scale=1, min_width=80, interactive=False, elem_id="inside_cancel")
            status = gr.HTML(
                message("inside_trace_help"), apply_default_css=False, js_on_load=None, elem_id="inside_status"
            )
    view = gr.HTML(
        None,
        html_template='<div class="inside"></div>',
        apply_default_css=False,
        elem_id="inside_view",
        js_on_load=script(*SCRIPTS, words=INSIDE | {"seed": WORDS["seed"]}),
        server_functions=[film],
    )
    gr.HTML(
        None,
        html_template='<div class="reading"></div>',
        apply_default_css=False,
        elem_id="inside_reading",
        js_on_load=script("inside_read.js", words=INSIDE, worlds=list(worlds)),
        server_functions=[read],
    )
    return InsideTab(shown, back, seed, trace, cancel, status, view)
