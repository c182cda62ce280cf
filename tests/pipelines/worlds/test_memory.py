"""The world `memory` over eighteen pictures of its own: it draws what it was shown, and only that."""

import json

import numpy as np
import pytest
import torch

from pipelines import Classifier, ClassifierFree, load_world
from pipelines.worlds import WorldError, worlds
from pipelines.worlds.memory import memory
from pipelines.worlds.reference import THUMBNAILS, write_reference

THINGS = [
    ("red apple", "红苹果", "food", "fruit"),
    ("green apple", "青苹果", "food", "fruit"),
    ("cat face", "猫脸", "animals", "mammal"),
]
STYLES = {"flat": "扁平", "3d": "立体"}
SIZE = 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of worlds with thumbnails and words, as the real one has."""
    folder = tmp_path_factory.mktemp("worlds")
    rows = [(*thing, style) for thing in THINGS for style in STYLES]
    images = np.random.default_rng(0).integers(0, 256, (len(rows), SIZE, SIZE, 3), dtype=np.uint8)
    labels = {"group": [r[2] for r in rows], "subgroup": [r[3] for r in rows], "style": [r[4] for r in rows]}
    write_reference(folder / "emoji" / "reference", images, labels, [r[0] for r in rows], THUMBNAILS)
    words = {
        "names": [{"en": en, "zh": zh} for en, zh, _, _ in THINGS],
        "labels": {
            "en": {"group": ["food", "animals"], "subgroup": ["fruit", "mammal"]},
            "zh": {"group": ["食物", "动物"], "subgroup": ["水果", "哺乳动物"]},
        },
        "styles": {key: {"en": key, "zh": zh} for key, zh in STYLES.items()},
    }
    (folder / "emoji" / "vocabulary.json").write_text(json.dumps(words))
    (folder / "emoji" / "model_index.json").write_text("{}")
    return folder


@pytest.fixture
def pipe(folder, monkeypatch):
    monkeypatch.setattr("pipelines.worlds.loading.FOLDER", folder)
    monkeypatch.setattr("pipelines.worlds.reference.FOLDER", folder)
    return load_world("memory")


def shown(pipe):
    """Its pictures, (N, 3, H, W) in [0, 1]."""
    data = pipe.unet.data
    return (data._points + data._mean).reshape(-1, *data.shape).permute(0, 3, 1, 2) / 2 + 0.5


def test_it_is_among_the_worlds(pipe):
    assert worlds() == ["emoji", "memory"]


@pytest.mark.parametrize(
    "text, count",
    [
        ("red apple", 2),
        ("红苹果", 2),
        ("a flat red apple", 1),
        ("扁平红苹果", 1),
        ("food", 4),
        ("animal", 2),
        ("水果", 4),
        ("3d", 3),
        ("apple", 4),
        ("an apple", 4),
        ("苹果", 4),
        ("", 6),
        ("zebra", 6),
    ],
)
def test_what_a_text_asks_for(pipe, text, count):
    assert int(pipe.text_encoder.asked(text).sum()) == count


def test_it_says_where_it_is(pipe):
    assert pipe.device == pipe.unet.device == torch.device("cpu") and pipe.dtype == torch.float32


def test_it_draws_the_pictures_that_it_was_shown(pipe):
    images = pipe("red apple", seeds=range(4), num_inference_steps=20, output_type="pt").images
    nearest = torch.cdist(images.flatten(1), shown(pipe).flatten(1)).min(1)
    assert nearest.values.max() < 0.02 and set(nearest.indices.tolist()) <= {0, 1}


@pytest.mark.parametrize(
    "kinds", [dict(rules=[ClassifierFree(2)]), dict(rules=[ClassifierFree(-1)], pulls=[Classifier(1, "food")])], ids=str
)
def test_guidance_stays_in_the_class(pipe, kinds):
    """With the exact classifier at γ = 1 it is the conditional law, so here too no other picture comes."""
    images = pipe("food", seeds=range(4), num_inference_steps=20, output_type="pt", **kinds).images
    assert torch.cdist(images.flatten(1), shown(pipe).flatten(1)).argmin(1).max() < 4


def test_a_batch_is_its_singles_and_a_seed_is_a_picture(pipe):
    settings = dict(rules=[ClassifierFree(1)], num_inference_steps=8, output_type="pt")
    together = pipe("food", seeds=(3, 4), **settings).images
    single = pipe("food", seeds=(4,), **settings).images
    torch.testing.assert_close(together[1:], single, rtol=0, atol=1e-4)
    assert torch.equal(together, pipe("food", seeds=(3, 4), **settings).images)


def test_its_calls_can_be_counted(pipe, monkeypatch):
    calls, forward = [], pipe.unet.forward
    monkeypatch.setattr(pipe.unet, "forward", lambda x, *rest: calls.append(len(x)) or forward(x, *rest))
    pipe("food", rules=[ClassifierFree(2)], seeds=(0, 1), num_inference_steps=5)
    assert calls == [4] * 5


def test_smoothed_it_draws_what_lies_between(folder, monkeypatch):
    monkeypatch.setattr("pipelines.worlds.loading.FOLDER", folder)
    monkeypatch.setattr("pipelines.worlds.reference.FOLDER", folder)
    pipe = memory("emoji", bandwidth=0.3)
    images = pipe("red apple", seeds=range(2), num_inference_steps=20, output_type="pt").images
    apart = torch.cdist(images.flatten(1), shown(pipe).flatten(1)).min(1).values
    assert (apart > 0.5).all()  # 0.15 a pixel on 192 of them is 2


def test_thumbnails_that_are_missing_are_told(folder, monkeypatch, tmp_path):
    for place in ("pipelines.worlds.loading.FOLDER", "pipelines.worlds.reference.FOLDER"):
        monkeypatch.setattr(place, tmp_path)
    (tmp_path / "emoji").mkdir()
    with pytest.raises(WorldError, match="thumbnails"):
        load_world("memory")
