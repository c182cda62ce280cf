"""What happens on the History tab: plain values in, plain values out. No component is known here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ...history import export
from ...history.errors import HistoryError
from ...history.store import PAGE, Query
from ...history.visitors import Histories
from ...page.status import message, trouble
from ...recipe import Recipe
from . import view


class Shown(NamedTuple):
    """What stands on the tab. offset: of the page that is shown; worlds and rules: what there is to choose from."""

    tiles: str
    offset: int
    status: str
    worlds: tuple[str, ...]
    rules: tuple[str, ...]


class Handlers:
    """The History tab of one server. Every method takes the session of the page it speaks for.

    wanted: text, world, rule and starred as the page holds them, unchecked.
    """

    def __init__(self, histories: Histories):
        self.histories = histories

    def show(self, key: str, wanted: Mapping[str, Any], offset: Any = 0, status: str = "") -> Shown:
        """A page of what is looked for."""
        query, history = query_of(wanted), self.histories[key]
        try:
            page = history.page(query, _whole(offset))
            worlds, rules = history.kinds()
        except HistoryError as error:
            return Shown("", 0, trouble(error), (), ())
        if history.notice:
            status, history.notice = message(history.notice, "note", reason=history.folder), ""
        tiles = view.tiles(page, PAGE, query != Query())
        return Shown(tiles, page.offset, status, tuple(worlds), tuple(rules))

    def star(self, key: str, wanted: Mapping, offset: Any, number: Any, starred: Any) -> Shown:
        """Mark a picture or take the mark away."""
        return self._change(key, wanted, offset, "", lambda history: history.star(_whole(number), bool(starred)))

    def delete(self, key: str, wanted: Mapping, offset: Any, number: Any) -> Shown:
        """Take a picture out, for now."""
        return self._change(key, wanted, offset, "history_deleted", lambda history: history.delete([_whole(number)]))

    def restore(self, key: str, wanted: Mapping, offset: Any, numbers: Any) -> Shown:
        """Bring deleted pictures back."""
        back = [_whole(number) for number in numbers or ()]
        return self._change(key, wanted, offset, "history_restored", lambda history: history.restore(back))

    def detail(self, key: str, number: Any) -> tuple[str, str]:
        """One picture with all about it, and a line beside the tiles."""
        try:
            return view.detail(self.histories[key].get(_whole(number))), ""
        except HistoryError as error:
            return "", trouble(error)

    def recipe(self, key: str, number: Any) -> Recipe:
        """The recipe of one picture. Raises HistoryError, and RecipeError when it cannot be drawn here."""
        return self.histories[key].get(_whole(number)).recipe

    def export(self, key: str, wanted: Mapping) -> Iterator[tuple[str | None, str]]:
        """What is found as one file: its path at the end, and a line meanwhile. None where there is no file."""
        yield None, message("history_exporting", "busy")
        try:
            path, there, missing = export.write(self.histories[key].all(query_of(wanted)))
        except HistoryError as error:
            yield None, trouble(error)
            return
        yield str(path), message("history_exported", pictures=there, missing=missing)

    def _change(self, key: str, wanted: Mapping, offset: Any, said: str, change) -> Shown:
        try:
            change(self.histories[key])
        except HistoryError as error:
            return self.show(key, wanted, offset, trouble(error))
        return self.show(key, wanted, offset, message(said) if said else "")


def query_of(wanted: Mapping[str, Any]) -> Query:
    """What the page looks for; anything that is no text is nothing."""
    texts = {name: wanted.get(name) for name in ("text", "world", "rule")}
    texts = {name: each[:200] if isinstance(each, str) else "" for name, each in texts.items()}
    return Query(**texts, starred=wanted.get("starred") is True)


def _whole(value: Any) -> int:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 2**53:
        return int(value)
    return -1
