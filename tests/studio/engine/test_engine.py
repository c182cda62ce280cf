import threading
import time
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from studio.engine import Engine, enlarge
from studio.engine.work import Mailbox, Worker
from studio.recipe import Recipe, RecipeError

from ..fakes import FakeEngine, FakeWorld

RECIPE = Recipe(prompt="red apple", steps=20, seeds=(3, 1, 2))


def pixels(frame):
    return np.stack([np.asarray(picture) for picture in frame.pictures])


def test_a_run_streams_previews_and_ends_with_scores():
    frames = list(FakeEngine().run(RECIPE))
    last = frames[-1]
    assert last.done and not last.cancelled and last.index == last.total == 20
    assert len(last.pictures) == 3 and last.pictures[0].size == (64, 64)
    assert (
        last.calls == 20 * 3 * 2 == last.scores.calls and last.scores.n == 3 and last.scores.seconds == last.seconds > 0
    )
    steps = [frame.index for frame in frames]
    assert steps == sorted(steps) and all(b - a <= 3 for a, b in pairwise(steps))
    assert all(frame.eta_seconds is not None for frame in frames if frame.index)
    assert not any(frame.done for frame in frames[:-1])


def test_the_same_recipe_gives_the_same_pixels_and_another_does_not():
    engine = FakeEngine(0)
    first, second, other = (pixels(list(engine.run(r))[-1]) for r in (RECIPE, RECIPE, RECIPE.but(w=5.0)))
    assert (first == second).all() and (first != other).any()


def test_cancel_stops_within_a_step():
    engine, cancel = FakeEngine(0.02), threading.Event()
    for frame in engine.run(RECIPE.but(steps=250), cancel):
        if frame.index >= 3 and not cancel.is_set():
            cancel.set()
            at = frame.index
    assert frame.done and frame.cancelled and frame.scores is None
    assert frame.index <= at + 2 and len(frame.pictures) == 3
    assert engine.fake.begun == engine.fake.ended == 1


def test_a_run_that_is_cancelled_before_it_begins_loads_nothing():
    cancel = threading.Event()
    cancel.set()
    engine = FakeEngine()
    frames = list(engine.run(RECIPE, cancel))
    assert frames[-1].cancelled and frames[-1].done and not engine.ready()


def test_closing_the_iterator_frees_the_engine():
    engine = FakeEngine(0.01)
    run = engine.run(RECIPE.but(steps=250))
    next(run), next(run)
    run.close()
    began = time.perf_counter()
    assert list(engine.run(RECIPE.but(steps=1)))[-1].done
    assert time.perf_counter() - began < 1 and engine.fake.ended == 2


def test_columns_run_one_after_another_and_stop_at_a_cancel():
    recipes = [RECIPE.but(w=w) for w in (-1, 0, 2)]
    frames = list(FakeEngine(0).columns(recipes))
    assert [column for column, frame in frames if frame.done] == [0, 1, 2]
    assert [column for column, _ in frames] == sorted(column for column, _ in frames)
    cancel, seen = threading.Event(), []
    for column, frame in FakeEngine(0.01).columns(recipes, cancel):
        seen.append((column, frame))
        if column == 1 and frame.index:
            cancel.set()
    assert seen[-1][0] == 1 and seen[-1][1].cancelled


def test_columns_share_one_budget():
    engine = FakeEngine()
    with pytest.raises(RecipeError, match="at most"):
        engine.columns([Recipe(steps=250, seeds=tuple(range(16)))] * 2)
    with pytest.raises(RecipeError, match="columns"):
        engine.columns([])


def test_runs_from_many_threads_never_overlap():
    engine, running, overlaps = FakeEngine(0), [], []

    class Watched(FakeWorld):
        def steps(self, recipe, reading):
            for step in super().steps(recipe, reading):
                overlaps.append([w for w in running if w != recipe.seeds])
                running.append(recipe.seeds)
                time.sleep(0.001)
                running.remove(recipe.seeds)
                yield step

    engine = Engine(lambda name: Watched(0))
    threads = [threading.Thread(target=lambda k=k: list(engine.run(RECIPE.but(seeds=(k,))))) for k in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(overlaps) == 6 * 20 and not any(overlaps)


def test_a_world_that_cannot_be_loaded_is_reported_and_tried_again():
    broken = [True]

    def open_world(name):
        if broken[0]:
            raise RuntimeError("assets/worlds/emoji/unet/x.safetensors is missing. Restore it with git checkout")
        return FakeWorld(0)

    engine = Engine(open_world)
    with pytest.raises(RuntimeError, match="x.safetensors is missing"):
        engine.warm().result()
    with pytest.raises(RuntimeError, match="x.safetensors is missing"):
        list(engine.run(RECIPE))
    assert "x.safetensors" in engine.error and not engine.ready()
    broken[0] = False
    assert list(engine.run(RECIPE))[-1].done and engine.ready() and engine.error is None


def test_an_error_inside_a_run_reaches_the_caller_and_the_engine_goes_on():
    engine = FakeEngine(0)
    original, engine.fake.preview = engine.fake.preview, lambda step: 1 / 0
    with pytest.raises(ZeroDivisionError):
        list(engine.run(RECIPE))
    engine.fake.preview = original
    assert list(engine.run(RECIPE))[-1].done and engine.fake.begun == engine.fake.ended


def test_a_slow_reader_does_not_hold_up_the_work():
    engine = FakeEngine(0.001)
    run = engine.run(RECIPE.but(steps=100))
    next(run)
    time.sleep(0.5)
    frames = list(run)
    assert frames[-1].done and len(frames) < 5


def test_notes_are_on_every_frame_with_pictures():
    frames = list(FakeEngine(0).run(Recipe(prompt="xyzzy", gamma_classifier=3, steps=4)))
    assert all([note.key for note in frame.notes] == ["no_label"] for frame in frames if frame.pictures)


def test_mailbox_replaces_what_nobody_read_but_what_must_be_kept():
    box = Mailbox()
    for item, keep in [(1, False), (2, False), (3, True), (4, False), (5, True)]:
        box.put(item, keep)
    box.close(KeyError("end"))
    with pytest.raises(KeyError):
        got = []
        for item in box:
            got.append(item)
    assert got == [3, 5]


def test_worker_works_in_one_thread_and_survives_errors():
    worker = Worker("test")
    futures = [worker.submit(threading.get_ident) for _ in range(5)]
    with pytest.raises(ZeroDivisionError):
        worker.submit(lambda: 1 / 0).result()
    assert len({future.result() for future in futures}) == 1 and worker.submit(lambda: 7).result() == 7


def test_enlarge_is_smooth():
    image = Image.fromarray(np.uint8([[0, 255]] * 2))
    large = enlarge(image, 8)
    assert large.size == (16, 16) and len(set(np.asarray(large)[8])) > 3
