"""The report asks for what it says, counts what the judge says, and its card holds every figure."""

import json

import pytest
import torch

from pipelines.training import card, report
from tests.pipelines.training.test_unet_trainer import world  # noqa: F401 - a fixture
from tests.tiny import tiny_data


@pytest.fixture
def vocabulary():
    data = tiny_data()
    names = [dict(en=e["en"], zh=e["zh"], group=e["group"], subgroup=e["subgroup"]) for e in data.entries]
    return dict(names=names, labels={"en": data.labels}, styles=dict.fromkeys(data.styles), licences={"flat": "MIT"})


def test_things_are_drawn_by_the_seed_with_their_labels(vocabulary):
    things = report.wanted(vocabulary, 4, seed=1)
    assert things == report.wanted(vocabulary, 4, seed=1) != report.wanted(vocabulary, 4, seed=2)
    for thing in things:
        assert thing["style"] in thing["prompt"]
        if "apple" in thing["prompt"]:
            assert (thing["group"], thing["subgroup"]) == ("food", "fruit")


class AlwaysFood:
    labels = {"group": ["food", "animals"], "subgroup": ["fruit"], "style": ["flat"]}

    def __call__(self, x):
        assert x.min() >= -1 and x.max() <= 1
        return {head: torch.eye(len(names))[0].expand(len(x), -1) for head, names in self.labels.items()}


def test_agreement_counts_what_the_judge_says(world):  # noqa: F811
    from pipelines import load_world

    things = [dict(prompt="red apple", group="food", subgroup="fruit", style="flat"),
              dict(prompt="cat", group="animals", subgroup="mammal", style="noto")]
    for arguments in report.settings(things).values():
        hits, _ = report.agreements(load_world(world), AlwaysFood(), things, arguments, steps=1, seed=0, batch=1)
        assert hits == {"group": [True, False], "subgroup": [True, False], "style": [True, False]}


def test_the_card_holds_figures_recipes_and_licences(tmp_path, monkeypatch, world, vocabulary):  # noqa: F811
    monkeypatch.setattr(card, "FOLDER", world.parent)
    for name in ("unet", "clip", "classifier", "judge"):
        facts = dict(minutes=12, steps=345, pictures=6789, date="2026-01-01", figures={"loss": 1, "top1": 0.25}, recipe={"lr": 0.001})
        (world / name / "training.json").write_text(json.dumps(facts))
    (world / "vocabulary.json").write_text(json.dumps(vocabulary))
    found = dict(n=256, steps=18, seed=1000, sampler="DDIM", date="2026-01-01", rows={"w = 3": dict(group=[0.5, 0.44, 0.56])})
    (world / "report.json").write_text(json.dumps(found))
    text = card.write_card(world.name).read_text()
    for told in ("0.50 (0.44–0.56)", "n = 256", "6,789", "top1 0.25", "lr 0.001", "flat: MIT", "holdout.csv"):
        assert told in text
