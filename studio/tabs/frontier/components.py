"""The Frontier tab: its components, and nothing of what they do.

The plot is drawn by the page itself: the native plots of Gradio have neither intervals nor a click on a point, and
their lines follow x, while a curve here follows a strength.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import gradio as gr

from ...page.controls import worded
from ...page.scripts import script
from ...words import WORDS, both, t
from ...words.frontier import FRONTIER

SCRIPTS = ("frontier_plot.js", "frontier_save.js", "frontier.js")


class FrontierTab(NamedTuple):
    """The components of the Frontier tab."""

    mode: gr.Radio
    own: gr.Group
    axis1: gr.Dropdown
    values1: gr.Textbox
    axis2: gr.Dropdown
    values2: gr.Textbox
    prompts: gr.Textbox
    seeds: gr.Textbox
    steps: gr.Number
    run: gr.Button
    cancel: gr.Button
    status: gr.HTML
    view: gr.HTML

    @property
    def form(self) -> list:
        """What a sweep is made of, in the order of `FORM`."""
        return [self.mode, self.axis1, self.values1, self.axis2, self.values2, self.prompts, self.seeds, self.steps]


FORM = ("mode", "axis1", "values1", "axis2", "values2", "prompts", "seeds", "steps")


def build(
    first: dict | None,
    status: str,
    options: Sequence[tuple[str, str]],
    suggested: Callable[[str], str],
    prompts: str,
    seeds: str,
    steps: int,
    measures: dict,
    sheet: Callable[[object], str],
) -> FrontierTab:
    """first: the view to begin with. options: names and paths of axes; suggested: values for a path.

    sheet: a function of the server that gives the pictures of a point of the first view.
    """
    gr.HTML(f'<p class="lead">{both("frontier_sentence")}</p>', apply_default_css=False, js_on_load=None)
    with gr.Row(elem_classes="frontier-page", equal_height=False):
        with gr.Column(scale=0, min_width=280, elem_classes="frontier-side"):
            mode = gr.Radio(
                [(t("frontier_rules"), "rules"), (t("frontier_options"), "options")],
                value="rules",
                **worded("frontier_mode"),
            )
            with gr.Group(visible=False) as own:
                axis1 = gr.Dropdown(choices(options), value="w", **worded("frontier_axis1"))
                values1 = gr.Textbox(suggested("w"), max_lines=3, **worded("frontier_values", "frontier_values1"))
                axis2 = gr.Dropdown(choices(options, none=True), value="", **worded("frontier_axis2"))
                values2 = gr.Textbox(
                    "", label=t("frontier_values"), max_lines=3, visible=False, elem_id="frontier_values2"
                )
            asked = gr.Textbox(prompts, lines=3, max_lines=8, **worded("frontier_prompts"))
            with gr.Row():
                seed = gr.Textbox(
                    seeds,
                    label=t("seeds"),
                    info=t("frontier_seeds_help"),
                    max_lines=1,
                    min_width=120,
                    elem_id="frontier_seeds",
                )
                step = gr.Number(
                    steps,
                    label=t("steps"),
                    info=t("frontier_steps_help"),
                    precision=0,
                    minimum=1,
                    maximum=250,
                    min_width=100,
                    elem_id="frontier_steps",
                )
            with gr.Row(elem_classes="actions"):
                run = gr.Button(t("frontier_run"), variant="primary", scale=3, min_width=120, elem_id="frontier_run")
                cancel = gr.Button(t("cancel"), scale=1, min_width=80, interactive=False, elem_id="frontier_cancel")
            told = gr.HTML(status, apply_default_css=False, js_on_load=None, elem_id="frontier_status")
            gr.HTML(f'<p class="help">{both("frontier_base_help")}</p>', apply_default_css=False, js_on_load=None)
        with gr.Column(scale=1, min_width=300, elem_classes="frontier-stage"):
            view = gr.HTML(
                first,
                html_template='<div class="frontier"></div>',
                apply_default_css=False,
                elem_id="frontier_view",
                js_on_load=script(
                    *SCRIPTS, words=FRONTIER | {key: WORDS[key] for key in ("seed", "open_one")}, measures=measures
                ),
                server_functions=[sheet],
            )
    return FrontierTab(mode, own, axis1, values1, axis2, values2, asked, seed, step, run, cancel, told, view)


def choices(options: Sequence[tuple[str, str]], none: bool = False) -> list:
    """A menu of axes. options: a key of the words or a text, and the path."""
    menu = [(t(name) if name in WORDS else name, path) for name, path in options]
    return [(t("frontier_none"), ""), *menu] if none else menu
