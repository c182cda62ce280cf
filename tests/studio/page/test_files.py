"""Temporary files: as many as somebody may still ask for, and what happens where there is no room for them."""

import errno
import json

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from studio import frame as wiring
from studio.history import Histories
from studio.history.visitors import CLIENT
from studio.page.files import Files
from studio.page.jobs import PAGES
from tests.studio.fakes import FakeEngine


def stored(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "temporary").mkdir()
    return tmp_path / "temporary"


@pytest.fixture
def files(folder):
    return Files(lambda: str(folder), count=5, size=1000)


def test_the_newest_stay_and_nothing_else_not_even_a_folder(files, folder):
    paths = [files.put("a.png", b"%d" % i) for i in range(20)]
    assert list(files) == paths[-5:] and [str(path) for path in stored(folder)] == sorted(paths[-5:])
    assert len(list(folder.iterdir())) == 5


def test_bytes_are_counted_and_one_large_file_may_stay_alone(files, folder):
    files.put("a", b"a" * 400), files.put("b", b"b" * 400), files.put("c", b"c" * 400)
    assert [path.name for path in stored(folder)] == ["b", "c"] or len(files) == 2
    large = files.put("d", b"d" * 5000)
    assert list(files) == [large] == [str(path) for path in stored(folder)]


def test_what_is_asked_for_again_is_the_newest(files):
    first = files.put("a", b"0")
    for i in range(1, 5):
        files.put("a", b"%d" % i)
    assert files.put("a", b"0") == first and len(files) == 5
    files.put("a", b"5")
    assert first in files and list(files)[-2] == first


def test_it_is_a_set_as_gradio_uses_one(files, folder):
    names = []
    for i in range(8):  # an upload of many at once
        (folder / str(i)).mkdir()
        (folder / str(i) / "x").write_bytes(b"x")
        names.append(str(folder / str(i) / "x"))
    files.update(names)
    assert len(files) == 5 and len(stored(folder)) == 5
    for path in files:  # its schedule changes what it goes through
        files.discard(path)
    assert not list(files) and len(stored(folder)) == 5
    files.update(names[-2:])
    files -= {names[-1]}
    assert list(files) == [names[-2]] == sorted(files)


def test_who_has_most_loses_files_first_and_nobody_loses_those_of_others(files):
    CLIENT.set("mine")
    mine = files.put("a", b"mine")
    CLIENT.set("theirs")
    theirs = [files.put("a", b"%d" % i) for i in range(20)]
    assert list(files) == [mine, *theirs[-4:]]
    large = [files.put("b", bytes([i]) * 450) for i in range(5)]  # of bytes too
    assert list(files) == [mine, *large[-2:]]
    CLIENT.set("mine")
    files.put("a", b"theirs again"), files.add(large[-1])  # whoever had a file last has it
    assert list(files._client.values()) == ["mine", "theirs", "mine", "mine"] and files._client.keys() == set(files)


