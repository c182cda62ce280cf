"""What a run leaves in the history, over the fake engine."""

import json

import pytest
from PIL import Image

from studio.history import Histories, HistoryError
from studio.page.forms import shared_of
from studio.recipe import Recipe
from studio.tabs.play.handlers import Play
from tests.studio.fakes import FakeEngine

FORM = shared_of(Recipe(prompt="red apple", seeds=(0, 1), steps=3))


@pytest.fixture
def play(tmp_path):
    return Play(FakeEngine(seconds_per_step=0.001), histories=Histories(tmp_path / "history"))


def draw(play, form=FORM, key="me"):
    play.begin(key, form)
    return list(play.run(key))[-1]


def test_every_finished_picture_enters_with_the_scores_of_its_column(play):
    draw(play)
    page = play.histories["me"].page()
    assert page.total == 8 and {e.scores.n for e in page.entries} == {2}
    drawn = {(e.recipe.w, e.recipe.gamma_clip, e.recipe.seeds) for e in page.entries}
    assert drawn >= {(2.0, 0.0, (1,)), (0.0, 40.0, (0,))}
    draw(play)
    assert play.histories["me"].page().total == 8  # the same pictures again


def test_previews_and_what_was_cancelled_do_not(tmp_path):
    play = Play(FakeEngine(seconds_per_step=0.1), histories=Histories(tmp_path / "history"))
    list(play.preview("me", FORM))
    assert play.histories["me"].page().total == 0
    play.begin("me", {**FORM, "steps": 12})
    screens = play.run("me")
    next(s for s in screens if "Column 2 of 4" in s.status)
    play.cancel("me", FORM)
    list(screens)
    assert play.histories["me"].page().total == 2  # the column that was finished


@pytest.mark.parametrize(("key", "said"), [("history_full", "disk is full"), ("history_closed", "cannot be written")])
def test_a_history_that_fails_is_told_and_the_run_goes_on(play, monkeypatch, key, said):
    def refuse(*_):
        raise HistoryError(key, "<b>no</b>")

    monkeypatch.setattr(type(play.histories["me"]), "add", refuse)
    screen = draw(play)
    assert "8 pictures" in screen.status and screen.notes.count(said) == 1 and "<b>no" not in screen.notes
    assert "".join(screen.table).count("data:image/png") == 8


def test_a_damaged_history_is_told_once(play, tmp_path):
    draw(play)
    play.histories["me"].close()
    (tmp_path / "history" / "history.sqlite3").write_bytes(b"nothing" * 1000)
    for suffix in ("-wal", "-shm"):
        (tmp_path / "history" / f"history.sqlite3{suffix}").unlink(missing_ok=True)
    assert "was damaged" in draw(play).notes and "was damaged" not in draw(play).notes


def test_a_picture_of_the_history_fills_the_page(play):
    draw(play, {**FORM, "style": "flat"})
    entry = play.histories["me"].page().entries[0]
    controls, screen = play.open("me", entry.id, FORM)
    assert controls.shared["style"] == "flat" and controls.shared["seeds"] == str(entry.recipe.seeds[0])
    assert "Recipe loaded" in screen.status
    controls, screen = play.open("me", 999, FORM)
    assert controls is None and 'role="alert"' in screen.status


def test_of_a_picture_of_a_lost_world_what_is_known_is_loaded_and_the_rest_named(play, monkeypatch):
    draw(play, {**FORM, "steps": 7})
    entry = play.histories["me"].page().entries[0]
    lost = entry._replace(fields={**entry.fields, "world": "gone", "style": "baroque"})
    monkeypatch.setattr(type(play.histories["me"]), "get", lambda *_: lost)
    controls, screen = play.open("me", entry.id, FORM)
    assert controls.shared["prompt"] == "red apple" and controls.shared["steps"] == 7
    assert all(word in screen.status for word in ("world", "gone", "baroque", 'role="alert"'))
    assert 'role="alert"' not in play.changed("me", {**controls.shared, "steps": 6}).status


def test_a_json_file_is_loaded_like_a_png(play):
    recipe = Recipe(prompt="green apple", w=5.0, seeds=(4,), rule={"name": "Projected"})
    png, text = recipe.to_png(Image.new("RGB", (4, 4))), recipe.to_json().encode()
    for content in (png, text, b"\xef\xbb\xbf" + text):
        controls, screen = play.load("me", content, FORM)
        assert controls.shared["prompt"] == "green apple" and controls.setting.w == 5.0 and controls.setting.rule
        assert "Recipe loaded" in screen.status and not screen.notes


def test_a_recipe_of_another_revision_is_loaded_with_a_note(play):
    controls, screen = play.load("me", Recipe(revision="0123456789ab").to_json().encode(), FORM)
    assert controls is not None and "0123456789ab" in screen.notes and "may differ" in screen.notes


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b"\xff\xfe\x00",
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        json.dumps({"w": "<script>alert(1)</script>"}).encode(),
        json.dumps({"steps": 10**400}).encode(),
        json.dumps({"<img src=x onerror=alert(1)>": 1}).encode(),
        json.dumps([1, 2]).encode(),
        json.dumps({"world": "../../etc"}).encode(),
        b'{"w": NaN}',
        b'{"w": 1, "w": 2}',
    ],
)
def test_a_hostile_file_is_told_and_nothing_changes(play, content):
    controls, screen = play.load("me", content, FORM)
    assert controls is None and 'role="alert"' in screen.status and "<script" not in screen.status
    assert "<img src=x" not in screen.status
