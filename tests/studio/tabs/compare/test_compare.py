"""The Compare tab: pictures, differences, words, and what is drawn for it, over the fake engine."""

import numpy as np
import pytest
from PIL import Image

from studio.history import Histories
from studio.page.forms import shared_of
from studio.recipe import Recipe
from studio.recipe.described import brief, differences, facts
from studio.tabs.compare import Handlers, difference
from studio.tabs.play.handlers import Play
from tests.studio.fakes import FakeEngine

FORM = shared_of(Recipe(prompt="red apple", seeds=(0, 1), steps=3))
NASTY = "<img src=x onerror=alert(1)>"


@pytest.fixture
def play(tmp_path):
    return Play(FakeEngine(seconds_per_step=0.001), histories=Histories(tmp_path))


@pytest.fixture
def handlers(play):
    return Handlers(play)


def draw(play, form=FORM):
    play.begin("me", form)
    return list(play.run("me"))[-1]


def run(handlers, seeds):
    handlers.begin("me", seeds)
    return list(handlers.run("me"))[-1]


def grey(*values, size=(2, 2)):
    return Image.fromarray(np.resize(np.array(values, np.uint8), (*size, 3)))


def test_a_difference_is_amplified_by_a_factor_that_cuts_nothing_off():
    found = difference(grey(10), Image.fromarray(np.array([[[10, 12, 10]] * 2, [[10, 4, 10]] * 2], np.uint8)))
    assert (found.factor, found.most, found.share) == (32, 6, 1.0) and found.mean == pytest.approx((2 * 2 + 2 * 6) / 12)
    assert np.asarray(found.image)[:, 0].tolist() == [[0, 64, 0], [0, 192, 0]]
    assert difference(grey(0), grey(255)).factor == 1


def test_equal_pictures_have_none_and_unequal_sizes_are_told():
    same = difference(grey(7), grey(7))
    assert same.most == 0 and same.share == 0 and not same.resized
    large = difference(grey(7), grey(7, size=(4, 4)))
    assert large.resized and large.image.size == (4, 4) and large.most == 0


def test_the_columns_are_there_when_the_tab_opens_with_what_they_show(play, handlers):
    draw(play)
    screen = handlers.show("me", FORM)
    assert screen.sources.count('aria-pressed="true"') == 2 and screen.seeds == "0, 1"
    assert screen.pair is not None and screen.pair[0].size == screen.pair[1].size == (384, 384)
    assert "One thing differs" in screen.words and "引导强度 w" in screen.words
    assert "|A − B| × " in screen.gap and screen.rows.count("<img") == 6


def test_what_is_missing_is_drawn_once_with_the_same_seeds_and_kept(play, handlers):
    screen = handlers.show("me", FORM)
    assert screen.pair is None and "Not drawn yet" in screen.rows and "Draw both" in screen.status
    screen = run(handlers, "1, 5")
    assert "4 pictures" in screen.status and screen.pair is not None and not screen.running
    assert play.histories["me"].page().total == 4
    begun = play.engine.fake.begun
    assert "Everything is drawn" in run(handlers, "1, 5").status and play.engine.fake.begun == begun
    assert "2 pictures" in run(handlers, "1, 5, 6").status  # one more seed on either side
    assert handlers.pick("me", 6).rows.count('aria-pressed="true"') == 1


def test_a_picture_of_the_history_is_a_side(play, handlers):
    draw(play)
    entry = next(e for e in play.histories["me"].all() if e.recipe.gamma_clip and e.recipe.seeds == (1,))
    screen = handlers.choose("me", FORM, "a", f"history {entry.id}")
    assert "Choose" not in handlers.show("me", FORM).status and "red apple" in screen.sources
    screen = handlers.show("me", FORM)
    assert screen.seeds == "1" and screen.pair is not None
    assert "γ CLIP" in screen.words and "Guidance w" in screen.words
    entry.picture.unlink()
    handlers.choose("me", FORM, "b", f"history {entry.id}")
    assert handlers.choose("me", FORM, "a", "column 0").pair is None  # the file is gone
    assert run(handlers, "1").pair is not None  # and its recipe is drawn again


