"""The table of the Play tab: a column is a guidance setting, a row is a seed. Data in, escaped HTML out.

The HTML comes as a list of pieces, a piece a cell, so that a frame of a running column travels and is drawn
alone: every other piece is one element, those between are the skeleton around them (see panels/play.js).
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from ..recipe import Recipe
from ..recipe.setting import Setting
from ..recipe.vocabulary import VocabularyError, vocabulary
from ..words import both, spans

if TYPE_CHECKING:
    from PIL.Image import Image

    from ..engine.seen import Scores

MAX_COLUMNS = 6
SIDE = 384  # pixels of a picture in the table and when it is opened: a whole multiple of the model's 64
PREVIEW_SIDE = 192
NARROW = "\u00a0=\u00a0"  # a number stays with its name when a head is too narrow


DEFAULT = (Setting(), Setting.of(gamma_classifier=3.0), Setting.of(gamma_clip=40.0), Setting.of(w=2.0))


class Picture(NamedTuple):
    """A picture as data URIs: `src` to look at, `png` to keep (empty while it is being drawn)."""

    src: str
    png: str = ""


@dataclass
class Column:
    """A column with what it shows. shown: the recipe of `pictures`; asked: the one that it was last to be drawn with;
    progress: from 0 to 1."""

    setting: Setting
    state: str = "empty"  # empty, example, waiting, running, preview, done, cancelled, failed
    pictures: tuple[Picture, ...] = ()
    shown: Recipe | None = None
    scores: Scores | None = None
    seconds: float | None = None
    calls: int | None = None
    progress: float = 0.0
    asked: Recipe | None = None

    def is_late(self, wanted: Recipe | None) -> bool:
        """Whether its pictures are of other settings than it has now. wanted: its recipe now, None for wrong settings."""
        if self.shown is None or self.state in ("running", "waiting"):
            return False
        if wanted is not None and self.state == "preview":
            return self.shown.like(wanted, "steps", "seeds", "upsample") != wanted
        return self.shown != wanted

    def clear(self, state: str) -> None:
        """Forget the pictures and the numbers."""
        self.__init__(self.setting, state)


@dataclass
class Table:
    """Columns, which of them is chosen, and the seeds that are the rows."""

    columns: list[Column] = field(default_factory=lambda: [Column(setting) for setting in DEFAULT])
    selected: int = len(DEFAULT) - 1
    seeds: tuple[int, ...] = (0, 1, 2, 3)

    @property
    def setting(self) -> Setting:
        """The setting of the chosen column."""
        return self.columns[self.selected].setting


def data_uri(kind: str, content: bytes) -> str:
    """Bytes as a data URI: pictures reach the page without a file."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def look(image: Image, side: int) -> str:
    """A small picture enlarged smoothly (Lanczos) to `side` pixels, as JPEG in a data URI."""
    from PIL import Image as pillow

    file = io.BytesIO()
    image.convert("RGB").resize((side, side), pillow.Resampling.LANCZOS).save(file, "JPEG", quality=88)
    return data_uri("jpeg", file.getvalue())


def pictures(images: Sequence[Image], recipe: Recipe, final: bool) -> tuple[Picture, ...]:
    """Pictures of a row recipe as the page holds them; final ones carry the recipe of their own seed."""
    if not final:
        return tuple(Picture(look(image, PREVIEW_SIDE)) for image in images)
    return tuple(
        Picture(look(image, SIDE), data_uri("png", single.to_png(image)))
        for image, single in zip(images, recipe.singles, strict=False)
    )


