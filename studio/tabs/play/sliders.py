"""What is always in sight, one line each: w and both γ of the chosen column, steps and seeds of all columns."""

from __future__ import annotations

import gradio as gr

from ...page.scripts import script
from ...recipe import OPTIONS, Recipe
from ...recipe.setting import Setting
from ...words import WORDS, t
from .rules import guide_updates, guides_absent

SEED_WORDS = ("dice", "dice_locked", "lock", "lock_help", "locked_help")
LINE = "one-line"  # label, control and number beside each other; the line of help is shown when it is pointed at


def strength(setting: Setting) -> dict:
    """w, the first."""
    return dict(w=slider("w", setting.w, "w", elem_id="w", elem_classes=LINE))


def others(first: Recipe, setting: Setting) -> dict:
    """Both γ, steps and seeds."""
    parts: dict = {}
    guides = ("gamma_classifier", "gamma_clip")
    for name, state in zip(guides, guide_updates(setting.numbers[1:], first.world), strict=True):
        parts[name] = slider(name, state["value"], name, elem_id=name, elem_classes=LINE, visible=state["visible"])
    absent = guides_absent(first.world)
    parts["absent"] = gr.Markdown(absent, visible=bool(absent), elem_id="absent", elem_classes="help")
    gr.Markdown(t("all_columns"), elem_id="all_columns", elem_classes="help")
    parts["steps"] = slider("steps", first.steps, "steps", elem_id="steps", elem_classes=LINE)
    with gr.Row(elem_classes="seeds"):
        parts["seeds"] = gr.Textbox(
            ", ".join(map(str, first.seeds)),
            label=t("seeds"),
            info=t("seeds_help"),
            max_length=400,
            elem_id="seeds",
            elem_classes=LINE,
        )
        parts["lock"] = gr.HTML(
            {"locked": False},
            html_template='<div class="seed-tools"></div>',
            apply_default_css=False,
            js_on_load=script("seeds.js", words={key: WORDS[key] for key in SEED_WORDS}),
            elem_id="lock",
        )
    return parts


def slider(name: str, value: float, word: str, **kwargs) -> gr.Slider:
    """That of a recipe's option."""
    option = OPTIONS[name]
    return gr.Slider(
        option.low,
        option.high,
        value,
        step=option.step,
        label=t(word),
        info=t(f"{word}_help"),
        buttons=[],
        **kwargs,
    )