def test_a_file_that_cannot_be_written_leaves_nothing(files, folder, monkeypatch):
    from pathlib import Path

    def half(self, content):
        with self.open("wb") as file:
            file.write(content[:3])
        raise OSError(errno.ENOSPC, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(OSError, match="No space"):
        files.put("a.png", b"whole")
    assert not list(files) and not list(folder.iterdir())


ENDPOINTS = [
    ("/generate", dict(prompt="red apple", seeds=[4, 9]), 2),
    ("/compare", dict(a={"w": 0, "seeds": [1, 2]}, b={"w": 3}), 4),
    ("/sweep", dict(recipe={"prompt": "whale", "seeds": [0, 1]}, axes=[{"option": "w", "values": [0, 1]}]), 4),
    ("/trajectory", dict(seeds=[3], steps=3), 0),
]


@pytest.fixture(params=["shared", "private"])
def served(request, tmp_path):
    histories = Histories(tmp_path / "history" if request.param == "shared" else None)
    demo = wiring.build(FakeEngine(seconds_per_step=0.001), histories=histories)
    _, url, _ = demo.launch(prevent_thread_lock=True, quiet=True, server_name="127.0.0.1", **wiring.launch_options())
    client = Client(url, verbose=False)
    yield client, demo, histories
    client.close()
    demo.close()


def test_a_full_temporary_folder_is_told_and_the_pictures_are_in_the_history_where_there_is_one(served, monkeypatch):
    client, demo, histories = served

    def full(name, content):
        raise OSError(errno.ENOSPC, "No space left on device", f"/tmp/gradio/0a/{name}")

    monkeypatch.setattr(demo.files, "put", full)
    for name, given, pictures in ENDPOINTS:
        before = 0 if histories.private else histories[None].page().total
        with pytest.raises(AppError, match="No space left on device") as told:
            client.predict(**given, api_name=name)
        kept = not histories.private and bool(pictures)
        assert "/tmp" not in str(told.value) and ("in the history" in str(told.value)) == kept, name
        if kept:
            assert histories[None].page().total == before + pictures, name
    monkeypatch.undo()
    files, recipes = client.predict(**ENDPOINTS[0][1], api_name="/generate")
    assert len(files) == 2 and len(list(demo.files)) == 2
    assert json.loads(json.dumps(recipes))[0]["seeds"] == [4]


def test_a_real_folder_that_cannot_be_written_is_told_too(served, tmp_path, monkeypatch):
    client, demo, _ = served
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(demo.files, "_folder", lambda: str(tmp_path / "file" / "gradio"))
    for name, given, _ in ENDPOINTS:
        with pytest.raises(AppError, match="Not a directory|could not be handed over") as told:
            client.predict(**given, api_name=name)
        assert str(tmp_path) not in str(told.value)


def test_a_program_that_asks_for_ever_leaves_a_bounded_number_of_files(served, tmp_path, monkeypatch):
    _, demo, _ = served
    client = Client(
        demo.local_url, verbose=False, download_files=False
    )  # nothing is served of a folder that is not gradio's
    monkeypatch.setattr(demo.files, "_folder", lambda: str(tmp_path / "temporary"))
    monkeypatch.setattr(demo.files, "_count", 7)
    for w in range(6):
        client.predict(prompt="cat", w=w, seeds=[1, 2, 3], api_name="/generate")
    assert len(stored(tmp_path / "temporary")) == len(list((tmp_path / "temporary").iterdir())) == 7


def test_a_visitor_has_one_export_and_none_when_they_have_gone(files, folder):
    paths = [files.put(f"{i}.zip", b"%d" % i) for i in range(3)]
    for path in paths[:2]:
        files.give("me", path)
    files.give("you", paths[1])  # the same content
    files.give("me", paths[2])
    assert [path.name for path in stored(folder)] == ["1.zip", "2.zip"] or sorted(files) == sorted(paths[1:])
    files.leave("me")
    files.leave("nobody")
    assert list(files) == paths[1:2]
    files.leave("you")
    assert not list(files) and not list(folder.iterdir())


def test_exports_leave_nothing_behind(tmp_path, monkeypatch):
    """By the events of the page: two exports are one file, and a page that goes takes it along."""
    import tempfile

    from PIL import Image

    from studio.recipe import Recipe

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "temporary" / "gradio"))
    (tmp_path / "temporary").mkdir()
    histories = Histories(tmp_path / "history")
    demo = wiring.build(FakeEngine(seconds_per_step=0.001), histories=histories)
    export = next(
        each.fn
        for each in demo.fns.values()
        if getattr(each.fn, "__qualname__", "").endswith("connect.<locals>.export")
    )
    leave = [
        each.fn for each in demo.fns.values() if getattr(each.fn, "__qualname__", "").endswith("connect.<locals>.leave")
    ]
    request = type("Request", (), {"session_hash": "me"})()
    for seed in range(3):
        histories[None].add(Recipe(seeds=(seed,)), [Image.new("RGB", (8, 8), (seed, 0, 0))])
        *_, (path, _) = export(request, "", "", "", False)
    assert [str(each) for each in stored(tmp_path / "temporary")] == [path]
    for each in leave:
        if "history" in each.__module__:
            each(request)
    assert not stored(tmp_path / "temporary")


def test_what_gradio_keeps_of_pages_is_bounded_and_goes_with_them(served):
    _, demo, _ = served
    for number in range(PAGES + 50):
        demo.state_holder[f"visitor {number}"]
    assert len(demo.state_holder.session_data) == PAGES
    last = f"visitor {PAGES + 49}"
    events = [each for each in demo.fns.values() if any(target[1] == "unload" for target in each.targets)]
    events[-1].fn(type("Request", (), {"session_hash": last})())
    assert last not in demo.state_holder.session_data and len(demo.state_holder.session_data) == PAGES - 1
