"""What is said of a recipe before it is drawn, held to the pictures of a tiny network and to the shipped tokenizer."""

import json
import shutil
from pathlib import Path

import pytest
import torch

from pipelines import SAMPLERS
from pipelines.guidance.shared import level
from pipelines.process.schedule import NoiseSchedule
from studio.engine import Engine
from studio.engine import world as opened
from studio.page.status import note_list
from studio.recipe import Recipe
from studio.recipe.beforehand import all_notes, beforehand
from studio.recipe.prompts import read
from tests.studio.recipe.test_inactive import drawn, pipe  # noqa: F401
from tests.tiny import tiny_judge

SHIPPED = Path(__file__).resolve().parents[3] / "assets" / "worlds" / "emoji"
FILLER = "on the big round blue table under the old tree beside seven green hats and two small yellow"
ZH = "桌子旁边的大树下面有一顶绿帽子和两把黄雨伞还有很多书"


def notes(*given, **fields):
    """Key -> the other values of each note."""
    recipe = given[0] if given else Recipe(**dict(prompt="cat", steps=4, seeds=(1,)) | fields)
    return [(note.key, note.values) for note in beforehand(recipe)]


def keys(**fields):
    return [key for key, _ in notes(**fields)]


@pytest.fixture
def tokenizers(vocabulary_file):
    """The shipped tokenizers beside the small vocabulary."""
    for part in ("text_encoder", "clip"):
        vocabulary_file.with_name(part).mkdir()
        shutil.copy(SHIPPED / part / "tokenizer.json", vocabulary_file.with_name(part))


# Row by row: texts that are longer than the context


@pytest.mark.parametrize(
    "text, cut, label",
    [
        (f"cat {FILLER} red apple", "red apple", "mammal"),
        (f"whale {FILLER} running shoe", "running shoe", "sea animal"),
        (f"猫{ZH}红苹果", "红苹果", "mammal"),
        (f"鲸鱼{ZH}跑鞋", "跑鞋", "sea animal"),
    ],
)
def test_words_that_are_not_read_are_named_and_no_class_comes_from_them(tokenizers, text, cut, label):
    ((key, values),) = notes(prompt=text)
    assert key == "left_out" and values["control"] == "prompt" and values["words"].endswith(cut)
    reading = read(Recipe(prompt=text))
    assert reading.label == label and reading.text == text
    assert read(Recipe(prompt=text.removesuffix(values["words"]))).notes == ()
    html = note_list((), all_notes(Recipe(prompt=text)))
    assert "is too long to be read whole" in html and "读不完" in html and cut in html


def test_of_a_class_that_only_the_words_left_out_name_there_is_none(tokenizers):
    text = f"{FILLER} {FILLER} whale"
    reading = read(Recipe(prompt=text, gamma_classifier=3.0))
    assert reading.label != "sea animal"
    assert read(Recipe(prompt="whale", gamma_classifier=3.0)).label == "sea animal"


def test_every_text_has_its_own_note(tokenizers):
    long = f"cat {FILLER} red apple"
    pulls = [
        {"name": "Semantic", "gamma": 40, "text": f"a {long} one", "others": [ZH + ZH, "cat"]},
        {"name": "Semantic", "gamma": 0, "text": f"a {long} whale"},
        {"name": "Colour"},
    ]
    found = {
        values["control"]: values["words"]
        for key, values in notes(prompt=long, negative_prompt=f"the {long}", gamma_clip=20.0, pulls=pulls)
        if key == "left_out"
    }
    assert set(found) == {"prompt", "negative_prompt", "Semantic"}
    assert found["Semantic"].count("”, “") == 1 and "one" in found["Semantic"] and "书" in found["Semantic"]
    assert "whale" not in found["Semantic"] and found["negative_prompt"].endswith("red apple")


def test_a_style_in_front_leaves_less_room(tokenizers):
    words = f"cat {FILLER} {FILLER}".split()
    room = max(n for n in range(len(words)) if "left_out" not in keys(prompt=" ".join(words[:n])))
    exact = " ".join(words[:room])
    assert keys(prompt=exact) == []
    ((key, values),) = notes(prompt=exact, style="flat")
    assert key == "left_out" and exact.endswith(values["words"])


def test_a_world_without_tokenizers_reads_whole_texts(vocabulary_file):
    assert keys(prompt=f"cat {FILLER} {FILLER}") == []
    folder = vocabulary_file.with_name("text_encoder")
    folder.mkdir()
    (folder / "tokenizer.json").write_text("{")
    assert keys(prompt=f"cat {FILLER} {FILLER}") == []


# CFG++ where it is only weaker guidance


@pytest.mark.parametrize("name", sorted(SAMPLERS))
def test_cfg_plus_plus_is_told_beforehand_where_it_draws_what_weaker_guidance_draws(pipe, name):  # noqa: F811
    own = Recipe(prompt="cat", steps=3, seeds=(1,), sampler=name, rule="CFGPlusPlus", w=0.6)
    weak = own.but(rule="", w=-0.4)
    same = torch.allclose(drawn(pipe, own), drawn(pipe, weak), atol=1e-4)
    found = [values for key, values in notes(own) if key == "weaker"]
    assert bool(found) == same
    if same:
        assert found == [
            {
                "control": "CFGPlusPlus",
                "w": "−0.4",
                "sampler": name,
                "others": "DDIM, DDPM, ReverseSDE (method = exact)",
            }
        ]


