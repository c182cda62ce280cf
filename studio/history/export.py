"""A history as one file: the PNGs, their recipes as lines of JSON, and a table as CSV."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import tempfile
import time
import zipfile
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from ..recipe import FIELDS, RecipeError
from .errors import told
from .store import Entry

COLUMNS = ("file", "made", "starred", *FIELDS)  # the whole recipe
INTERVAL = ("agreement_low", "agreement_high")
SCORES = ("n", "label", "agreement", *INTERVAL, "clip_score", "clip_by", "diversity", "seconds", "calls")
PICTURE = re.compile('"data:[^"]*"')  # longer than a cell may be; the PNG and the lines of JSON hold it
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula


def write(entries: Iterable[Entry], folder: Path | str | None = None) -> tuple[Path, int, int]:
    """A zip with `pictures/*.png`, `recipes.jsonl` and `pictures.csv`; and how many pictures it has and lacks.

    Raises:
        HistoryError: such as for a full disk; the unfinished file is removed.
    """
    name = time.strftime("guidance-history-%Y%m%d-%H%M%S-")
    try:
        handle, path = tempfile.mkstemp(prefix=name, suffix=".zip", dir=folder)
        path = Path(path)
        try:
            with os.fdopen(handle, "wb") as file:
                return path, *_write(entries, file)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise told(error) from error


def _write(entries: Iterable[Entry], file) -> tuple[int, int]:
    lines, table, there, missing = [], io.StringIO(newline=""), 0, 0
    rows = csv.writer(table)
    rows.writerow([*COLUMNS, *SCORES])
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:  # PNGs are compressed already
        for entry in entries:
            name = f"pictures/{entry.id:06d}.png"
            try:
                archive.writestr(name, entry.picture.read_bytes())
                there += 1
            except FileNotFoundError:
                name, missing = "", missing + 1
            made = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(entry.made))
            scores = asdict(entry.scores) if entry.scores else {}
            about = {"file": name, "made": made, "starred": entry.starred}
            lines.append(json.dumps(about | {"recipe": entry.fields, "scores": scores or None}, ensure_ascii=False))
            fields = about | {key: _cell_of(value) for key, value in _said(entry).items()}
            scores |= zip(INTERVAL, scores.get("agreement_ci") or (), strict=False)
            values = [*(fields.get(key, "") for key in COLUMNS), *(scores.get(key) for key in SCORES)]
            rows.writerow(map(_cell, values))
        archive.writestr("recipes.jsonl", "\n".join([*lines, ""]))
        archive.writestr("pictures.csv", "\ufeff" + table.getvalue())  # the mark tells a spreadsheet that it is UTF-8
    return there, missing


def _said(entry: Entry) -> dict:
    """The fields of the recipe, flat; of one that this studio cannot read as they were written."""
    try:
        return entry.recipe.flat()
    except RecipeError:
        return entry.fields


def _cell_of(value):
    if isinstance(value, (list, tuple)) and all(isinstance(each, int) for each in value):
        return " ".join(map(str, value))
    if not value or not isinstance(value, (dict, list)):
        return value
    return PICTURE.sub('"(a picture)"', json.dumps(value, ensure_ascii=False))


def _cell(value):
    if value is None or value == [] or value == {}:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
