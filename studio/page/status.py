"""The lines beside the table: progress, messages, notes and the marks of w. What is typed is escaped."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from pipelines.declarations.options import OptionError

from ..history.errors import HistoryError
from ..recipe.faults import refusal, sentences
from ..recipe.notes import Note
from ..recipe.prompts import Unknown
from ..recipe.specs import PLAIN
from ..words import LANGUAGES, WORDS, both, spans
from ..words.reasons import reason_of
from .table import Setting

if TYPE_CHECKING:
    from ..engine import Frame

log = logging.getLogger(__name__)


def message(key: str, kind: str = "calm", **values) -> str:
    """One sentence."""
    role = "alert" if kind == "error" else "status"
    return f'<div class="status {kind}" role="{role}"><div class="line">{both(key, **values)}</div></div>'


def problem(error: OptionError, *more: str) -> str:
    """What is wrong, a line a fault: the field, the value and what is allowed. more: keys of sentences after them."""
    lines = [spans(*pair) for pair in zip(*(sentences(error, lang) for lang in LANGUAGES), strict=True)]
    lines += [both(key) for key in more]
    told = "".join(f'<div class="line">{line}</div>' for line in lines)
    return f'<div class="status error" role="alert">{told}</div>'


def problem_pair(error: OptionError) -> tuple[str, str]:
    """The same as a text in each language, not escaped."""
    return refusal(error, "en"), refusal(error, "zh")


def trouble(error: HistoryError) -> str:
    """What the history could not do."""
    return message(error.key, "error", reason=error.reason)


def error_html(error: Exception) -> str:
    """An error as a line of the page; what is not the person's doing is logged too."""
    if isinstance(error, OptionError):
        return problem(error)
    if isinstance(error, HistoryError):
        return trouble(error)
    log.error("A run failed", exc_info=error)
    return message("failed", "error", reason=reason_of(error))


def progress(key: str, share: float, left: str | None = None, **values) -> str:
    """A sentence with a bar filled to `share`, and the time that is left."""
    time_left = both("left", seconds=left) if left is not None else ""
    return (
        f'<div class="status busy" role="status"><div class="line">{both(key, **values)}'
        f'<span class="left">{time_left}</span></div>'
        f'<div class="track"><i style="width:{100 * share:.1f}%"></i></div></div>'
    )


def seconds_left(seconds: float | None) -> str | None:
    """Whole seconds that are left, at least one as long as there is something to do; None where nothing is known."""
    return None if seconds is None else str(max(1, math.ceil(seconds)))


def going_on(key: str, frame: Frame, **values) -> str:
    """Where a run is: by `key` while it draws, which may ask for `index` and `total`, else what it does instead."""
    key = key if frame.stage == "drawing" else frame.stage
    left = seconds_left(frame.eta_seconds)
    return progress(key, frame.share, left, index=frame.index, total=frame.total, **values)


def note_list(words: Iterable[Unknown], notes: Iterable[Note]) -> str:
    """Words that were not understood and controls without effect; "" when there is neither."""
    notes = (*(each.note for each in words), *notes)
    lines = [spans(*map(note.said, LANGUAGES)) for note in notes if note.key in WORDS]
    if not lines:
        return ""
    return (
        '<div class="status note" role="status">'
        + "".join(f'<div class="line">{line}</div>' for line in lines)
        + "</div>"
    )


def mark_of(setting: Setting) -> str:
    """Where w stands: w and s = 1 + w, and which of unconditional, conditional and guided that is."""
    w = setting.w
    here = "w_unconditional" if w == -1 else "w_below" if w < 0 else "w_conditional" if w == 0 else "w_guided"
    marks = {"w_unconditional": "−1", "w_conditional": "0", "w_guided": "> 0"}
    pills = "".join(
        f'<span class="pill{" on" if key == here else ""}"><b>{value}</b> {both(key)}</span>'
        for key, value in marks.items()
    )
    plain = f"w = {w:g} · s = {1 + w:g}".replace("-", "−")
    alone = setting.rule_name == PLAIN and not setting.further and not setting.conditions
    number = escape(plain) if alone else spans(*map(setting.said, range(len(LANGUAGES))))
    now = f'<span class="now">{both(setting.title)}: {number}</span>'
    if setting.rule.base.strength != "w":
        pills = ""
    return f'<div class="marks rule-{setting.kind}">{now}{pills}</div>'
