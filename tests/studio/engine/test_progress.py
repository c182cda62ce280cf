"""A bar follows the time of all the work, loading and measuring included, and the time left is what is left."""

import json
import sys
import threading
import time
from itertools import pairwise

import pytest

from studio.engine.progress import ALMOST, FIRST, Course, Paces
from studio.page.forms import shared_of
from studio.recipe import Recipe
from studio.sweeps import Sweep, measured, run
from studio.tabs.compare import Handlers as CompareHandlers
from studio.tabs.compare.handlers import Taken
from studio.tabs.draw.handlers import Handlers as DrawHandlers
from studio.tabs.frontier import Handlers as FrontierHandlers
from studio.tabs.inside.handlers import Handlers as InsideHandlers
from studio.tabs.play.handlers import Play
from tests.studio.clocks import Clock, TimedEngine, told
from tests.studio.fakes import FakeEngine
from tests.studio.recipe.test_conditions import INDEX
from tests.studio.tabs.draw.test_handlers import REFERENCE, asked

RECIPE = Recipe(prompt="red apple", steps=20, seeds=(0, 1, 2, 3))
FORM = shared_of(RECIPE)


def play(engine, folder, upsample=False):
    tab = Play(engine)
    tab.begin("me", FORM | {"upsample": upsample})
    return tab.run("me")


def enlarged(engine, folder):
    return play(engine, folder, upsample=True)


def draw(engine, folder):
    handlers = DrawHandlers(engine, Play(engine), folder)
    handlers.begin("me", asked(columns="each", reference=REFERENCE))
    return handlers.run("me")


def compare(engine, folder):
    handlers = CompareHandlers(Play(engine))
    heavy, light = RECIPE.but(w=5.0, sampler="Heun"), RECIPE.but(w=0.0)
    handlers.take(
        "me", "draw", lambda: {name: Taken(each, {}, (name, name)) for name, each in (("a", heavy), ("b", light))}
    )
    handlers.begin("me", "0, 1, 2")
    return handlers.run("me")


def inside(engine, folder):
    handlers = InsideHandlers(engine)
    handlers.begin("me", lambda: RECIPE.but(steps=150))
    return handlers.run("me")


def frontier(engine, folder, seeds="4 from 0", values="0, 1, 2, 3, 4"):
    handlers = FrontierHandlers(engine, None)
    form = {"mode": "options", "axis1": "w", "values1": values, "prompts": "", "seeds": seeds, "steps": 12}
    handlers.begin("me", lambda: RECIPE, form)
    return handlers.run("me")


def large_frontier(engine, folder):
    return frontier(engine, folder, "16 from 0", "0 to 9")


RUNS = [play, enlarged, draw, compare, inside, frontier, large_frontier]


@pytest.fixture(autouse=True)
def able(vocabulary_file):
    index = INDEX | {"upsampler": ["pipelines.networks.upsampler", "Upsampler"]}
    vocabulary_file.with_name("model_index.json").write_text(json.dumps(index))


def checked(words):
    """The words while it went on, and how long it took; what no progress may do."""
    *going, last = words
    if going[-1].text == last.text:  # the end, said twice
        going.pop()
    assert last.bar is None and len(going) > 5
    bars = [word.bar for word in going]
    assert all(bar is not None for bar in bars)
    assert all(before <= after for before, after in pairwise(bars[1:])) and bars[-1] < 1
    assert not [word for word in going if word.left is not None and word.left < 1]  # it is not over
    return going[1:], last.at


@pytest.mark.parametrize("begin", RUNS)
def test_on_a_machine_that_is_known_it_follows_the_time(begin, tmp_path):
    engine = TimedEngine([3, 0.4, 2, 5, 3, 0.5, 4])
    list(begin(engine, tmp_path))
    going, whole = checked(told(engine, begin(engine, tmp_path)))
    for word in going:
        assert word.bar == pytest.approx(word.at / whole, abs=0.1)
        assert word.left == pytest.approx(whole - word.at, abs=1.1 + 0.1 * whole)


@pytest.mark.parametrize("slower", [1, 6, 0.4, [1, 3, 3, 1, 3, 1, 3]], ids=["as believed", "slow", "fast", "uneven"])
@pytest.mark.parametrize("begin", RUNS)
def test_on_a_machine_that_is_not_it_soon_does(begin, slower, tmp_path):
    engine = TimedEngine(slower)
    going, whole = checked(told(engine, begin(engine, tmp_path)))
    for word in going:
        assert word.bar == pytest.approx(word.at / whole, abs=0.08 if slower == 1 else 0.4)
        if word.at > engine.loading + 0.4 * (whole - engine.loading):
            assert word.left == pytest.approx(whole - word.at, abs=1.6 + 0.35 * whole)


def test_a_sweep_of_twenty_pictures_says_what_it_does(tmp_path):
    """All are drawn together and finished at once; most of the time goes into loading and measuring."""
    going, whole = checked(told(engine := TimedEngine(), frontier(engine, tmp_path)))
    texts = [word.text for word in going]
    assert "Loading" in texts[0] and going[0].at == 0
    order = [next(i for i, text in enumerate(texts) if part in text) for part in ("Loading", "0 of 20", "Measuring")]
    assert order == sorted(order) and "1 of 5 points" in " ".join(texts)
    first = next(word for word in going if "0 of 20" in word.text)
    assert first.at == pytest.approx(FIRST["load"]) and first.left == pytest.approx(whole - first.at, abs=1.5)


