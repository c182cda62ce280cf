"""What was kept once can be opened for ever: links, PNGs, JSON files and a history, with the recipes that they had.

The files of tests/fixtures/opened were written by the studio of one day, some as still older ones wrote them, and are
never written again. `expected.json` says what each of them is. A recipe may get more fields; what a file said stays.
"""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest

from studio.history.store import History
from studio.page.forms import read_query
from studio.recipe import Recipe

FOLDER = Path(__file__).parent / "fixtures" / "opened"
EXPECTED = json.loads((FOLDER / "expected.json").read_text("utf-8"))


def same(recipe: Recipe, said: dict) -> None:
    """The recipe is what was said, in every field that was."""
    found = json.loads(json.dumps(recipe.flat()))
    assert {name: found.get(name, "missing") for name in said} == said
    assert recipe == Recipe.parse(said)  # and nothing else is set


def test_there_are_enough():
    links, files, history = (EXPECTED[name] for name in ("links", "files", "history"))
    assert len(links) == len(files) == 20 and len(history) >= 9
    assert set(files) == {path.name for path in FOLDER.iterdir() if path.name != "expected.json" and path.is_file()}
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 400_000


@pytest.mark.parametrize("link", EXPECTED["links"], ids=[each["query"][:40] for each in EXPECTED["links"]])
def test_a_link_opens(link):
    recipe, settings, wrong = read_query(link["query"])
    assert not wrong and len(settings) == len(link["recipes"])
    for setting, said in zip(settings, link["recipes"], strict=True):
        same(recipe.but(**setting._asdict()), said)


@pytest.mark.parametrize("name", EXPECTED["files"])
def test_a_file_opens(name):
    same(Recipe.from_file((FOLDER / name).read_bytes()), EXPECTED["files"][name])


def test_a_history_opens(tmp_path):
    shutil.copytree(FOLDER / "history", tmp_path / "history")
    history = History(tmp_path / "history")
    entries = {entry.id: entry for entry in history.all()}
    assert list(entries) == [said["id"] for said in EXPECTED["history"]] and EXPECTED["deleted"] not in entries
    assert not history.notice
    for said in EXPECTED["history"]:
        entry = entries[said["id"]]
        assert (entry.made, entry.starred, entry.rule, entry.caption) == (
            said["made"],
            said["starred"],
            said["rule"],
            said["caption"],
        )
        same(entry.recipe, said["recipe"])
        assert json.loads(json.dumps(entry.scores and asdict(entry.scores))) == said["scores"]
        assert entry.image().size == (16, 16) and entry.picture.name == said["picture"]
        same(Recipe.from_png(entry.picture.read_bytes()), said["recipe"])
    shown = history.page()
    assert shown.total == len(entries) and all(entry.thumbnail for entry in shown.entries)
    history.close()


def test_a_history_without_its_database_is_found_again(tmp_path):
    """From the PNGs alone: their recipes, but neither stars nor scores."""
    shutil.copytree(FOLDER / "history", tmp_path / "history")
    (tmp_path / "history" / "history.sqlite3").write_bytes(
        b"not a database at all, but long enough to be looked at" * 40
    )
    history = History(tmp_path / "history")
    found = [entry.recipe for entry in history.all()]
    for said in EXPECTED["history"]:
        assert Recipe.parse(said["recipe"]) in found
    history.close()
