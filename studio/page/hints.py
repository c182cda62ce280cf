"""The drawings that a column is told of besides its prompt, as HTML beside the controls; drawn on another tab."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from ..recipe.conditions import word_of
from ..recipe.uploads import PREFIX
from ..words import both


def told_of(conditions: Iterable) -> str:
    """conditions: as in a recipe; "" without any."""
    rows = "".join(map(_row, conditions))
    if not rows:
        return ""
    buttons = "".join(
        f'<button type="button" data-told="{event}">{both(word)}</button>'
        for event, word in (("sketch", "told_open"), ("forget", "told_remove"))
    )
    return f'<div class="drawings"><p>{both("told_here")}</p><ul>{rows}</ul><div class="do">{buttons}</div></div>'


def _row(condition) -> str:
    word = word_of(condition)
    values = {"strength": f"{condition.strength:g}", "start": f"{condition.start:g}", "end": f"{condition.end:g}"}
    image = next((each for each in condition.images if each.startswith(PREFIX)), "")
    picture = f'<img src="{escape(image)}" alt="" width="40" height="40">' if image else ""
    name = both(word if word.startswith("choice ") else f"rule {word}")
    return f"<li>{picture}<span><b>{name}</b> {both('told_how', **values)}</span></li>"