def render(table: Table, late: Sequence[bool]) -> list[str]:
    """The table as pieces of HTML. late: of each column, whether its pictures are of other settings than it has now."""
    columns = table.columns
    pieces = [f'<div class="scroll"><table class="guidance" style="--columns:{len(columns)}"><thead><tr><th></th>']
    for i in range(len(columns)):
        pieces += [_head(table, i, late[i]), ""]
    pieces[-1] = f"{_add(len(columns))}</tr></thead><tbody>"
    for row, seed in enumerate(table.seeds):
        word = f'<span class="seed-word">{both("seed")}</span>' if row == 0 else ""
        pieces[-1] += f'<tr><th scope="row">{word}{seed}</th>'
        for i, column in enumerate(columns):
            pieces += [_cell(column, i, row, seed, late[i]), ""]
        pieces[-1] = "<td></td></tr>"
    pieces[-1] += "</tbody><tfoot><tr><th></th>"
    for column in columns:
        pieces += [_numbers(column), ""]
    pieces[-1] = "<td></td></tr></tfoot></table></div>"
    return pieces


def _head(table: Table, i: int, stale: bool) -> str:
    column, chosen = table.columns[i], i == table.selected
    remove = (
        f'<button type="button" class="remove" data-remove="{i}">{_sign("×", "remove")}</button>'
        if len(table.columns) > 1
        else ""
    )
    state = "stale" if stale else {"preview": "preview"}.get(column.state)
    classes = f"head rule-{column.setting.kind}{' chosen' if chosen else ''}"
    return (
        f'<th scope="col" class="{classes}"><button type="button" class="pick" data-pick="{i}" '
        f'aria-pressed="{str(chosen).lower()}">'
        f'<span class="rule"><i class="dot"></i>{both(column.setting.title)}</span>'
        f'<span class="setting">{spans(*(column.setting.said(i).replace(" = ", NARROW) for i in range(2)))}</span>'
        f'<span class="state">{both(state) if state else "&nbsp;"}</span></button>{remove}'
        f'<span class="bar"><i style="width:{100 * column.progress:.0f}%"></i></span></th>'
    )


def _add(count: int) -> str:
    button = f'<button type="button" data-add="1">{_sign("+", "add")}</button>' if count < MAX_COLUMNS else ""
    return f'<th class="add">{button}</th>'


def _sign(sign: str, word: str) -> str:
    """A sign to look at, and its word to be read aloud, in the language that the page shows."""
    return f'<span aria-hidden="true">{sign}</span><span class="unseen">{both(word)}</span>'


def _cell(column: Column, i: int, row: int, seed: int, stale: bool) -> str:
    classes = f"cell state-{column.state}{' stale' if stale else ''}"
    if column.shown is None or seed not in column.shown.seeds:
        return f'<td class="{classes}"><div class="picture"></div></td>'
    at = column.shown.seeds.index(seed)
    picture = column.pictures[at]
    recipe = column.shown.singles[at].to_json()
    return (
        f'<td class="{classes}"><button type="button" class="picture" data-open="{i}-{row}" '
        f'data-seed="{seed}" data-w="{column.shown.w:g}" data-recipe="{escape(recipe)}" data-png="{picture.png}">'
        f'<img src="{picture.src}" alt="" decoding="sync" width="{SIDE}" height="{SIDE}">'
        f'<span class="unseen">{both("seed")} {seed}</span></button></td>'
    )


def _numbers(column: Column) -> str:
    scores = column.scores
    share = scores and scores.agreement
    lines: Mapping[str, str] = {
        "agreement": "–" if share is None else f"{100 * share:.0f} %",
        scores.clip_word if scores else "clip_score": _number(scores and scores.clip_score, 1),
        "diversity": _number(scores and scores.diversity, 2),
        "time": "–" if column.seconds is None else f"{column.seconds:.1f} s",
        "calls": "–" if column.calls is None else str(column.calls),
    }
    rows = "".join(f"<div><dt>{both(key)}</dt><dd>{value}</dd></div>" for key, value in lines.items())
    label = f" · {_category(scores.label, column.shown)}" if scores and scores.label else ""
    count = f"n = {scores.n}{label}" if scores else "n = –"
    return f'<td class="numbers"><dl>{rows}</dl><span class="n">{count}</span></td>'


def _category(english: str, shown: Recipe | None) -> str:
    try:
        return spans(english, vocabulary(shown.world if shown else "emoji").categories.get(english, english))
    except VocabularyError:
        return escape(english)


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"
