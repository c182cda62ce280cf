"""Controls of the further pulls: a few places, each a menu and the options of what is chosen there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from pipelines import PULLS

from ...page.controls import LATEX, about_entry, component, label, update
from ...page.options import MOST, NONE, PLACES, PULL_CONTROLS, WIDTH, pulls_values
from ...page.scripts import script
from ...recipe.availability import unavailable_pulls, why_not
from ...words import WORDS, both, t

PICTURES_WORDS = ("pictures", "pictures_help", "pictures_choose", "pictures_another", "pictures_remove", "pictures_bad")


def place_section(pulls: Sequence[str], world: str) -> dict:
    """The places one below the other, then a text for what they cannot hold. pulls: a recipe's texts."""
    *held, text = pulls_values(pulls)
    menus, abouts, controls = [], [], []
    gr.Markdown(t("places"), elem_classes="heading")
    gr.Markdown(t("places_help"), elem_classes="help")
    for i in range(PLACES):
        name, pictures, *options = held[i * WIDTH : (i + 1) * WIDTH]
        menu = gr.Dropdown(
            pull_choices(world),
            value=name,
            label=t(f"place_{i}"),
            info=t("place_help"),
            filterable=False,
            visible=_reached(held, i),
            elem_id=f"place_{i}",
        )
        about = gr.Markdown(
            place_about(name, world, first=i == 0),
            latex_delimiters=LATEX,
            elem_id=f"place_{i}_about",
            elem_classes="about",
        )
        shown = gr.HTML(
            pictures,
            html_template='<div class="pictures"></div>',
            apply_default_css=False,
            js_on_load=script("pictures.js", words={key: WORDS[key] for key in PICTURES_WORDS}),
            visible=name in MOST,
            elem_id=f"place_{i}_pictures",
        )
        slots = [
            component(control, value, control.entry == name, f"place_{i}_{control.key}")
            for control, value in zip(PULL_CONTROLS, options, strict=True)
        ]
        menus.append(menu)
        abouts.append(about)
        controls += [menu, shown, *slots]
    more = gr.Textbox(text, label=t("pulls"), info=t("pulls_help"), lines=1, max_lines=4, elem_id="pulls")
    return dict(place_menus=menus, place_abouts=abouts, place_controls=controls, pulls=more)


def place_updates(pulls: Sequence[str], world: str) -> tuple[list, list]:
    """Updates of the controls, the text among them, and of the lines about what is chosen."""
    *held, text = pulls_values(pulls)
    controls: list[Any] = []
    abouts = []
    for i in range(PLACES):
        name, pictures, *options = held[i * WIDTH : (i + 1) * WIDTH]
        controls += [
            gr.Dropdown(choices=pull_choices(world), value=name, visible=_reached(held, i)),
            gr.update(value=pictures, visible=name in MOST),
            *(
                update(control, value, control.entry == name)
                for control, value in zip(PULL_CONTROLS, options, strict=True)
            ),
        ]
        abouts.append(place_about(name, world, first=i == 0))
    return [*controls, text], abouts


def pull_choices(world: str) -> list[tuple]:
    """None, and every pull; what cannot work in the world says so."""
    closed = unavailable_pulls(world)
    named = [(label(f"rule {name}{' closed' if name in closed else ''}"), name) for name in PULLS]
    return [(t("no_pull_here"), NONE), *named]


def place_about(name: str, world: str, first: bool = False) -> str:
    """What a pull does, its equation, source and cost. first: also which cannot work in the world, and why."""
    closed = unavailable_pulls(world) if first else {}
    lines = [about_entry(name, PULLS[name])] if name in PULLS else []
    told = [f"**{both(f'rule {other}')}**: {_why(reason)}" for other, reason in closed.items()]
    if reason := _clean(name, world):
        told.append(f"**{both('choice clean')}**: {_why(reason)}")
    return "\n\n".join([*lines, *([f"{both('not_here')}: {' '.join(told)}"] if told else [])])


def _clean(name: str, world: str) -> str | None:
    """Why the encoder of clean pictures cannot be chosen."""
    if f"{name}_encoder" not in {control.key for control in PULL_CONTROLS}:
        return None
    return why_not([f"clean_{need}" for need in PULLS[name].needs], world)


def _why(reason: str) -> str:
    return both(next(key for key, pair in WORDS.items() if key.startswith("lacks ") and pair[0] == reason))


def _reached(held: Sequence[Any], i: int) -> bool:
    """A place is seen when the one before it is in use."""
    return i == 0 or held[(i - 1) * WIDTH] != NONE
