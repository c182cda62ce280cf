"""A sweep that runs: kept, resumed, extended, cancelled, killed; full disks and damaged files."""

import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from pipelines import Heun
from studio.recipe import Recipe
from studio.sweeps import PictureCache, Sweep, run
from tests.studio.fakes import FakeEngine

BASE = {"prompt": "red apple", "seeds": "2 from 0", "steps": 3}


def sweep(*values, base=BASE):
    return Sweep.grid(base, [{"option": "w", "values": list(values or (0, 1, 2))}])


@pytest.fixture
def engine():
    return FakeEngine(seconds_per_step=0)


@pytest.fixture
def keep(tmp_path):
    return PictureCache(tmp_path / "kept")


def drawn(engine, job):
    """All that was said, and how many pictures were drawn for it."""
    before = engine.fake.drawn
    return list(job), engine.fake.drawn - before


def pictures(words):
    return {i: [np.asarray(image) for image in images] for word in words for i, images in word.cells.items()}


def test_every_cell_has_its_pictures(engine, keep):
    words, count = drawn(engine, run(engine, sweep(), keep))
    assert count == 6 and words[-1].finished and not words[-1].cancelled and words[-1].share == 1
    found = pictures(words)
    for i, cell in enumerate(sweep().cells):
        *_, frame = engine.run(cell.recipes[0])
        for mine, single in zip(found[i], frame.pictures, strict=True):
            assert np.array_equal(mine, np.asarray(single))


def test_what_is_kept_is_not_drawn_again(engine, keep):
    first = pictures(run(engine, sweep(), keep))
    began = time.perf_counter()
    words, count = drawn(engine, run(engine, sweep(), keep))
    assert time.perf_counter() - began < 0.2
    again = pictures(words)
    assert count == 0 and words[0].kept == 6 and words[-1].share == 1
    assert all(np.array_equal(a, b) for i in first for a, b in zip(first[i], again[i], strict=True))


def test_an_extended_axis_draws_what_is_new(engine, keep):
    list(run(engine, sweep(0, 1), keep))
    assert drawn(engine, run(engine, sweep(0, 1, 2, 3), keep))[1] == 4
    more = BASE | {"seeds": "3 from 0"}
    assert drawn(engine, run(engine, sweep(0, 1, base=more), keep))[1] == 2  # a seed more


def test_without_a_place_nothing_is_kept(engine):
    assert [drawn(engine, run(engine, sweep(), None))[1] for _ in range(2)] == [6, 6]


def test_a_file_holds_its_recipe(engine, keep):
    list(run(engine, sweep(1), keep))
    files = list(keep.folder.glob("*/??/*.png"))
    found = {Recipe.from_png(file.read_bytes()).seeds for file in files}
    assert found == {(0,), (1,)}


def test_a_damaged_file_is_drawn_again_and_said(engine, keep):
    list(run(engine, sweep(1), keep))
    file = next(keep.folder.glob("*/??/*.png"))
    file.write_bytes(file.read_bytes()[:100])
    words, count = drawn(engine, run(engine, sweep(1), keep))
    assert count == 1 and "damaged" in words[0].problem and len(pictures(words)[0]) == 2
    assert drawn(engine, run(engine, sweep(1), keep))[1] == 0


def test_a_full_disk_is_said_and_nothing_is_lost(engine, keep, monkeypatch):
    list(run(engine, sweep(0), keep))

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        words, count = drawn(engine, run(engine, sweep(0, 1), keep))
    assert count == 2 and "No space left" in words[-1].problem and len(pictures(words)) == 2
    assert not list(keep.folder.glob("*/??/*.part"))
    assert drawn(engine, run(engine, sweep(0), keep))[1] == 0


def test_the_oldest_go_when_the_limit_is_reached(engine, tmp_path):
    keep = PictureCache(tmp_path / "kept")
    list(run(engine, sweep(0), keep))
    for path in keep.folder.glob("*/??/*.png"):
        os.utime(path, (1, 1))
    small = PictureCache(keep.folder, limit=keep.size + 100)
    words = list(run(engine, sweep(1), small))
    assert len(pictures(words)[0]) == 2 and small.size <= small.limit
    assert drawn(engine, run(engine, sweep(1), small))[1] == 0  # the new ones stayed


def test_a_cancel_ends_within_a_step_and_the_rest_goes_on_later(keep):
    engine, cancel = FakeEngine(seconds_per_step=0.05), threading.Event()
    job = Sweep.grid(BASE | {"steps": 10}, [{"option": "sampler", "values": ["DDIM", "Heun"]}])
    words = []
    for word in run(engine, job, keep, cancel):
        words.append(word)
        if word.done == 2:
            cancel.set()
            at = time.perf_counter()
    assert time.perf_counter() - at < 0.3 and words[-1].cancelled and words[-1].finished
    assert list(pictures(words)) == [0]
    assert drawn(engine, run(engine, job, keep))[1] == 2


def test_time_left_is_told(keep):
    engine = FakeEngine(seconds_per_step=0.1)
    words = list(run(engine, Sweep.grid(BASE | {"steps": 10}, [{"option": "w", "values": [0, 1]}]), keep))
    told = [word for word in words if word.eta_seconds and word.stage != "loading"]
    assert len(told) > 2 and all(0 < word.eta_seconds < 5 for word in told)
    assert [word.share for word in words] == sorted(word.share for word in words)


def test_another_model_is_another_picture(engine, keep, monkeypatch):
    list(run(engine, sweep(1), keep))
    monkeypatch.setattr("studio.sweeps.picture_cache.revision", lambda world: "abcdefabcdef")
    assert drawn(engine, run(engine, sweep(1), keep))[1] == 2


def test_an_error_in_the_middle_keeps_what_was_drawn(engine, keep, monkeypatch):
    real = engine.fake.together

    def broken(recipes, readings):
        if recipes[0].sampler == Heun():
            raise RuntimeError("no memory")
        return real(recipes, readings)

    monkeypatch.setattr(engine.fake, "together", broken)
    job = Sweep.grid(BASE, [{"option": "sampler", "values": ["DDIM", "Heun"]}])
    with pytest.raises(RuntimeError, match="no memory"):
        list(run(engine, job, keep))
    monkeypatch.undo()
    assert len(list(keep.folder.glob("*/??/*.png"))) == 2


CHILD = """
import sys
from studio.recipe import vocabulary
from pathlib import Path
vocabulary.WORLDS = Path(sys.argv[1])
from studio.sweeps import PictureCache, Sweep, run
from tests.studio.fakes import FakeEngine
sweep = Sweep.grid({"prompt": "red apple", "seeds": "2 from 0", "steps": 10},
                   [{"option": "sampler", "values": ["DDIM", "Heun", "Euler", "DDPM"]}])
for word in run(FakeEngine(0.05), sweep, PictureCache(sys.argv[2])):
    print(word.done, flush=True)
"""


def test_kill_and_resume(engine, keep, vocabulary_file):
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(vocabulary_file.parent.parent), str(keep.folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in child.stdout:
        if int(line) >= 4:  # two batches are done, the third is on
            break
    os.kill(child.pid, signal.SIGKILL)
    assert child.wait(10) == -signal.SIGKILL
    child.stdout.close()
    kept = len(list(keep.folder.glob("*/??/*.png")))
    assert 4 <= kept < 8
    job = Sweep.grid(BASE | {"steps": 10}, [{"option": "sampler", "values": ["DDIM", "Heun", "Euler", "DDPM"]}])
    words, count = drawn(engine, run(engine, job, keep))
    assert count == 8 - kept and words[0].kept == kept and len(pictures(words)) == 4
