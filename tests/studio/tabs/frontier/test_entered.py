"""What a sweep leaves in the history, over the fake engine."""

import numpy as np
import pytest

from pipelines import DDIM
from studio.history import Histories, HistoryError
from studio.page.forms import shared_of
from studio.recipe import Recipe
from studio.sweeps import PictureCache
from studio.tabs.frontier import Handlers
from studio.tabs.play.handlers import Play
from tests.studio.fakes import FakeEngine

BASE = Recipe(prompt="red apple", steps=3, seeds=(0, 1))
FORM = {"mode": "options", "axis1": "w", "values1": "0, 1", "axis2": "", "prompts": "red apple\nwhale"}


@pytest.fixture
def engine():
    return FakeEngine(seconds_per_step=0)


@pytest.fixture
def handlers(engine, tmp_path):
    return Handlers(engine, PictureCache(tmp_path / "kept"), Histories(tmp_path / "history"))


def run(handlers, key="me", **changes):
    handlers.begin(key, lambda: BASE, FORM | changes)
    return list(handlers.run(key))[-1]


def test_every_picture_enters_with_its_recipe_and_the_scores_of_its_cell(handlers, engine):
    run(handlers)
    entries = handlers.histories["me"].page().entries
    recipes = {entry.recipe for entry in entries}
    assert {(r.prompt, r.w, r.seeds) for r in recipes} == {
        (prompt, w, (seed,)) for prompt in ("red apple", "whale") for w in (0.0, 1.0) for seed in (0, 1)
    }
    assert len(entries) == 8 and all(entry.thumbnail and entry.recipe.revision for entry in entries)
    assert {entry.scores.n for entry in entries} == {4} and all(0 <= e.scores.agreement <= 1 for e in entries)
    assert {entry.scores.label for entry in entries} == {None}  # of two prompts
    one = next(entry for entry in entries if entry.recipe == BASE.but(w=1.0, seeds=(1,)))
    *_, frame = engine.run(BASE.but(w=1.0))
    assert np.array_equal(np.asarray(one.image()), np.asarray(frame.pictures[1]))


def test_a_picture_that_is_there_is_not_entered_twice_and_keeps_its_scores(handlers, engine):
    play = Play(engine, histories=handlers.histories)
    play.begin("me", shared_of(BASE))
    list(play.run("me"))
    before = {entry.picture: entry for entry in handlers.histories["me"].all()}
    run(handlers, prompts="", values1="0, 2")  # w = 2 is a column of the Play tab
    after = {entry.picture: entry for entry in handlers.histories["me"].all()}
    assert before and all(after[name] == entry for name, entry in before.items())
    count = len(after)
    run(handlers, prompts="", values1="0, 2")  # from the disk
    assert handlers.histories["me"].page().total == count == len({entry.recipe for entry in after.values()})


def test_what_comes_from_the_disk_enters_where_it_is_not_yet(handlers, tmp_path):
    run(handlers)
    strange = Handlers(handlers.engine, handlers.keep, Histories(None))
    drawn = handlers.engine.fake.drawn
    assert run(strange, "a") and handlers.engine.fake.drawn == drawn
    assert strange.histories["a"].page().total == 8 and strange.histories["b"].page().total == 0
    strange.histories.leave("a")


def test_one_picture_of_two_cells_is_one(handlers):
    """Every curve of the rules begins unguided, three of them with the same pictures."""
    plan, _ = handlers.plan(lambda: BASE, FORM | {"mode": "rules", "prompts": ""})
    run(handlers, mode="rules", prompts="")
    assert handlers.histories["me"].page().total == len(plan.work) < sum(cell.n for cell in plan.cells)


def test_the_limit_holds_and_stars_stay(handlers):
    history = handlers.histories["me"]
    run(handlers, prompts="", values1="3")
    kept = history.page().entries[0].id
    history.star(kept)
    history.limit = 4
    run(handlers)
    assert history.page().total == 4 and history.get(kept).starred


def test_a_cancelled_sweep_leaves_its_finished_cells(tmp_path):
    handlers = Handlers(FakeEngine(seconds_per_step=0.05), None, Histories(tmp_path / "history"))
    form = FORM | {"axis1": "sampler", "values1": "DDIM, Heun, Euler", "prompts": "", "steps": 6}
    handlers.begin("me", lambda: BASE, form)
    for screen in handlers.run("me"):
        if screen.view and any(screen.view["cells"]):
            handlers.cancel("me")
    assert {entry.recipe.sampler for entry in handlers.histories["me"].all()} == {DDIM()}


def test_a_history_that_fails_is_told_once_and_the_sweep_goes_on(handlers, monkeypatch):
    tried = []

    def refuse(*_):
        tried.append(1)
        raise HistoryError("history_full", "<b>no</b>")

    monkeypatch.setattr(type(handlers.histories["me"]), "add_new", refuse)
    screen = run(handlers)
    assert "2 points" in screen.status and screen.status.count("disk is full") == 1 and "<b>no" not in screen.status
    assert len(tried) == 1


def test_a_damaged_history_is_told_and_begun_anew(handlers, tmp_path):
    run(handlers, prompts="", values1="3")
    handlers.histories["me"].close()
    (tmp_path / "history" / "history.sqlite3").write_bytes(b"no database at all" * 1000)
    screen = run(handlers)
    assert "damaged" in screen.status and handlers.histories["me"].page().total == 10
