"""The History tab's handlers and its export."""

import base64
import csv
import io
import json
import re
import zipfile

import pytest
from PIL import Image

from studio.engine.seen import Scores
from studio.history import Histories
from studio.history.store import Query
from studio.recipe import FIELDS, Recipe
from studio.tabs.history.handlers import Handlers, query_of

ANY = {"text": "", "world": "", "rule": "", "starred": False}
NASTY = '<img src=x onerror=alert(1)> "quoted"'


@pytest.fixture
def handlers(tmp_path):
    return Handlers(Histories(tmp_path / "history"))


def add(handlers, **fields):
    recipe = Recipe(**{"prompt": "red apple", "seeds": (0, 1)} | fields)
    shade = hash(recipe) % 200
    images = [Image.new("RGB", (64, 64), (shade, seed, 0)) for seed in recipe.seeds]
    return handlers.histories["me"].add(recipe, images, Scores(2, 0.5, (0.1, 0.9), 25.0, 0.7))


def ids(shown):
    return [int(each) for each in re.findall(r'data-choose="(\d+)"', shown.tiles)]


def test_a_score_says_which_clip_gave_it(handlers):
    older = add(handlers)[0]  # no studio said it before
    recipe = Recipe(prompt="whale", seeds=(0,))
    newer = handlers.histories["me"].add(
        recipe, [Image.new("RGB", (64, 64))], Scores(1, clip_score=30.0, clip_by="judge")
    )[0]
    for number, said, unsaid in ((older, "CLIP, guide", "CLIP score"), (newer, "CLIP score", "CLIP, guide")):
        detail, _ = handlers.detail("me", number)
        assert said in detail and unsaid not in detail


def test_nothing_yet_and_nothing_found(handlers):
    assert "No pictures yet" in handlers.show("me", ANY).tiles
    add(handlers)
    assert "Nothing matches" in handlers.show("me", {**ANY, "text": "zebra"}).tiles


def test_tiles_pages_and_menus(handlers):
    first = add(handlers)
    for w in range(1, 30):
        add(handlers, w=w / 2 + 0.25)
    shown = handlers.show("me", ANY)
    assert len(ids(shown)) == 48 and "1–48 of 60" in shown.tiles and "data:image/webp" in shown.tiles
    last = handlers.show("me", ANY, 48)
    assert len(ids(last)) == 12 and "49–60 of 60" in last.tiles and last.offset == 48
    assert first[0] in ids(last) and shown.worlds == ("emoji",) and shown.rules == ("rule_classifier_free",)


def test_star_delete_and_undo(handlers):
    number = add(handlers)[0]
    assert 'aria-pressed="true"' in handlers.star("me", ANY, 0, number, True).tiles
    assert ids(handlers.show("me", {**ANY, "starred": True})) == [number]
    gone = handlers.delete("me", ANY, 0, number)
    assert number not in ids(gone) and "come back within an hour" in gone.status
    assert number in ids(handlers.restore("me", ANY, 0, [number]))


def test_one_picture_with_all_about_it(handlers):
    number = add(handlers, rule={"name": "Projected", "eta": 0.2}, w=4.0)[1]
    text, status = handlers.detail("me", number)
    assert not status and "data:image/png;base64" in text and "投影引导 (η 0.2)" in text
    assert "Projected(w=4.0, eta=0.2)" in text and "50 % (n = 2)" in text
    uri = re.search(r'href="data:application/json;base64,([^"]+)"', text).group(1)
    assert Recipe.from_file(base64.b64decode(uri)) == handlers.histories["me"].get(number).recipe


def test_what_was_typed_is_escaped(handlers):
    number = add(handlers, prompt=NASTY, negative_prompt=NASTY)[0]
    for html in (handlers.show("me", ANY).tiles, handlers.detail("me", number)[0]):
        assert "<img src=x" not in html and "&lt;img src=x" in html