def test_swap(play, handlers):
    draw(play)
    before = handlers.show("me", FORM)
    after = handlers.swap("me")
    assert after.pair[0].tobytes() == before.pair[1].tobytes() and after.pair[1].tobytes() == before.pair[0].tobytes()


def test_what_columns_show_is_read_again(play, handlers):
    first = handlers.show("me", FORM)
    draw(play)
    assert first.pair is None and handlers.show("me", FORM).pair is not None


@pytest.mark.parametrize("source", ["history 99", "column 9", "column -1", "", "history x", "world 1", "column ²"])
def test_a_source_that_is_not_there_changes_nothing(play, handlers, source):
    before = handlers.show("me", FORM)
    after = handlers.choose("me", FORM, "a", source)
    assert after.sources == before.sources
    assert handlers.choose("me", FORM, "c", "column 0").sources == before.sources


@pytest.mark.parametrize("seeds", ["", "x", "1, 1", "17 from 0", None, -1])
def test_wrong_seeds_are_told(handlers, seeds):
    handlers.show("me", FORM)
    screen = handlers.begin("me", seeds)
    assert 'role="alert"' in screen.status and not screen.running


def test_a_run_is_cancelled_and_an_error_is_told(tmp_path):
    play = Play(FakeEngine(seconds_per_step=0.05), histories=Histories(tmp_path))
    handlers = Handlers(play)
    handlers.show("me", FORM | {"steps": 50})
    assert handlers.begin("me", "0").running
    screens = handlers.run("me")
    next(screens)
    handlers.cancel("me")
    last = list(screens)[-1]
    assert "Cancelled" in last.status and not last.running and play.histories["me"].page().total == 0
    play.engine._open = None
    play.engine._worlds.clear()
    assert 'role="alert"' in run(handlers, "0").status


def test_what_was_typed_is_escaped(play, handlers):
    draw(play, FORM | {"prompt": NASTY})
    entry = play.histories["me"].page().entries[0]
    handlers.show("me", FORM)
    handlers.choose("me", FORM, "b", f"history {entry.id}")
    play.pages["me"].table.columns[0].clear("empty")
    screen = handlers.choose("me", FORM, "a", "column 0")
    html = screen.sources + screen.words + screen.rows + screen.gap
    assert "<img src=x" not in html and "&lt;img src=x" in screen.words


def test_facts_and_differences_in_words():
    a = Recipe(prompt="cat", style="flat", category="fruit")
    b = a.but(
        sampler="Heun",
        rule={"name": "Interval", "rule": {"name": "Projected", "eta": 0.2}},
        pulls=[{"name": "Colour", "gamma": 2}],
        seeds=(9,),
    )
    found = {each.label[0]: (each.a, each.b) for each in differences(a, b)}
    assert found["Rule"] == (
        ("Classifier-free", "无分类器引导"),
        ("Interval › Projected (η 0.2)", "区间 › 投影引导 (η 0.2)"),
    )
    assert found["Sampler"][1][0] == "Heun" and found["Further pulls"][0] == ("none", "无")
    assert found["η"] == (("0", "0"), ("–", "–")) and len(found) == 4  # seeds are no difference
    assert differences(a, a.but(seeds=(7,))) == []
    assert {fact.key: fact.value for fact in brief(a)}["category"] == ("fruit", "水果")
    assert all(len(fact.label) == len(fact.value) == 2 for fact in facts(b))


def test_two_pictures_in_a_pull_are_told_apart_and_not_spelled_out():
    uris = [f"data:image/png;base64,{'AB'[i] * 500}" for i in range(2)]
    from studio.recipe.described import _short

    one, other = map(_short, uris)
    assert one != other and len(one) < 10
