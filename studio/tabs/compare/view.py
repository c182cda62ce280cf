"""The Compare tab in HTML: what A and B can be, how they differ in words, and a row for each seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from ...page.table import PREVIEW_SIDE, SIDE, Column, look
from ...recipe import Recipe
from ...recipe.described import differences, html
from ...words import both
from .difference import difference

if TYPE_CHECKING:
    from PIL.Image import Image

    from .sides import Side


def sources(columns: Sequence[Column], sides: Mapping[str, Side]) -> str:
    """Two rows of buttons: the columns of the Play tab, and what was chosen of the history or came from another tab."""
    kept = {side.source: side for side in sides.values() if not side.source.startswith("column ")}
    return "".join(_side(name, columns, kept, sides.get(name)) for name in ("a", "b"))


def _side(name: str, columns: Sequence[Column], kept: Mapping[str, Side], chosen: Side | None) -> str:
    buttons = []
    for i, column in enumerate(columns):
        setting = column.setting
        text = f"{both(setting.title)} <small>{escape(setting.short)}</small>"
        buttons.append(_button(f"column {i}", setting.kind, text, chosen))
    for source, side in kept.items():
        if side.title[0]:
            text = f"{html(side.title)} <small>{both(source.partition(' ')[0])} · {escape(side.recipe.prompt)}</small>"
        else:
            said = escape(side.caption) or both("inside_anything")
            text = f"{said} <small>{both('seed')} {side.recipe.seeds[0]} · {both(side.recipe.title)}</small>"
        buttons.append(_button(source, side.recipe.kind, text, chosen))
    label = both(f"compare_{name}")
    if chosen is not None:
        buttons.append(f'<button type="button" class="opens" data-inside="{name}">{both("open_one")}</button>')
    return f'<div class="side-of" role="group" data-side="{name}"><b>{label}</b>{"".join(buttons)}</div>'


def _button(source: str, kind: str, text: str, chosen: Side | None) -> str:
    pressed = str(chosen is not None and chosen.source == source).lower()
    return (
        f'<button type="button" class="rule-{kind}" data-source="{source}" aria-pressed="{pressed}">'
        f'<i class="dot"></i>{text}</button>'
    )


def words(a: Recipe, b: Recipe) -> str:
    """What differs between two recipes, one line each."""
    found = differences(a, b)
    if not found:
        return f'<p class="lead-in">{both("compare_same")}</p>'
    first = both("compare_one") if len(found) == 1 else both("compare_many", count=len(found))
    lines = "".join(
        f'<div><dt>{html(each.label)}</dt><dd><span>{html(each.a)}</span> <i aria-hidden="true">→</i> '
        f"<span>{html(each.b)}</span></dd></div>"
        for each in found
    )
    return f'<p class="lead-in">{first}</p><dl class="differences">{lines}</dl>'


def rows(seeds: Sequence[int], a: Side | None, b: Side | None, chosen: int | None) -> str:
    """A table: for each seed A, B and their difference."""
    if a is None or b is None:
        return ""
    head = f"<tr><th>{both('seed')}</th><th>A</th><th>B</th><th>{both('compare_difference')}</th></tr>"
    body = "".join(_row(seed, a.pictures.get(seed), b.pictures.get(seed), seed == chosen) for seed in seeds)
    return f'<table class="seeds"><thead>{head}</thead><tbody>{body}</tbody></table>'


def _row(seed: int, a: Image | None, b: Image | None, chosen: bool) -> str:
    gap = difference(a, b).image if a and b else None
    cells = "".join(_cell(image, f"{name}, seed {seed}") for image, name in ((a, "A"), (b, "B"), (gap, "|A − B|")))
    pressed = str(chosen).lower()
    return (
        f'<tr class="{"chosen" if chosen else ""}"><th scope="row"><button type="button" data-seed="{seed}" '
        f'aria-pressed="{pressed}"><span class="unseen">{both("compare_show")}</span> {seed}</button></th>{cells}</tr>'
    )


def _cell(image: Image | None, name: str) -> str:
    if image is None:
        return f'<td><div class="picture lost">{both("compare_missing")}</div></td>'
    size = f'width="{PREVIEW_SIDE}" height="{PREVIEW_SIDE}"'
    return f'<td><img class="picture" src="{look(image, PREVIEW_SIDE)}" alt="{escape(name)}" {size}></td>'


def gap(a: Image, b: Image) -> str:
    """The difference picture, and its scale in words."""
    found = difference(a, b)
    if not found.most:
        said = both("compare_alike")
    else:
        share = 100 * found.share
        values = {"factor": found.factor, "mean": f"{found.mean:.1f}", "most": found.most, "share": f"{share:.0f}"}
        said = both("compare_scale", **values)
    if found.resized:
        said += f" {both('compare_resized')}"
    picture = f'<img src="{look(found.image, SIDE)}" alt="|A − B|" width="{SIDE}" height="{SIDE}">'
    return f'<figure class="gap">{picture}<figcaption>{said}</figcaption></figure>'