def test_a_lost_file_a_lost_world_and_a_lost_row_are_told(handlers):
    number = add(handlers)[0]
    history = handlers.histories["me"]
    history.get(number).picture.unlink()
    text, _ = handlers.detail("me", number)
    assert "gone or damaged" in text and 'data-do="play"' in text and "image/png" not in text
    history._write(lambda db: db.execute("UPDATE pictures SET recipe = json_set(recipe, '$.world', 'atlantis')"))
    text, _ = handlers.detail("me", number)
    assert "atlantis" in text and 'data-do="play"' not in text and 'data-do="delete"' in text
    assert handlers.detail("me", 999)[0] == "" and "no picture number 999" in handlers.detail("me", 999)[1]


@pytest.mark.parametrize("wrong", [None, float("nan"), "7", [1], 1e300, True, -5])
def test_what_the_page_never_sends_is_no_error(handlers, wrong):
    add(handlers)
    assert len(ids(handlers.show("me", {**ANY, "world": wrong if wrong != "7" else ""}, wrong))) == 2
    handlers.star("me", ANY, wrong, wrong, wrong)
    handlers.detail("me", wrong)
    assert query_of({}) == Query()


def test_export(handlers, tmp_path):
    numbers = add(handlers, prompt="=1+1", pulls=[{"name": "Colour"}])
    lost = add(handlers, w=1.0)
    handlers.histories["me"].get(lost[0]).picture.unlink()
    *_, (path, status) = handlers.export("me", ANY)
    assert "3 pictures" in status and "1 picture files" in status
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        lines = [json.loads(line) for line in archive.read("recipes.jsonl").decode().splitlines()]
        rows = list(csv.DictReader(io.StringIO(archive.read("pictures.csv").decode("utf-8-sig"))))
        assert len(lines) == len(rows) == 4 and sum(name.endswith(".png") for name in archive.namelist()) == 3
        for line in lines:
            recipe = Recipe.parse(line["recipe"])
            if line["file"]:
                assert Recipe.from_png(archive.read(line["file"])) == recipe
    assert {row["prompt"] for row in rows} == {"'=1+1", "red apple"}  # no formula for a spreadsheet
    assert rows[-1]["n"] == "2" and rows[-1]["agreement"] == "0.5" and "Colour" in rows[-1]["pulls"]
    *_, (path, status) = handlers.export("me", {**ANY, "text": "colour"})
    assert f"{len(numbers)} pictures" in status


def test_a_row_of_the_table_alone_says_what_was_drawn(handlers):
    told = dict(prompt="whale", style="flat", w=3.5, sampler="DDPM", variance="beta", route="mean", steps=7)
    told |= dict(rule={"name": "Interval", "low": 0.25, "rule": {"name": "Projected"}}, pulls=[{"name": "Colour"}])
    told |= dict(sampler_options={}, negative_prompt="red", gamma_clip=20.0)
    add(handlers, **told)
    add(handlers, sampler="Euler", sampler_options={"variable": "noise"})
    *_, (path, _) = handlers.export("me", ANY)
    with zipfile.ZipFile(path) as archive:
        lines = [json.loads(line) for line in archive.read("recipes.jsonl").decode().splitlines()]
        rows = list(csv.DictReader(io.StringIO(archive.read("pictures.csv").decode("utf-8-sig"))))
    assert len(rows) == 4
    for line, row in zip(lines, rows, strict=True):
        read = {name: row[name] for name in FIELDS if row[name]} | {"upsample": str(int(row["upsample"] == "True"))}
        assert Recipe.from_query(read) == Recipe.parse(line["recipe"])
        assert [float(row[name]) for name in ("agreement_low", "agreement_high")] == line["scores"]["agreement_ci"]


def test_an_export_that_finds_no_room_is_told(handlers, monkeypatch):
    add(handlers)

    def refuse(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("studio.history.export.tempfile.mkstemp", refuse)
    *_, (path, status) = handlers.export("me", ANY)
    assert path is None and "disk is full" in status
