"""One control an option, made from its declaration, and what an entry says of itself."""

from __future__ import annotations

from typing import Any

import gradio as gr

from pipelines.declarations.options import Option

from ..words import WORDS, both, spans, t
from .options import Control

LATEX = [{"left": "$$", "right": "$$", "display": True}]
FACTS = ("{}: {}. {}: {}.", "{}：{}。{}：{}。")


def component(control: Control, value: Any, visible: bool, elem_id: str = ""):
    """The component of an option."""
    option: Option = control.option
    common = dict(
        label=label(f"option {control.key}"),
        info=label(f"option {control.key} help"),
        visible=visible,
        elem_id=elem_id or control.key,
    )
    if option.kind == "number":
        return gr.Slider(option.low, option.high, value, step=option.step, buttons=[], **common)
    if option.kind == "choice":
        choices = [(label(key) if (key := f"choice {each}") in WORDS else each, each) for each in option.choices]
        return gr.Dropdown(choices, value=value, filterable=False, **common)
    if option.kind == "colour":
        return gr.ColorPicker(value, **common)
    return gr.Textbox(value, max_length=option.max_length or 400, **common)


def update(control: Control, value: Any, visible: bool):
    """What such a component holds now."""
    return gr.update(value=value, visible=visible)


def about_entry(name: str, kind: type) -> str:
    """What an entry does, its equation, where it is from and what it costs. Markdown."""
    said = [WORDS[key] for key in ("source", f"source {name}", "cost", f"cost {name}")]
    told = (form.format(*pair) for form, pair in zip(FACTS, zip(*said, strict=True), strict=True))
    return f"{both(f'about {name}')}\n\n$${kind.equation}$$\n\n{spans(*told)}"


def worded(key: str, elem_id: str = "") -> dict[str, Any]:
    """What a control is called, its line of help, and its id on the page, for the words of a key."""
    return dict(label=t(key), info=t(f"{key}_help"), elem_id=elem_id or key)


def label(key: str):
    """A word that the page translates, whether or not it is one of `WORDS`."""
    from gradio.i18n import I18nData

    return I18nData(key)
