"""The Play tab: its components, and nothing of what they do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import gradio as gr

from ...page.forms import SHARED
from ...page.options import DECIDING
from ...page.scripts import script
from ...page.status import message
from ...page.table import Setting
from ...recipe import OPTIONS, Recipe
from ...recipe.vocabulary import Vocabulary
from ...words import WORDS, both, t
from .page import Screen
from .rules import labels as rule_labels
from .rules import rule_section
from .shared import help_line, sampling, subject, upsample_state, worlds_menu
from .sliders import others, strength

NUMBERS = ("agreement", "clip_score", "diversity", "time", "calls")
DIALOG_WORDS = ("seed", "close", "download", "recipe", "use_recipe", "preview_only", "python", "json")
FILES = [".png", ".json"]


class PlayTab(NamedTuple):
    """The components of the Play tab."""

    world: gr.Dropdown
    prompt: gr.Textbox
    examples: gr.Dataset
    w: gr.Slider
    mark: gr.HTML
    told: gr.HTML
    upsample: gr.Checkbox
    generate: gr.Button
    cancel: gr.Button
    status: gr.HTML
    notes: gr.HTML
    absent: gr.Markdown
    gamma_classifier: gr.Slider
    gamma_clip: gr.Slider
    rule: gr.Dropdown
    rule_about: gr.Markdown
    rule_options: list
    place_menus: list
    place_abouts: list
    place_controls: list
    pulls: gr.Textbox
    add: gr.Button
    remove: gr.Button
    style: gr.Dropdown
    category: gr.Dropdown
    negative_prompt: gr.Textbox
    sampler: gr.Dropdown
    sampler_about: gr.Markdown
    sampler_options: list
    eta: gr.Slider
    steps: gr.Slider
    seeds: gr.Textbox
    lock: gr.HTML
    variance: gr.Dropdown
    route: gr.Dropdown
    copy_link: gr.Button
    load_png: gr.UploadButton
    python: gr.Button
    json: gr.Button
    dropped: gr.UploadButton
    made: gr.Textbox
    table: gr.HTML
    open_inside: gr.Button
    query: gr.Textbox
    tick: gr.Number

    @property
    def shared(self) -> list:
        """The controls that all columns share, as `forms.gathered` reads them."""
        return [*(getattr(self, name) for name in SHARED[:-1]), *self.sampler_options]

    @property
    def setting(self) -> list:
        """The controls of the chosen column, as `forms.gathered_setting` reads them."""
        rule = [self.w, self.gamma_classifier, self.gamma_clip, self.rule, *self.rule_options]
        return [*rule, *self.place_controls, self.pulls]

    @property
    def menus(self) -> list:
        """Menus of the chosen column that change which of its other controls are seen."""
        deciding = [control for control in self.rule_options if control.elem_id in DECIDING]
        return [self.rule, *deciding, *self.place_menus]

    @property
    def chosen(self) -> list:
        """What depends on the chosen column, in the order of `rules.setting_updates`."""
        return [*self.setting, self.rule_about, *self.place_abouts, self.absent]

    @property
    def sampling(self) -> list:
        """What depends on the sampler, in the order of `rules.sampler_updates`."""
        return [self.eta, self.variance, self.route, *self.sampler_options, self.sampler_about]


def build(
    first: Recipe,
    screen: Screen,
    setting: Setting,
    prompts: Sequence[str],
    words: Vocabulary | None,
    worlds: Sequence[str] = ("emoji",),
    answers: Sequence[Callable[[Any], Any]] = (),
) -> PlayTab:
    """The components, holding the recipe `first` for the shared fields and `setting` for the chosen column.

    prompts: the example prompts. words: what the world understands; None when it is not there. worlds: their names.
    answers: functions of the server, by their names, that say a picture's recipe in words and as a program.
    """
    parts: dict = {}
    with gr.Row(elem_classes="studio", equal_height=False):
        with gr.Column(scale=0, min_width=320, elem_classes="side"):
            with gr.Column(elem_classes="worlds"):
                parts["world"] = worlds_menu(first, worlds)
            with gr.Column(elem_classes="ask"):
                parts |= _prompt(first, prompts)
            with gr.Column(elem_classes="strength"):
                parts["mark"] = gr.HTML(screen.mark, apply_default_css=False, elem_id="mark", js_on_load=None)
                parts |= strength(setting)
            with gr.Column(elem_classes="others"):
                parts |= others(first, setting)
            with gr.Column(elem_classes="columns"):
                told = gr.HTML(screen.told, apply_default_css=False, elem_id="told", js_on_load=script("told.js"))
                parts |= dict(told=told) | _columns()
            with gr.Column(elem_classes="begin"):
                parts |= _begin(screen)
            with gr.Column(elem_classes="twice"):
                parts["upsample"] = gr.Checkbox(first.upsample, elem_id="upsample", **upsample_state(first.world))
            parts |= rule_section(setting, first.world)
            parts |= subject(first, words) | sampling(first) | _keep()
        with gr.Column(scale=1, min_width=320, elem_classes="stage"):
            gr.HTML(message("hint"), apply_default_css=False, elem_id="hint", js_on_load=None)
            parts["table"] = gr.HTML(
                screen.table,
                html_template='<div class="pieces"></div>',
                apply_default_css=False,
                elem_id="table",
                js_on_load=script("play.js", words={key: WORDS[key] for key in DIALOG_WORDS}),
                server_functions=list(answers) or None,
            )
            with gr.Row(elem_classes="open-inside"):
                parts["open_inside"] = gr.Button(
                    t("open_inside"), size="sm", scale=0, min_width=220, elem_id="open_inside"
                )
                help_line("open_inside_help")
            gr.HTML(_legend(), apply_default_css=False, js_on_load=None, elem_id="legend")
    parts["query"] = gr.Textbox(visible="hidden", elem_id="query", container=False)
    parts["tick"] = gr.Number(0, visible="hidden", elem_id="tick", container=False)
    return PlayTab(**parts)


def _prompt(first: Recipe, prompts: Sequence[str]) -> dict:
    prompt = gr.Textbox(
        first.prompt,
        label=t("prompt"),
        info=t("prompt_help"),
        max_length=OPTIONS["prompt"].max_length,
        lines=1,
        max_lines=3,
        elem_id="prompt",
    )
    examples = gr.Dataset(
        components=["textbox"],
        samples=[[text] for text in prompts],
        type="index",
        show_label=False,
        samples_per_page=len(prompts),
        elem_id="examples",
        layout="gallery",
    )
    return dict(prompt=prompt, examples=examples)


def _begin(screen: Screen) -> dict:
    with gr.Row(elem_classes="actions"):
        generate = gr.Button(t("generate"), variant="primary", scale=3, min_width=120, elem_id="generate")
        cancel = gr.Button(t("cancel"), variant="secondary", scale=1, min_width=80, interactive=False, elem_id="cancel")
    status = gr.HTML(screen.status, apply_default_css=False, elem_id="status", js_on_load=None)
    notes = gr.HTML(screen.notes, apply_default_css=False, elem_id="notes", js_on_load=None)
    return dict(generate=generate, cancel=cancel, status=status, notes=notes)


def _columns() -> dict:
    with gr.Row(elem_classes="actions"):
        add = gr.Button(t("add"), size="sm", min_width=80, elem_id="add")
        remove = gr.Button(t("remove"), size="sm", min_width=80, elem_id="remove")
    return dict(add=add, remove=remove)


def _keep() -> dict:
    with gr.Accordion(t("keep"), open=False, elem_id="keep"):
        help_line("keep_help")
        with gr.Row(elem_classes="actions"):
            copy_link = gr.Button(t("copy_link"), size="sm", min_width=80, elem_id="copy_link")
            load_png = gr.UploadButton(
                t("load_png"), size="sm", min_width=80, file_types=FILES, type="binary", elem_id="load_png"
            )
        help_line("keep_column_help")
        with gr.Row(elem_classes="actions"):
            python = gr.Button(t("python"), size="sm", min_width=80, elem_id="python")
            recipe = gr.Button(t("json"), size="sm", min_width=80, elem_id="json")
    # Takes what is dropped anywhere on the page, also while the section is closed.
    dropped = gr.UploadButton("", file_types=FILES, type="binary", visible="hidden", elem_id="dropped")
    made = gr.Textbox(visible="hidden", elem_id="made", container=False)
    return dict(copy_link=copy_link, load_png=load_png, python=python, json=recipe, dropped=dropped, made=made)


def _legend() -> str:
    """What the numbers under a column mean, closed until somebody asks."""
    rows = "".join(f"<dt>{both(key)}</dt><dd>{both(key + '_help')}</dd>" for key in NUMBERS)
    return f'<details class="legend"><summary>{both("numbers")}</summary><dl>{rows}</dl></details>'


def labels(vocabularies: Iterable[Vocabulary | None]) -> dict[str, tuple[str, str]]:
    """The names of styles and categories of these worlds, for the translations of the page."""
    found = rule_labels()
    for words in filter(None, vocabularies):
        found |= {f"style {key}": pair for key, pair in words.styles.items()}
        found |= {f"category {key}": (key, chinese) for key, chinese in words.categories.items()}
    return found
