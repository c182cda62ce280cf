"""Which CLIP judges: who starts the studio may choose any, others from a list; nothing is loaded before it is used."""

import open_clip
import pytest

from pipelines.evaluation.measures import mean_distance
from pipelines.evaluation.open_clips import load_open_clip
from pipelines.evaluation.sets import measure
from studio.engine import Engine
from studio.engine.clips import ALLOWED, called, chosen, own, stamp, unread
from studio.engine.judging import Judging
from studio.recipe import Recipe, RecipeError
from studio.recipe.prompts import Reading
from studio.sweeps import Axis, PictureCache, Sweep, measured
from studio.tabs.frontier import Handlers
from tests.studio.fakes import FakeEngine
from tests.tiny import tiny_clip, tiny_judge, tiny_pictures, tiny_pipeline

READINGS = [Reading("red apple", "", "food"), Reading("", "", None)]
GROUPS = [0, 0, 0, 1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips") / "tiny"
    tiny_clip(folder)
    yield folder
    load_open_clip.cache_clear()


def test_the_list_is_of_models_that_there_are():
    assert set(ALLOWED) <= {"/".join(pair) for pair in open_clip.list_pretrained()}


def test_the_choice_of_who_starts_it(folder):
    assert own(None, {}) == own("world", {}) == own(" ", {}) == ""
    assert own("ViT-H-14/any", {"STUDIO_CLIP": ALLOWED[0]}) == "ViT-H-14/any"
    assert own(None, {"STUDIO_CLIP": f"local-dir:{folder}"}) == f"local-dir:{folder}"
    space = {"SPACE_ID": "someone/studio"}
    assert own(ALLOWED[1], space) == ALLOWED[1] and own(f"local-dir:{folder}", space)
    for asked, where in (("hf-hub:someone/else", space), ("local-dir:/nowhere", {}), ("moon", {})):
        with pytest.raises(RecipeError, match="clip = "):
            own(asked, where)


def test_the_choice_of_a_program():
    mine = "local-dir:/home/me/clip"
    assert chosen("", mine) == chosen(None, mine) == chosen(mine, mine) == mine
    assert chosen("world", mine) == "" and chosen(ALLOWED[0], "") == ALLOWED[0]
    for wrong in ("hf-hub:someone/else", "local-dir:/etc", 5, ["world"], True):
        with pytest.raises(RecipeError, match="clip = .*--clip") as caught:
            chosen(wrong, mine)
        assert "/home" not in str(caught.value)
    assert called(mine) == "clip" and called("") == "" and called(ALLOWED[0]) == ALLOWED[0]


def test_score_and_variety_are_those_of_the_real_clip(folder):
    pipe = tiny_pipeline()
    pictures = pipe.to_pil(tiny_pictures(4).clamp(-1, 1))
    clip, name = load_open_clip(f"local-dir:{folder}"), f"local-dir:{folder}"
    embedded = clip.encode_pictures(pictures)
    cosines = (embedded @ clip.encode_text(["red apple"]).T)[:3, 0]
    judging = Judging(pipe, tiny_judge())
    found, plain = (measure(judging.look(pictures, GROUPS, READINGS, each)) for each in (name, ""))
    assert found["clip_score"].value == pytest.approx(float((100 * cosines).clamp(min=0).mean()), abs=1e-3)
    assert found["distance"].value == pytest.approx(mean_distance(embedded[:3].numpy()), abs=1e-5)
    assert found["agreement"] == plain["agreement"] and found["distance"] != plain["distance"]
    alone = measure(Judging(pipe, None).look(pictures, GROUPS, READINGS, name))
    assert alone["clip_score"] == found["clip_score"] and alone["vendi"] == found["vendi"] and "agreement" not in alone


def test_a_sweep_is_measured_by_it_and_its_numbers_are_kept_apart(folder, tmp_path):
    sweep = Sweep.grid(Recipe(prompt="red apple", seeds=(0, 1), steps=2), [Axis("w", [0])])
    engine, keep = FakeEngine(0), PictureCache(tmp_path)

    def score(clip):
        figures = [figures for _, figures in measured(engine, sweep, keep, clip=clip)]
        return next(each[0]["clip_score"].value for each in figures if each)

    assert score(ALLOWED[0]) == score(ALLOWED[0]) == pytest.approx(score("") / 2)
    with pytest.raises(RuntimeError, match="cannot be loaded"):
        score("hf-hub:broken/one")
    assert stamp(f"local-dir:{folder}") != stamp(ALLOWED[0]) == [ALLOWED[0]]


def test_nothing_is_loaded_with_the_engine(folder):
    load_open_clip.cache_clear()
    assert Engine(clip=f"local-dir:{folder}").clip and load_open_clip.cache_info().currsize == 0


def test_what_the_judge_does_not_read_is_told(folder):
    name, long = f"local-dir:{folder}", "a " * 99
    recipes = [Recipe(prompt=text) for text in ("cat", long.strip(), long.strip())]
    (note,) = unread(recipes, name)
    assert note.values["clip"] == "tiny" and note.values["words"].startswith("a a") and str(folder) not in str(note)
    assert "tiny" in note.said("zh") and "a a" in note.said("zh")
    assert unread(recipes[:1], name) == unread(recipes, "") == () == unread(recipes, "local-dir:/nowhere")
    handlers = Handlers(FakeEngine(0), None)
    handlers.engine.clip = name
    form = {"mode": "options", "axis1": "w", "values1": "0", "prompts": long, "seeds": "0, 1", "steps": 2}
    handlers.begin("me", lambda: Recipe(steps=2), form)
    assert "does not read the end" in list(handlers.run("me"))[-1].status
