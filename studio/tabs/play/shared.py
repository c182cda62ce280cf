"""Controls of what all columns share, beyond those in sight: world, style and class, sampler."""

from __future__ import annotations

from collections.abc import Sequence

import gradio as gr

from ...page.controls import LATEX, label
from ...recipe import OPTIONS, Recipe
from ...recipe.specs import FLAT
from ...recipe.vocabulary import Vocabulary, has_upsampler
from ...words import WORDS, t
from .rules import sampler_about, sampler_choices, sampler_options
from .sliders import slider


def worlds_menu(first: Recipe, names: Sequence[str]) -> gr.Dropdown:
    """A menu of worlds; unseen when there is only one."""
    return gr.Dropdown(
        [(label(f"world {name}") if f"world {name}" in WORDS else name, name) for name in names],
        value=first.world,
        label=t("world"),
        info=t("world_help"),
        visible=True if len(names) > 1 else "hidden",
        elem_id="world",
        elem_classes="one-line",
    )


def upsample_state(world: str) -> dict:
    """Whether the switch for twice the side can be used in a world, its name, and its line of help, which says why not."""
    able = has_upsampler(world)
    name, help_line = ("upsample", "upsample_help") if able else ("upsample_none", "no_upsampler")
    return dict(interactive=able, label=t(name), info=t(help_line))


def subject(first: Recipe, words: Vocabulary | None) -> dict:
    with gr.Accordion(t("subject"), open=False, elem_id="subject"):
        help_line("subject_help")
        style = gr.Dropdown(
            style_choices(words),
            value=first.style,
            label=t("style"),
            info=t("style_help"),
            elem_id="style",
        )
        category = gr.Dropdown(
            category_choices(words),
            value=first.category,
            label=t("category"),
            info=t("category_help"),
            elem_id="category",
        )
        negative = gr.Textbox(
            first.negative_prompt,
            label=t("negative_prompt"),
            info=t("negative_prompt_help"),
            max_length=OPTIONS["negative_prompt"].max_length,
            elem_id="negative_prompt",
        )
    return dict(style=style, category=category, negative_prompt=negative)


def style_choices(words: Vocabulary | None) -> list[tuple]:
    """What the menu of styles offers in a world."""
    return [(t("any"), ""), *((label(f"style {key}"), key) for key in (words.styles if words else ()))]


def category_choices(words: Vocabulary | None) -> list[tuple]:
    """What the menu of categories offers in a world."""
    return [(t("by_prompt"), ""), *((label(f"category {key}"), key) for key in (words.categories if words else ()))]


def sampling(first: Recipe) -> dict:
    said = first.flat()
    with gr.Accordion(t("sampling"), open=False, elem_id="sampling"):
        help_line("sampling_help")
        sampler = gr.Dropdown(
            sampler_choices(),
            value=said["sampler"],
            label=t("sampler"),
            info=t("sampler_help"),
            filterable=False,
            elem_id="sampler",
        )
        about = gr.Markdown(
            sampler_about(said["sampler"]), latex_delimiters=LATEX, elem_id="sampler_about", elem_classes="about"
        )
        flat = FLAT.get(said["sampler"], ())
        eta = slider("eta", said["eta"], "eta", elem_id="eta", visible="eta" in flat)
        further = sampler_options(said["sampler"], said["sampler_options"])
        with gr.Row():
            variance = gr.Dropdown(
                [("β̃", "beta_tilde"), ("β", "beta")],
                value=said["variance"],
                label=t("variance"),
                info=t("variance_help"),
                min_width=120,
                visible="variance" in flat,
                elem_id="variance",
            )
            route = gr.Dropdown(
                list(OPTIONS["route"].choices),
                value=said["route"],
                label=t("route"),
                info=t("route_help"),
                min_width=120,
                visible="route" in flat,
                elem_id="route",
            )
    return dict(
        sampler=sampler,
        sampler_about=about,
        sampler_options=further,
        eta=eta,
        variance=variance,
        route=route,
    )


def help_line(key: str) -> None:
    gr.Markdown(t(key), elem_classes="help")
