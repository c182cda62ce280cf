"""Controls of rules and samplers, made from their declarations; those of what is not chosen are not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from pipelines.catalogue import RULES, SAMPLERS
from pipelines.options import Option

from ..abilities import unavailable
from ..forms import spread_setting
from ..slots import BASES, OFF, RULE_SLOTS, SAMPLER_SLOTS, Slot, sampler_values
from ..specs import FLAT, rule_of, strength_of
from ..table import Setting
from ..words import WORDS, both, t

LATEX = [{"left": "$$", "right": "$$", "display": True}]


def rule_section(setting: Setting, world: str) -> dict:
    """The closed section of the chosen column's rule."""
    base, *options = spread_setting(setting)[3:-1]
    with gr.Accordion(t("rule"), open=False, elem_id="rule_section"):
        gr.Markdown(t("rule_section_help"), elem_classes="help")
        rule = gr.Dropdown(
            rule_choices(world), value=base, label=t("rule"), info=t("rule_help"), filterable=False, elem_id="rule"
        )
        about = gr.Markdown(rule_about(base, world), latex_delimiters=LATEX, elem_id="rule_about", elem_classes="about")
        slots = [_control(slot, value, slot.entry == base) for slot, value in _pairs(RULE_SLOTS, options, OFF, False)]
        gr.Markdown(t("rule_around"), elem_classes="help")
        around = [_control(slot, value, True) for slot, value in _pairs(RULE_SLOTS, options, OFF, True)]
        pulls = gr.Textbox(
            spread_setting(setting)[-1], label=t("pulls"), info=t("pulls_help"), lines=1, max_lines=4, elem_id="pulls"
        )
    return dict(rule=rule, rule_about=about, rule_options=[*slots, *around], pulls=pulls)


def _pairs(slots: Sequence[Slot], values: Sequence[Any], among, inside: bool) -> list[tuple[Slot, Any]]:
    return [pair for pair in zip(slots, values, strict=True) if (pair[0].entry in among) == inside]


def sampler_options(sampler: str, options) -> list:
    """The controls of every sampler's further options."""
    values = sampler_values(sampler, options)
    return [_control(slot, value, slot.entry == sampler) for slot, value in zip(SAMPLER_SLOTS, values, strict=True)]


def setting_updates(setting: Setting, world: str) -> list:
    """What the controls of the chosen column hold, in the order of `PlayTab.setting`, and the lines about its rule."""
    values = spread_setting(setting)
    base, strength = values[3], strength_of(rule_of(setting.rule))
    w = gr.Slider(minimum=strength.low, maximum=strength.high, step=strength.step, value=setting.w)
    held = zip(RULE_SLOTS, values[4:-1], strict=True)
    slots = [_update(slot, value, slot.entry == base or slot.entry in OFF) for slot, value in held]
    rule = gr.Dropdown(choices=rule_choices(world), value=base)
    return [w, *values[1:3], rule, *slots, values[-1], rule_about(base, world)]


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
        *(_update(slot, v, slot.entry == sampler) for slot, v in zip(SAMPLER_SLOTS, values, strict=True)),
        sampler_about(sampler),
    ]


def rule_choices(world: str) -> list[tuple]:
    """The base rules; what cannot work in the world says so."""
    closed = unavailable(world)
    return [(_label(f"rule {name}{' closed' if name in closed else ''}"), name) for name in BASES]


def sampler_choices() -> list[tuple]:
    """Every sampler."""
    return [(_label(f"rule {name}"), name) for name in SAMPLERS]


def rule_about(name: str, world: str) -> str:
    """What a rule does, its equation, where it is from and what it costs; and what cannot work in the world."""
    closed = [
        f"**{both(f'rule {other}')}**: {both('lacks ' + need)}"
        for other, reason in unavailable(world).items()
        for need in RULES[other].needs
        if WORDS[f"lacks {need}"][0] == reason
    ]
    told = f"\n\n{both('not_here')}: {' '.join(closed)}" if closed else ""
    return _about(name, RULES[name]) + told


def sampler_about(name: str) -> str:
    """The same of a sampler."""
    return _about(name, SAMPLERS[name]) if name in SAMPLERS else ""


def _about(name: str, kind: type) -> str:
    return (
        f"{both(f'about {name}')}\n\n$${kind.equation}$$\n\n"
        f"{both('source')}: {kind.source}. {both('cost')}: {kind.cost}."
    )


def _control(slot: Slot, value: Any, visible: bool):
    option: Option = slot.option
    common = dict(
        label=_label(f"option {slot.key}"), info=_label(f"option {slot.key} help"), visible=visible, elem_id=slot.key
    )
    if option.kind == "number":
        return gr.Slider(option.low, option.high, value, step=option.step, buttons=[], **common)
    if option.kind == "choice":
        return gr.Dropdown(list(option.choices), value=value, filterable=False, **common)
    return gr.Textbox(value, max_length=option.max_length or 400, **common)


def _update(slot: Slot, value: Any, visible: bool):
    return gr.update(value=value, visible=visible)


def labels() -> dict[str, tuple[str, str]]:
    """Names of rules that cannot work somewhere, for the translations of the page."""
    ends = (" (not available)", "（不可用）")
    names = {f"rule {name} closed": WORDS[f"rule {name}"] for name in BASES}
    return {key: tuple(map("".join, zip(pair, ends, strict=True))) for key, pair in names.items()}


def _label(key: str):
    from gradio.i18n import I18nData

    return I18nData(key)
