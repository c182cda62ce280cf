"""The history: what is kept, found, starred, deleted and cleaned away."""

import io
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from studio.engine.seen import Scores
from studio.history import History, HistoryError, Query, store
from studio.history.database import connect
from studio.recipe import Recipe

APPLE = Recipe(prompt="red apple", style="flat", seeds=(3, 5))


def pictures(recipe, shade=0):
    return [Image.new("RGB", (64, 64), (seed * 7 % 256, shade, 128)) for seed in recipe.seeds]


@pytest.fixture
def history(tmp_path):
    history = History(tmp_path / "deep" / "history")
    yield history
    history.close()


def add(history, shade=0, **changes):
    recipe = APPLE.but(**changes)
    return history.add(recipe, pictures(recipe, shade), Scores(n=len(recipe.seeds), agreement=0.5))


def test_nothing_is_made_before_something_is_kept(tmp_path):
    History(tmp_path / "there")
    assert not (tmp_path / "there").exists()


def test_a_picture_comes_back_with_its_recipe_scores_and_pixels(history):
    first, second = add(history)
    entry = history.get(second)
    assert entry.recipe == APPLE.but(seeds=(5,)) and entry.recipe.revision
    assert entry.scores == Scores(n=2, agreement=0.5) and not entry.starred
    assert abs(entry.made - time.time()) < 60 and entry.caption == "red apple · flat"
    assert entry.image().tobytes() == pictures(APPLE)[1].tobytes()
    assert Recipe.from_png(entry.picture.read_bytes()) == entry.recipe
    with Image.open(io.BytesIO(history.page().entries[0].thumbnail)) as small:
        assert (small.format, small.size) == ("WEBP", (store.files.SIDE,) * 2)
    assert [e.id for e in history.page().entries] == [second, first]


def test_the_same_picture_again_moves_to_the_front_and_keeps_its_star(history):
    old = add(history)
    add(history, shade=1)
    history.star(old[0])
    assert add(history) == old
    page = history.page()
    assert page.total == 4 and [e.id for e in page.entries][:2] == old[::-1] and history.get(old[0]).starred


def older(history):
    """Every row as a studio before there were conditions wrote it: other text, the same pictures."""

    def rewrite(db):
        for number, written in db.execute("SELECT id, recipe FROM pictures").fetchall():
            fields = json.loads(written)
            del fields["conditions"]
            fields = dict(sorted(fields.items())) | {"version": 2}
            db.execute("UPDATE pictures SET recipe = ? WHERE id = ?", (json.dumps(fields), number))

    history._write(rewrite)


@pytest.mark.parametrize("before", [lambda history: None, older])
def test_what_is_here_does_not_enter_again_whichever_version_wrote_it(history, before):
    columns = [(recipe := APPLE.but(w=w), pictures(recipe, 10 * w), None) for w in (1, 2)]
    ids = history.add_new(columns)
    before(history)
    assert len(ids) == 4 and history.add_new(columns) == []
    other = APPLE.but(revision="0" * 12)
    assert len(history.add_new([(other, pictures(other), None)])) == 2  # drawn by other weights
    assert history.page().total == 6
    history._write(lambda db: db.execute('UPDATE pictures SET recipe = \'{"world": "gone"}\' WHERE id = ?', ids[:1]))
    assert history.add_new(columns) == ids[:1] and history.page().total == 6  # unreadable: entered, as the same file


def test_what_an_older_studio_wrote_gives_way_to_the_same_picture_drawn_again(history):
    old, other = add(history)
    history.star(old)
    older(history)
    history._write(lambda db: db.execute("UPDATE pictures SET file = 'f' || substr(file, 2)"))  # of that recipe
    (again,) = history.add(APPLE.but(seeds=APPLE.seeds[:1]), pictures(APPLE)[:1])
    assert {entry.id: entry.starred for entry in history.all()} == {again: True, other: False} and again != old
    (different,) = history.add(APPLE.but(seeds=APPLE.seeds[1:]), [Image.new("RGB", (64, 64), "red")])
    assert {entry.id for entry in history.all()} == {again, other, different}  # other pixels: both stay


def test_two_studios_that_enter_the_same_at_once_have_it_once(history):
    studios = [history, History(history.folder)]
    columns = [(APPLE.but(w=w), pictures(APPLE, w), None) for w in range(3)]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda each: each.add_new(columns), studios))
    assert history.page().total == 6 and all(set(ids) <= {e.id for e in history.all()} for ids in found)
    assert len({e.recipe for e in history.all()}) == 6
    studios[1].close()


def test_studios_that_make_a_history_at_once_wait_for_each_other(tmp_path):
    def opened(folder, ready):
        ready.wait()
        connect(folder).close()

    with ThreadPoolExecutor(4) as pool:  # unmended, one turn in sixteen fails
        for turn in range(100):
            ready = threading.Barrier(4)
            list(pool.map(opened, [tmp_path / str(turn)] * 4, [ready] * 4))


