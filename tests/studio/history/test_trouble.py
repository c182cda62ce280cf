"""A full disk, a locked or damaged database, a deleted file, an older and a newer studio: told, and nothing is lost."""

import errno
import sqlite3

import pytest
from PIL import Image

from studio.history import Histories, History, HistoryError, database, default_folder, files, histories, visitors
from studio.recipe import Recipe

RECIPE = Recipe(prompt="red apple", seeds=(0, 1))
PICTURES = [Image.new("RGB", (64, 64), (shade, 0, 0)) for shade in (10, 200)]


@pytest.fixture
def history(tmp_path):
    history = History(tmp_path)
    history.add(RECIPE, PICTURES)
    yield history
    history.close()


def fails(key, call, *arguments):
    with pytest.raises(HistoryError) as error:
        call(*arguments)
    assert error.value.key == key, error.value
    return error.value


@pytest.mark.parametrize("content", [b"no database at all" * 300, b"SQLite format 3\0" + bytes(5000), None])
def test_a_damaged_database_is_set_aside_and_the_pictures_are_read_again(history, tmp_path, content):
    history.close()
    file = tmp_path / database.NAME
    if content is None:  # a page in the middle
        content = bytearray(file.read_bytes())
        content[4096 : 3 * 4096] = bytes(range(256)) * 32
        content = bytes(content)
    file.write_bytes(content)
    for suffix in ("-wal", "-shm"):
        (tmp_path / f"{database.NAME}{suffix}").unlink(missing_ok=True)
    page = history.page()
    assert history.notice == "history_damaged"
    assert {e.recipe for e in page.entries} == {RECIPE.but(seeds=(1,)), RECIPE.but(seeds=(0,))}
    assert next(tmp_path.glob(f"damaged-*{database.NAME}")).read_bytes() == content
    history.add(RECIPE.but(w=0.0), PICTURES)
    assert history.page().total == 4


