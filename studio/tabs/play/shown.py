"""What a page shows and what is set on it, told apart: pictures of other settings, and what was refused until it is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...page.forms import recipe_of
from ...page.sessions import Fault, Session
from ...page.status import message
from ...page.table import Setting, Table
from ...recipe import Recipe
from ...recipe.availability import why_not
from ...recipe.conditions import condition_of
from ...recipe.notes import Note
from .drawing import told


def late(form: Mapping, table: Table) -> tuple[bool, ...]:
    """Of each column, whether its pictures are of other settings than it has now. form: {} where it is not known."""
    return tuple(bool(form) and each.is_late(wanted(form, each.setting)) for each in table.columns)


def line(session: Session, table: Table) -> str:
    """The line beside the table: what goes on, what is refused, what was changed since it was drawn, or how it was drawn."""
    fault = session.fault.told if session.fault else ""
    if session.busy:
        return session.status + fault
    changed = _changed(session.form, table) if session.form else []
    if fault or not any(changed):
        return fault or session.status
    previewed = any(each.state == "preview" and not new for each, new in zip(table.columns, changed, strict=True))
    return session.status + message("changed_rest", "changed") if previewed else message("changed", "changed")


def _changed(form: Mapping, table: Table) -> list[bool]:
    """Of each column, whether it is not what it was last asked to be, or stands empty beside others that were drawn."""
    before = [each.asked or each.shown for each in table.columns]
    drawn = any(old and each.state != "preview" for old, each in zip(before, table.columns, strict=True))
    wishes = [wanted(form, each.setting) for each in table.columns]
    return [old != wish if old else drawn for old, wish in zip(before, wishes, strict=True)]


def wanted(form: Mapping, setting: Setting) -> Recipe | None:
    """What a column would be drawn with now; None while something is wrong with it."""
    try:
        return recipe_of(form, setting)
    except Exception:
        return None


def same(form: Mapping, other: Mapping) -> bool:
    """Whether two states of the shared fields mean the same: the page writes a number or an empty field in its own way."""
    one, two = wanted(form, Setting()), wanted(other, Setting())
    return one == two if one or two else dict(form) == dict(other)


def refuse(session: Session, error: Exception | str, again: Callable[[Mapping], Any] | None = None) -> None:
    """Something cannot be: the line says so until it is right. error: or what is told of it; again: see `Fault`."""
    session.fault = Fault(error if isinstance(error, str) else told(error), again)


def until_changed(form: Mapping) -> None:
    """For what is no fault of the fields, such as a damaged file: told until something is changed."""


def without_conditions(table: Table, world: str) -> list[Note]:
    """Take conditions off the columns that the world has no network for: no control could. What to say of it."""
    lost = [c for c in table.columns if any(why_not(condition_of(t).needs, world) for t in c.setting.conditions)]
    for column in lost:
        column.setting = column.setting._replace(conditions=())
    return [Note("no_conditions_here")] if lost else []


def look_again(session: Session, setting: bool = False) -> None:
    """Whether what was refused is still wrong. setting: the controls of the chosen column have other values now."""
    fault = session.fault
    if fault is None or (fault.again is None and not setting):
        return
    try:
        if fault.again is not None:
            fault.again(session.form)
        found = None
    except Exception as error:
        found = fault._replace(told=told(error))
    if session.fault is fault:
        session.fault = found
