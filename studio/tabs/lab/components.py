"""The Lab tab and the list of rules: their components, and nothing of what they do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import gradio as gr

from ...page.scripts import script
from ...words import LANGUAGES, both
from ...words.lab import LAB

SCRIPTS = (
    *("lab_draw.js", "lab_controls.js", "lab_chart.js", "lab_plane.js", "lab_schedule.js", "lab_kernel.js"),
    *("lab_flow.js", "lab_paths.js", "lab_views.js", "lab.js"),
)
LATEX = [{"left": "$$", "right": "$$", "display": True}, {"left": "$", "right": "$", "display": False}]


class LabTab(NamedTuple):
    """The components of the Lab tab."""

    view: gr.HTML


def build(answers: Sequence[Callable[[object], dict]]) -> LabTab:
    """One component that draws itself. answers: functions of the server that it asks, by their names."""
    gr.HTML(f'<p class="lead">{both("lab_sentence")}</p>', apply_default_css=False, js_on_load=None)
    view = gr.HTML(
        "",
        html_template='<div class="lab" data-view="plane"></div>',
        apply_default_css=False,
        elem_id="lab",
        js_on_load=script(*SCRIPTS, words=LAB),
        server_functions=list(answers),
    )
    return LabTab(view)


def build_rules(contents: str, texts: Sequence[str]) -> None:
    """contents: HTML of their names, which lead there. texts: Markdown with LaTeX, English and Chinese, of which the
    page shows one."""
    gr.HTML(f'<p class="lead">{both("catalogue_sentence")}</p>', apply_default_css=False, js_on_load=None)
    gr.HTML(contents, apply_default_css=False, elem_id="contents", js_on_load=script("contents.js"))
    for lang, text in zip(LANGUAGES, texts, strict=True):
        gr.Markdown(text, latex_delimiters=LATEX, elem_classes=["catalogue", lang], elem_id=f"catalogue_{lang}")
