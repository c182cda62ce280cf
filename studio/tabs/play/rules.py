"""Controls of rules and samplers, made from their declarations; those of what is not chosen are not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from pipelines import PULLS, RULES, SAMPLERS

from ...page.controls import LATEX, about_entry, component, label, update
from ...page.forms import spread_setting
from ...page.options import BASES, OFF, RULE_CONTROLS, SAMPLER_CONTROLS, Control, sampler_values, seen
from ...page.table import Setting
from ...recipe.availability import unavailable, why_not
from ...recipe.flat import GAMMAS
from ...recipe.specs import FLAT
from ...words import WORDS, both, t
from .pulls import place_section, place_updates


def rule_section(setting: Setting, world: str) -> dict:
    """The closed section of the chosen column's rule."""
    base, *options = spread_setting(setting)[3 : 4 + len(RULE_CONTROLS)]
    with gr.Accordion(t("rule"), open=False, elem_id="rule_section"):
        gr.Markdown(t("rule_section_help"), elem_classes="help")
        rule = gr.Dropdown(
            rule_choices(world), value=base, label=t("rule"), info=t("rule_help"), filterable=False, elem_id="rule"
        )
        about = gr.Markdown(rule_about(base, world), latex_delimiters=LATEX, elem_id="rule_about", elem_classes="about")
        held = _by_key(options)
        controls = [
            component(control, value, control.entry == base)
            for control, value in _pairs(RULE_CONTROLS, options, OFF, False)
        ]
        gr.Markdown(t("rule_around"), elem_classes="help")
        around = [
            component(control, value, seen(control, base, held))
            for control, value in _pairs(RULE_CONTROLS, options, OFF, True)
        ]
        places = place_section(setting.further, world)
    return dict(rule=rule, rule_about=about, rule_options=[*controls, *around], **places)


def _by_key(options: Sequence[Any]) -> dict[str, Any]:
    return {control.key: value for control, value in zip(RULE_CONTROLS, options, strict=True)}


def _pairs(controls: Sequence[Control], values: Sequence[Any], among, inside: bool) -> list[tuple[Control, Any]]:
    return [pair for pair in zip(controls, values, strict=True) if (pair[0].entry in among) == inside]


def sampler_options(sampler: str, options) -> list:
    """The controls of every sampler's further options."""
    values = sampler_values(sampler, options)
    return [
        component(control, value, control.entry == sampler)
        for control, value in zip(SAMPLER_CONTROLS, values, strict=True)
    ]


def setting_updates(setting: Setting, world: str) -> list:
    """What the controls of the chosen column hold, in the order of `PlayTab.chosen`."""
    values = spread_setting(setting)
    base, strength = values[3], setting.rule.strength_option
    w = gr.Slider(minimum=strength.low, maximum=strength.high, step=strength.step, value=setting.w)
    options = values[4 : 4 + len(RULE_CONTROLS)]
    held = _by_key(options)
    controls = [
        update(control, value, seen(control, base, held)) for control, value in zip(RULE_CONTROLS, options, strict=True)
    ]
    places, abouts = place_updates(setting.further, world)
    rule = gr.Dropdown(choices=rule_choices(world), value=base)
    said = guides_absent(world)
    absent = gr.update(value=said, visible=bool(said))
    return [w, *guide_updates(values[1:3], world), rule, *controls, *places, rule_about(base, world), *abouts, absent]


def guide_updates(values: Sequence[float], world: str) -> list[dict]:
    """γ of classifier and CLIP. Without the network there is no slider, unless it holds what can be taken off."""
    lacks = _lacks(world)
    return [
        gr.update(value=value, info=t(f"lacks {need}" if need else f"{name}_help"), visible=not need or bool(value))
        for (name, need), value in zip(lacks.items(), values, strict=True)
    ]


def guides_absent(world: str) -> str:
    """Why there is no slider, once for each."""
    return " ".join(both(f"lacks {need}") for need in _lacks(world).values() if need)


def _lacks(world: str) -> dict[str, str | None]:
    """Of γ classifier and γ CLIP the network that the world lacks for it, None where it has what it needs."""
    return {name: next((need for need in kind.needs if why_not([need], world)), None) for name, kind in GAMMAS.items()}


def sampler_updates(sampler: str, options, held: Mapping[str, Any] | None = None) -> list:
    """η, variance and route as the sampler has them, its further options, and the lines about it.

    held: values of the first three; they stay as they are without it.
    """
    values = sampler_values(sampler, options)
    shown = {
        name: dict(visible=name in FLAT.get(sampler, ())) | ({"value": held[name]} if held else {})
        for name in ("eta", "variance", "route")
    }
    return [
        *(gr.update(**each) for each in shown.values()),
        *(update(control, v, control.entry == sampler) for control, v in zip(SAMPLER_CONTROLS, values, strict=True)),
        sampler_about(sampler),
    ]


def rule_choices(world: str) -> list[tuple]:
    """The base rules; what cannot work in the world says so."""
    closed = unavailable(world)
    return [(label(f"rule {name}{' closed' if name in closed else ''}"), name) for name in BASES]


def sampler_choices() -> list[tuple]:
    """Every sampler."""
    return [(label(f"rule {name}"), name) for name in SAMPLERS]


def rule_about(name: str, world: str) -> str:
    """What a rule does, its equation, where it is from and what it costs; and what cannot work in the world."""
    closed = [
        f"**{both(f'rule {other}')}**: {both('lacks ' + need)}"
        for other, reason in unavailable(world).items()
        for need in RULES[other].needs
        if WORDS[f"lacks {need}"][0] == reason
    ]
    told = f"\n\n{both('not_here')}: {' '.join(closed)}" if closed else ""
    return about_entry(name, RULES[name]) + told


def sampler_about(name: str) -> str:
    """The same of a sampler."""
    return about_entry(name, SAMPLERS[name]) if name in SAMPLERS else ""


def labels() -> dict[str, tuple[str, str]]:
    """Names of rules and pulls that cannot work somewhere, for the translations of the page."""
    ends = (" (not available)", "（不可用）")
    names = {f"rule {name} closed": WORDS[f"rule {name}"] for name in (*BASES, *PULLS)}
    return {key: tuple(map("".join, zip(pair, ends, strict=True))) for key, pair in names.items()}