def test_a_locked_database(history, tmp_path, monkeypatch):
    history.close()
    monkeypatch.setattr(database, "WAIT", 0.05)
    other = sqlite3.connect(tmp_path / database.NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert history.page().total == 2  # reading goes on
    fails("history_locked", history.add, RECIPE.but(w=0.0), PICTURES)
    assert len(list(tmp_path.glob("pictures/*/*.png"))) == 2  # nothing without a row stays behind
    other.execute("ROLLBACK")
    other.close()
    history.add(RECIPE.but(w=0.0), PICTURES)
    assert history.page().total == 4


@pytest.mark.parametrize(
    ("number", "key"),
    [(errno.ENOSPC, "history_full"), (errno.EROFS, "history_closed"), (errno.EIO, "history_failed")],
)
def test_a_disk_that_takes_no_picture(history, tmp_path, monkeypatch, number, key):
    def refuse(*_):
        raise OSError(number, "no")

    monkeypatch.setattr(files.os, "replace", refuse)
    fails(key, history.add, RECIPE.but(w=0.0), PICTURES)
    assert history.page().total == 2 and not list(tmp_path.glob("pictures/*/*.part"))


def test_a_database_without_room(history):
    def fill(db):
        db.execute("PRAGMA max_page_count = 1")
        db.execute("UPDATE pictures SET search = ?", ("x" * 10**6,))

    assert fails("history_full", history._write, fill).reason
    assert history.page().total == 2


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("in the way")
    history = History(tmp_path / "file" / "history")
    fails("history_closed", history.page)
    fails("history_closed", history.add, RECIPE, PICTURES)


def test_a_deleted_picture_is_told_and_its_recipe_stays(history):
    entry = history.page().entries[0]
    entry.picture.unlink()
    entry = history.get(entry.id)
    assert entry.recipe == RECIPE.but(seeds=(1,))
    fails("history_gone", entry.image)
    entry.picture.write_bytes(b"no PNG")
    fails("history_gone", entry.image)


def test_a_deleted_folder_begins_again(history, tmp_path):
    for file in tmp_path.glob(f"{database.NAME}*"):
        file.unlink()
    assert history.page().total == 0
    history.add(RECIPE, PICTURES)
    assert history.page().total == 2


def test_an_older_database_is_brought_up_to_date(tmp_path):
    old = sqlite3.connect(tmp_path / database.NAME)
    old.executescript(database.MIGRATIONS[0])
    old.execute(
        "INSERT INTO pictures (made, file, bytes, recipe, world, rule, caption, search, starred) "
        "VALUES (1, 'f', 1, ?, 'emoji', 'rule_clip', 'cat', 'cat', 1)",
        (RECIPE.to_json(),),
    )
    old.execute("PRAGMA user_version = 1")
    old.commit()
    old.close()
    history = History(tmp_path)
    (entry,) = history.page().entries
    assert entry.recipe == RECIPE and entry.starred
    history.delete([entry.id])
    assert history.page().total == 0
    history.close()


def test_a_newer_database_is_left_alone(history, tmp_path):
    history._write(lambda db: db.execute(f"PRAGMA user_version = {len(database.MIGRATIONS) + 1}"))
    fresh = History(tmp_path)
    fails("history_newer", fresh.page)
    fails("history_newer", fresh.add, RECIPE, PICTURES)
    assert (tmp_path / database.NAME).is_file() and not list(tmp_path.glob("damaged-*"))


@pytest.mark.parametrize(
    "change",
    [
        lambda h: h.page(),
        lambda h: h.add(RECIPE, PICTURES),
        lambda h: h.star(1),
        lambda h: h.delete([1]),
        lambda h: h.restore([1]),
        lambda h: h.clean(),
        lambda h: h.get(1),
    ],
    ids=["page", "add", "star", "delete", "restore", "clean", "get"],
)
def test_a_database_that_becomes_newer_while_a_studio_runs_is_left_alone(history, tmp_path, change):
    history.page()  # open already
    newer = sqlite3.connect(tmp_path / database.NAME)
    newer.execute(f"PRAGMA user_version = {len(database.MIGRATIONS) + 1}")
    before = newer.execute("SELECT * FROM pictures").fetchall()
    pictures = sorted((tmp_path / "pictures").rglob("*"))
    fails("history_newer", change, history)
    assert (
        newer.execute("SELECT * FROM pictures").fetchall() == before
        and sorted((tmp_path / "pictures").rglob("*")) == pictures
    )
    newer.close()


def test_one_who_looks_creates_nothing(tmp_path):
    for look in (History(tmp_path / "a"), Histories()["stranger"], Histories(tmp_path / "b")[None]):
        assert look.page().total == 0 and look.kinds() == ([], []) and list(look.all()) == []
        fails("history_unknown", look.get, 1)
        assert not look.folder.exists()
    look.add(RECIPE, PICTURES)
    assert look.page().total == 2
    look.close()


def test_an_open_page_keeps_its_history_whoever_else_looks_or_draws(monkeypatch):
    monkeypatch.setattr(visitors, "VISITORS", 3)
    histories = Histories()
    for key in ("here", "away"):
        histories.enter(key)
        histories[key].add(RECIPE, PICTURES)
    folder = histories["away"].folder
    histories.leave("away")
    for number in range(20):  # programs, which have no page
        histories[f"program {number}"].add(RECIPE, PICTURES)
    assert histories["here"].page().total == 2 and not folder.exists()
    assert len(list(histories["here"].folder.parent.iterdir())) <= 4


def test_a_recipe_of_a_world_that_is_gone(history):
    history._write(lambda db: db.execute("UPDATE pictures SET recipe = json_set(recipe, '$.world', 'atlantis')"))
    entry = history.page().entries[0]
    assert entry.fields["world"] == "atlantis"
    with pytest.raises(ValueError, match="atlantis"):
        _ = entry.recipe


def test_each_visitor_has_their_own_where_strangers_come():
    histories = Histories()
    histories["a"].add(RECIPE, PICTURES)
    folder = histories["a"].folder
    assert histories["a"].page().total == 2 and histories["b"].page().total == 0
    histories.leave("a")
    assert not folder.exists() and histories["a"].page().total == 0


def test_the_oldest_visitors_are_forgotten(monkeypatch):
    monkeypatch.setattr(visitors, "VISITORS", 2)
    histories = Histories()
    folders = []
    for key in "abc":
        histories[key].add(RECIPE, PICTURES)
        folders.append(histories[key].folder)
    assert [folder.exists() for folder in folders] == [False, True, True]


def test_one_folder_is_everybodys(tmp_path):
    histories = Histories(tmp_path)
    histories["a"].add(RECIPE, PICTURES)
    assert histories["b"].page().total == 2
    histories.leave("a")
    assert histories["b"].page().total == 2


def test_the_folder_is_the_users_or_what_the_environment_names(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    assert default_folder().name == visitors.NAME and tmp_path in default_folder().parents
    monkeypatch.setenv(visitors.VARIABLE, str(tmp_path / "named"))
    assert default_folder() == tmp_path / "named"
    assert not list(tmp_path.glob("home")) and not (tmp_path / "named").exists()


def test_visitors_from_elsewhere_share_nothing_unless_a_folder_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    for name in ("SPACE_ID", visitors.VARIABLE):
        monkeypatch.delenv(name, raising=False)
    assert not histories().private and histories(others=True).private
    assert not histories(str(tmp_path / "named"), others=True).private
    monkeypatch.setenv("SPACE_ID", "someone/studio")
    assert histories().private and histories(str(tmp_path / "named")).private
