"""Finished pictures enter a history while a run goes on: what goes wrong there is a note, and no error of the run."""

from __future__ import annotations

from collections.abc import Callable

from ..recipe.notes import Note
from .errors import HistoryError
from .store import History


def entering(history: History, change: Callable[[History], object]) -> tuple[Note, ...]:
    """Why the pictures could not be kept, or what happened to the database; () when all is well."""
    try:
        change(history)
    except HistoryError as error:
        return (Note(error.key, {"reason": error.reason}),)
    notice, history.notice = history.notice, ""
    return (Note(notice, {"reason": str(history.folder)}),) if notice else ()
