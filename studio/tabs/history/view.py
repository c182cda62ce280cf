"""The History tab in HTML: tiles, the line of pages, and one picture with all about it. What was typed is escaped."""

from __future__ import annotations

import json
import re
import time
from html import escape

from ...history.errors import HistoryError
from ...history.store import Entry, Page
from ...page.status import message, problem, trouble
from ...page.table import SIDE, data_uri, look
from ...recipe import Recipe, RecipeError
from ...recipe.described import brief, html
from ...recipe.snippet import snippet
from ...words import WORDS, both

ACTIONS = ("play", "inside", "a", "b", "delete")


def tiles(page: Page, count: int, searching: bool) -> str:
    """The grid of one page, and how to reach the next."""
    if not page.total:
        return f'<p class="nothing">{both("history_none" if searching else "history_empty")}</p>'
    return f'<div class="tiles">{"".join(map(_tile, page.entries))}</div>{_pages(page, count)}'


def _tile(entry: Entry) -> str:
    seed = entry.fields.get("seeds", ["?"])[0]
    caption = escape(entry.caption) or both("inside_anything")
    return (
        f'<figure class="tile" data-id="{entry.id}"><button type="button" class="picture" data-choose="{entry.id}">'
        f'<img src="{data_uri("webp", entry.thumbnail)}" alt="" width="128" height="128" '
        f'decoding="async"><span class="unseen">{caption}, {both("seed")} {escape(str(seed))}</span></button>'
        f"{_star(entry)}"
        f'<figcaption><span class="caption">{caption}</span><span class="how">{_title(entry)} · '
        f"{both('seed')} {escape(str(seed))}</span></figcaption></figure>"
    )


def _star(entry: Entry) -> str:
    word = both("history_unstar" if entry.starred else "history_star")
    return (
        f'<button type="button" class="star" data-star="{entry.id}" aria-pressed="{str(entry.starred).lower()}">'
        f'<span aria-hidden="true">{"★" if entry.starred else "☆"}</span><span class="unseen">{word}</span></button>'
    )


def _title(entry: Entry) -> str:
    return both(entry.rule) if entry.rule in WORDS else escape(entry.rule)


def _pages(page: Page, count: int) -> str:
    last = page.offset + len(page.entries)
    where = both("history_count", first=page.offset + 1, last=last, total=f"{page.total:,}")
    newer, older = page.offset - count, page.offset + count
    return (
        f'<nav class="pages"><button type="button" data-page="{max(newer, 0)}"{"" if page.offset else " disabled"}>'
        f'← {both("history_newer_page")}</button><span>{where}</span><button type="button" data-page="{older}"'
        f"{'' if older < page.total else ' disabled'}>{both('history_older_page')} →</button></nav>"
    )


def detail(entry: Entry) -> str:
    """One picture, large, with its facts and what can be done with it. Never the same twice, so that it opens again."""
    try:
        image = entry.image()
        png = data_uri("png", entry.picture.read_bytes())
        picture = f'<img src="{look(image, SIDE)}" alt="{escape(entry.caption)}" width="{SIDE}" height="{SIDE}">'
    except (HistoryError, OSError) as error:
        png = ""
        lost = error if isinstance(error, HistoryError) else HistoryError("history_gone", error)
        picture = f'<div class="lost">{trouble(lost)}</div>'
    try:
        recipe = entry.recipe
        rows, code, notes = _facts(recipe), snippet(recipe), _revision(recipe)
    except RecipeError as error:
        recipe, code, notes = None, "", problem(error)
        said = [(escape(str(name)), escape(str(value)[:80])) for name, value in entry.fields.items()]
        rows = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in said)
    seed = entry.fields.get("seeds", ["?"])[0]
    made = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(entry.made))
    return (
        f'<div class="opened" data-id="{entry.id}" data-fresh="{time.time_ns()}">{picture}<div class="facts">'
        f"<h2>{escape(entry.caption) or both('inside_anything')} · {both('seed')} {escape(str(seed))}</h2>{notes}"
        f'<dl>{rows}{_scores(entry)}<div><dt>{both("history_made")}</dt><dd><time datetime="{made}">{made}</time></dd>'
        f'</div></dl><div class="do">{_buttons(entry, recipe)}</div>'
        f'<div class="do">{_keeping(entry, png, code)}</div></div></div>'
    )


def _buttons(entry: Entry, recipe: Recipe | None) -> str:
    words = {
        "play": "history_play",
        "inside": "open_one",
        "a": "history_a",
        "b": "history_b",
        "delete": "history_delete",
    }
    able = ACTIONS if recipe else ("delete",)
    buttons = [f'<button type="button" data-do="{name}">{both(words[name])}</button>' for name in able]
    return "".join(buttons) + _star(entry)


def _keeping(entry: Entry, png: str, code: str) -> str:
    name = re.sub(r"[^\w]+", "-", entry.caption).strip("-")[:40] or "picture"
    text = json.dumps(entry.fields, ensure_ascii=False)
    links = [(png, "png", "download"), (data_uri_text(text), "json", "json")]
    shown = "".join(
        f'<a href="{uri}" download="guidance-{escape(name)}-{entry.id}.{kind}">{both(word)}</a>'
        for uri, kind, word in links
        if uri
    )
    if code:
        shown += f'<button type="button" data-copy="1">{both("python")}</button>'
        shown += f'<pre class="code" hidden>{escape(code)}</pre>'
    return shown


def data_uri_text(text: str) -> str:
    """JSON as a data URI."""
    return data_uri("json", text.encode()).replace("data:image/json", "data:application/json", 1)


def _facts(recipe: Recipe) -> str:
    return "".join(f"<div><dt>{html(fact.label)}</dt><dd>{html(fact.value)}</dd></div>" for fact in brief(recipe))


def _revision(recipe: Recipe) -> str:
    if not recipe.elsewhere:
        return ""
    values = {"world": recipe.world, "there": recipe.revision, "here": recipe.elsewhere}
    return message("other_revision", "note", **values)


def _scores(entry: Entry) -> str:
    """The scores of the column that it was drawn in."""
    scores = entry.scores
    if scores is None:
        return ""
    shown = {
        "agreement": scores.agreement is not None and f"{100 * scores.agreement:.0f} %",
        scores.clip_word: scores.clip_score is not None and f"{scores.clip_score:.1f}",
        "diversity": scores.diversity is not None and f"{scores.diversity:.2f}",
    }
    return "".join(
        f"<div><dt>{both(key)}</dt><dd>{value} (n = {scores.n})</dd></div>" for key, value in shown.items() if value
    )


def kinds(rules: list[str]) -> list[tuple[str, str]]:
    """Rules as a menu shows them, by their English words: (label, value)."""
    return [(" / ".join(WORDS.get(rule, (rule,))), rule) for rule in rules]