def test_another_studio_on_the_folder_sees_and_adds(history):
    add(history)
    other = History(history.folder)
    assert other.page().total == 2
    add(other, shade=9)
    assert history.page().total == 4
    other.close()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (Query("apple"), 4),
        (Query("APPLE　flat"), 4),  # case and width do not matter
        (Query("apple cat"), 0),
        (Query("猫"), 2),
        (Query("扁平"), 4),  # the style, in the other language
        (Query("100%"), 0),
        (Query("_"), 0),
        (Query("projected"), 2),
        (Query("projected", rule="rule_classifier_free"), 0),
        (Query(rule="rule_unguided"), 2),
        (Query(world="emoji"), 6),
        (Query(world="fashion"), 0),
        (Query("seed 5"), 3),
        (Query(starred=True), 1),
        (Query("'; DROP TABLE pictures; --"), 0),
    ],
)
def test_search(history, query, found):
    ids = add(history, w=0.0)
    add(history, rule={"name": "Projected"}, shade=1)
    add(history, prompt="微笑的猫", style="", shade=2)
    history.star(ids[0])
    page = history.page(query)
    assert page.total == len(page.entries) == found


def test_pages(history):
    ids = [number for shade in range(4) for number in add(history, shade=shade)][::-1]
    assert [e.id for e in history.page(offset=3, count=3).entries] == ids[3:6]
    last = history.page(offset=100, count=3)
    assert last.offset == 6 and last.total == 8 and [e.id for e in last.entries] == ids[6:]
    assert [e.id for e in history.all()] == ids


def test_kinds(history):
    assert history.kinds() == ([], [])
    add(history)
    add(history, w=0.0)
    assert history.kinds() == (["emoji"], ["rule_classifier_free", "rule_unguided"])


def test_delete_undo_and_forget(history, monkeypatch):
    ids = add(history)
    history.star(ids[0])
    picture = history.get(ids[0]).picture
    history.delete(ids)
    assert history.page().total == 0 and picture.is_file()
    history.restore(ids[:1])
    assert [e.id for e in history.page().entries] == ids[:1] and history.get(ids[0]).starred
    history.delete(ids[:1])
    monkeypatch.setattr(store, "UNDO", -1.0)
    assert history.clean() == 2 and not picture.exists()
    history.restore(ids)  # too late, and no error
    assert history.page().total == 0


def test_the_oldest_give_way_but_no_starred_ones(tmp_path):
    history = History(tmp_path, limit=4)
    old = add(history)
    history.star(old[0])
    middle, new = add(history, shade=1), add(history, shade=2)
    assert {e.id for e in history.page().entries} == {old[0], middle[1], *new}
    for number in history.all():
        history.star(number.id)
    add(history, shade=3)
    assert {e.id for e in history.page().entries} == {old[0], middle[1], *new}
    assert len(list(tmp_path.glob("pictures/*/*.png"))) == 4
    history.close()


def test_a_limit_in_bytes(tmp_path):
    history = History(tmp_path, limit_bytes=1)
    add(history)
    assert history.page().total == 0
    history.close()


def test_an_unknown_picture(history):
    with pytest.raises(HistoryError) as error:
        history.get(7)
    assert error.value.key == "history_unknown"


def test_scores_of_another_version_are_read_as_far_as_they_are_known(history):
    (number, _), scores = add(history), {"n": 2, "agreement": 0.25, "beauty": 3}
    history._write(lambda db: db.execute("UPDATE pictures SET scores = ?", (json.dumps(scores),)))
    assert history.get(number).scores == Scores(n=2, agreement=0.25)


def test_the_first_page_of_ten_thousand(tmp_path):
    """Rows are generated; their thumbnails are of the real size."""
    history = History(tmp_path)
    add(history)
    webp, rows = bytes(3000), 10_000
    ask = "SELECT recipe, world, rule, caption, search, scores FROM pictures LIMIT 1"

    def fill(db):
        words = db.execute(ask).fetchone()
        insert = (
            "INSERT INTO pictures (id, made, file, bytes, recipe, world, rule, caption, search, scores) "
            "VALUES (?, ?, ?, 9000, ?, ?, ?, ?, ?, ?)"
        )
        db.executemany(insert, ((i, float(i), f"{i:064x}", *words) for i in range(10, 10 + rows)))
        db.executemany("INSERT INTO thumbnails VALUES (?, ?)", ((i, webp) for i in range(10, 10 + rows)))

    history._write(fill)
    history.close()
    began = time.perf_counter()
    page = history.page(Query("apple flat"))  # opening included
    took = time.perf_counter() - began
    assert page.total == rows + 2 and len(page.entries) == store.PAGE and took < 0.5
    history.close()