def test_cfg_plus_plus_in_other_rules_with_options_and_in_one_step():
    wrapped = {"name": "Interval", "low": 0.0, "high": 1.0, "rule": {"name": "CFGPlusPlus"}}
    assert keys(rule=wrapped, w=0.6, sampler="Heun") == ["weaker"]
    assert keys(rule="CFGPlusPlus", w=0.6, sampler="ReverseSDE") == []
    assert keys(rule="CFGPlusPlus", w=0.6, sampler="ReverseSDE", sampler_options={"method": "euler"}) == ["weaker"]
    assert keys(rule="CFGPlusPlus", w=0.6, steps=1) == ["weaker_step"] and keys(rule="CFGPlusPlus", w=0.6) == []
    scheduled = {"name": "Scheduled", "start": 0.2, "end": 0.8, "rule": {"name": "CFGPlusPlus"}}
    assert dict(notes(rule=scheduled, w=0.6, sampler="Euler"))["weaker"]["w"] == "−0.8 … −0.2"
    assert keys(rule="CFGPlusPlus", w=0.0, sampler="Euler") == []


# windows that hit no step


def gap(steps, at=0):
    """Bounds of noise between two steps of a plain schedule."""
    levels = [level(t) for t in NoiseSchedule().times(steps)[at : at + 2]]
    third = (levels[0] - levels[1]) / 3
    return dict(low=round(levels[1] + third, 4), high=round(levels[0] - third, 4))


@pytest.mark.parametrize("sampler", sorted(SAMPLERS))
def test_an_interval_is_told_exactly_where_it_draws_what_no_guidance_draws(pipe, sampler):  # noqa: F811
    base = Recipe(prompt="cat", steps=4, seeds=(1,), sampler=sampler, w=2.0)
    plain = drawn(pipe, base.but(w=0.0))
    for at in range(3):
        own = base.but(rule={"name": "Interval", **gap(4, at)})
        said = ("no_step", {"control": "Interval", "steps": "4"}) in notes(own)
        assert said == torch.allclose(drawn(pipe, own), plain, atol=1e-6), at


def test_a_window_is_told_by_page_and_engine_before_the_run_and_once(pipe):  # noqa: F811
    rule = {"name": "Rescale", "rule": {"name": "Interval", **gap(4)}}
    recipe = Recipe(prompt="cat", negative_prompt="whale", steps=4, seeds=(1,), rule=rule)
    frames = list(Engine(lambda name: opened.World(pipe, tiny_judge())).run(recipe))
    told = [note.key for note in frames[-1].notes]
    assert told == ["no_step", "idle"] == [note.key for note in frames[1].notes] and frames[1].index == 0
    assert str(frames[-1].notes[0]).startswith("Interval lets the rule act in none of the 4 steps")
    assert frames[-1].notes[1].values == {"control": "negative_prompt"}
    assert keys(rule=rule, steps=40) == [] and keys(rule=rule, w=0.0) == []


def test_further_controls_that_cannot_act():
    assert keys(negative_prompt="cat") == ["same_texts"] == keys(negative_prompt=" cat ")
    assert keys(negative_prompt="cat", w=0.0) == ["no_negative"]
    assert notes(rule={"name": "CFGZeroStar", "zero_steps": 4}) == [
        ("never_asked", {"control": "CFGZeroStar", "steps": "4"})
    ]
    assert keys(rule={"name": "CFGZeroStar", "zero_steps": 3}) == []
    assert notes(pulls=[{"name": "Colour", "gamma": 0}]) == [("idle", {"control": "Colour"})]
    silent = {"name": "Semantic", "gamma": 5, "text": "cat", "others": ["whale"], "weights": [0, 0]}
    assert notes(pulls=[silent]) == [("idle", {"control": "Semantic"})]
    mean = dict(sampler="DDPM", route="mean", steps=1, pulls=["Colour"])
    assert notes(**mean) == [("idle", {"control": "Colour"})] and keys(**mean, variance="beta") == []
    assert keys(rule={"name": "Scheduled", "start": 0, "end": 0}) == ["scheduled", "no_step"]


def test_a_pull_at_the_mean_of_one_step_is_told_where_it_draws_the_same(pipe):  # noqa: F811
    mean = Recipe(
        prompt="cat", seeds=(1,), sampler="DDPM", route="mean", steps=1, pulls=[{"name": "Colour", "gamma": 50}]
    )
    for recipe, same in ((mean, True), (mean.but(variance="beta"), False), (mean.but(steps=2), False)):
        assert torch.equal(drawn(pipe, recipe), drawn(pipe, recipe.but(pulls=()))) == same
        assert bool(notes(recipe)) == same


def test_notes_are_data_in_every_language():
    recipe = Recipe(prompt="appel", rule="CFGPlusPlus", w=0.6, sampler="Heun", steps=3)
    near, weaker = (note.as_dict() for note in all_notes(recipe))
    assert near["key"] == "unknown_near" and near["word"] == "appel" and "apple" in near["near"]
    assert (
        weaker["key"] == "weaker" and "weaker than none: Heun" in weaker["en"] and "比不引导还弱：休恩" in weaker["zh"]
    )
    assert json.loads(json.dumps(weaker, ensure_ascii=False)) == weaker