def test_what_is_kept_takes_no_time_and_loads_nothing(tmp_path):
    from studio.sweeps import PictureCache

    keep, sweep = PictureCache(tmp_path), Sweep.grid(RECIPE, [{"option": "w", "values": [0, 1]}])
    list(measured(TimedEngine(), sweep, keep))
    engine = TimedEngine()
    *_, (word, _) = measured(engine, sweep, keep)
    assert word.finished and word.share == 1 and word.seconds == 0 and not engine.ready()
    keep.put_numbers = lambda *_: True
    more = Sweep.grid(RECIPE, [{"option": "w", "values": [0, 1, 2]}])
    words = [word for word, _ in measured(engine, more, keep)]
    assert words[0].stage == "loading" and words[-1].measured == words[-1].points == 3


def test_a_cancel_while_points_are_measured_ends_after_one(tmp_path):
    engine, cancel, sweep = TimedEngine(), threading.Event(), Sweep.grid(RECIPE, [{"option": "w", "values": [0, 1, 2]}])
    words = []
    for word, _ in measured(engine, sweep, None, cancel):
        words.append(word)
        if word.measured == 1:
            cancel.set()
    assert words[-1].finished and words[-1].cancelled and words[-1].measured == 1 and words[-1].share < 1


@pytest.mark.parametrize("upsample", [False, True])
def test_a_sweep_that_only_draws(upsample):
    engine, sweep = TimedEngine(4), Sweep.grid(RECIPE.but(upsample=upsample), [{"option": "w", "values": [0, 1, 2]}])
    list(run(engine, sweep))
    began, words = engine.time.now, []
    for word in run(engine, sweep):
        words.append((engine.time.now - began, word))
    whole = words[-1][0]
    assert words[-1][1].share == 1 and len(words) > 8
    for at, word in words[:-1]:
        assert word.share == pytest.approx(at / whole, abs=0.06) and word.seconds == pytest.approx(at)
        assert word.eta_seconds == pytest.approx(whole - at, abs=0.1 + 0.1 * whole)


def test_a_real_clip_is_expected_and_then_known(tmp_path, monkeypatch):
    engine, sweep = TimedEngine(), Sweep.grid(RECIPE, [{"option": "w", "values": [0, 1]}])
    taken = []

    def real_clip(self, name):
        engine.time.sleep(0 if taken else 30)
        taken.append(name)

    monkeypatch.setattr("tests.studio.fakes.FakeJudging.real_clip", real_clip)
    first, second = ([(engine.time.now, word) for word, _ in measured(engine, sweep, clip="a/b")] for _ in range(2))
    assert first[0][1].stage == "loading" and next(w for _, w in first if w.stage == "drawing").share > 0.6
    assert second[0][1].eta_seconds < 10 and second[0][1].stage != "drawing"


@pytest.mark.parametrize("begin", [play, frontier, inside])
def test_while_nothing_is_said_the_time_goes_on(begin, tmp_path, monkeypatch):
    """A model that takes long to load says nothing meanwhile; the page does."""
    for name in ("engine.engine", "sweeps.run", "sweeps.measured", "tabs.inside.handlers"):
        monkeypatch.setattr(sys.modules[f"studio.{name}"], "SILENT", 0.05)
    engine = FakeEngine(0, seconds_to_load=1.2)
    screens = list(begin(engine, tmp_path))
    words = [word for word in told(_Now(engine), screens) if "Loading" in word.text]
    bars = [word.bar for word in words]
    assert len(set(bars)) > 5 and bars == sorted(bars) and 0.05 < bars[-1] < ALMOST


class _Now:
    def __init__(self, engine):
        self.time = Clock()


def test_the_share_never_falls_and_is_never_whole_before_the_end():
    clock = Clock()
    course = Course(Paces(), clock)
    course.expect("draw a", 100)
    shares = []
    for done in range(1, 101):
        clock.sleep(0.01 if done < 50 else 3.0)  # much slower all at once
        course.reach("draw a", done)
        shares.append(course.share)
    assert shares == sorted(shares) and shares[-1] == ALMOST and course.left == 0
    course.expect("judge a", 1000)
    assert course.share == ALMOST and course.left > 10


def test_time_before_it_begins_does_not_count():
    clock = Clock()
    course = Course(Paces(), clock)
    course.expect("load a")
    clock.sleep(100)
    course.begin()
    assert course.seconds == 0 and course.share == 0 and course.left is None  # of a machine that is not known
    clock.sleep(4)
    course.reach("load a")
    course.ends()
    assert course.seconds == 4
    again = Course(course._paces, clock)
    again.expect("load a")
    assert again.left == pytest.approx(4)
    clock.sleep(1)
    assert 0 < again.left < 3.5 and again.share > 0.2
    clock.sleep(60)
    assert 0 < again.left < 0.1 and again.share < 1


def test_what_was_cancelled_before_it_did_anything_teaches_nothing():
    clock, paces = Clock(), Paces()
    course = Course(paces, clock)
    course.expect("draw a", 10)
    clock.sleep(5)
    course.reach("draw a", 0)
    course.ends()
    assert "draw a" not in paces


def test_paces_may_be_learned_from_many_threads():
    paces = Paces()
    threads = [threading.Thread(target=paces.learn, args=("draw a", 100, 2.0)) for _ in range(20)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert paces["draw a"] == pytest.approx(0.02)
    began = time.perf_counter()
    course = Course(paces)
    course.expect("draw a", 1e6)
    for k in range(10_000):
        course.reach("draw a", k)
        assert course.share <= 1
    assert time.perf_counter() - began < 2  # told at every step
