"""The Draw tab: one component that draws itself, and nothing of what happens behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import gradio as gr

from ...page.scripts import script
from ...words import WORDS, both
from ...words.draw import DRAW
from .layers import WAYS

SCRIPTS = (
    "draw_controls.js",
    "draw_sheet.js",
    "draw_results.js",
    "draw_take.js",
    "draw_open.js",
    "draw_tools.js",
    "draw.js",
)


class DrawTab(NamedTuple):
    """The components of the Draw tab. view: tells of itself by events of its own: draw, halt, shelf, play,
    inside and compare."""

    view: gr.HTML


def build(
    sketches: Sequence[Mapping[str, Any]],
    crayons: Mapping[str, Sequence[int]],
    first: Mapping[str, Any],
    usual: Mapping[str, float],
    answers: Sequence[Callable[[Any], Any]],
) -> DrawTab:
    """sketches: name, title, prompt and layers of each. crayons: name -> colour. first: the setting to begin with.
    usual: kind of a layer -> the strength that it begins with.

    answers: functions of the server that the page asks, by their names.
    """
    gr.HTML(f'<p class="lead">{both("draw_sentence")}</p>', apply_default_css=False, js_on_load=None)
    view = gr.HTML(
        None,
        html_template='<div class="drawing"></div>',
        apply_default_css=False,
        elem_id="draw",
        js_on_load=script(
            *SCRIPTS,
            words=_way_words() | DRAW | {"changed": WORDS["changed"]},
            sketches=list(sketches),
            crayons=dict(crayons),
            first=dict(first),
            usual=dict(usual),
            ways=list(WAYS),
        ),
        server_functions=list(answers),
    )
    return DrawTab(view)


def _way_words() -> dict[str, tuple[str, str]]:
    """What the networks are called, and what they do, that have no other words on this tab."""
    names = {f"way_{way}": WORDS[f"rule {way}"] for way in WAYS}
    return names | {f"way_{way}_help": WORDS[f"about {way}"] for way in WAYS}
