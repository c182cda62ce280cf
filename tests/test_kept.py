"""The recipes that hold a rebuild to its pictures, and the program that draws them: `python -m tests.kept`."""

import json
import re

import numpy as np

from pipelines import CONDITIONS, PULLS, RULES, SAMPLERS
from studio.recipe import Recipe
from studio.recipe.vocabulary import worlds
from studio.tabs.lab.setting import Setting
from tests import kept

ENTRIES = kept.recipes()


def test_every_rule_pull_condition_sampler_and_world_is_among_them():
    assert len(ENTRIES) == len({entry["name"] for entry in ENTRIES}) == 41
    found = [Recipe.parse(entry["recipe"]) for entry in ENTRIES if "recipe" in entry]
    labs = [Setting.parse(entry["lab"]) for entry in ENTRIES if "lab" in entry]
    assert len(found) + len(labs) == 41 and len(labs) >= 5
    names = set(re.findall(r'"name": "(\w+)"', json.dumps([recipe.as_dict() for recipe in found])))
    names |= {recipe.sampler for recipe in found} | {recipe.rule_name for recipe in found}
    names |= {"Classifier"} if any(recipe.gamma_classifier for recipe in found) else set()
    names |= {"Semantic"} if any(recipe.gamma_clip for recipe in found) else set()
    assert {*RULES, *PULLS, *CONDITIONS, *SAMPLERS} <= names
    assert {recipe.world for recipe in found} == set(worlds()) and any(recipe.upsample for recipe in found)
    assert all(recipe.cost <= 200 for recipe in found)  # seconds in all


def few(name):
    return [entry for entry in ENTRIES if entry["name"] in (name, "points guided")]


def test_the_same_is_the_same_and_another_is_told(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(kept, "recipes", lambda: few("fashion"))
    file = tmp_path / "before.json"
    assert kept.main(["--out", str(file)]) == 0
    before = json.loads(file.read_text("utf-8"))
    assert {name: len(found) for name, found in before["pictures"].items()} == {"fashion": 2, "points guided": 1}
    assert kept.main(["--compare", str(file)]) == 0
    assert "the same: 3 pictures" in capsys.readouterr().out
    other = few("fashion")
    other[0]["recipe"]["w"] += 1e-6
    monkeypatch.setattr(kept, "recipes", lambda: other)
    assert kept.main(["--compare", str(file)]) == 1
    assert "fashion, picture 1: differs, by" in (said := capsys.readouterr().out) and "guided, picture" not in said
    assert kept.main(["--compare", str(file), "--only", "points"]) == 0
    file.write_text(json.dumps(before | {"machine": {"torch": "0.1"}}), "utf-8")
    assert kept.main(["--compare", str(file), "--only", "points"]) == 2
    assert "not comparable" in capsys.readouterr().out


def test_one_bit_of_one_number_is_another_picture():
    x = np.linspace(-1, 1, 3 * 64 * 64, dtype=np.float32).reshape(3, 64, 64)
    y = x.copy()
    y[1, 2, 3] = np.nextafter(y[1, 2, 3], np.float32(2))
    one, other, turned = (kept.digest(each) for each in (x, y, x.reshape(3, 32, 128)))
    assert len({each["hash"] for each in (one, other, turned)}) == 3 and one == kept.digest(x.copy())
    lines = kept.differences({"a": [one], "b": [one]}, {"a": [other], "c": []})
    assert (
        len(lines) == 2 and lines[0].startswith("a, picture 0: differs") and lines[1] == "b: 1 pictures before, 0 now"
    )
