"""What the judges see in finished pictures is what they see in the same pixels; what is missing is left out."""

import numpy as np
import pytest
import torch

from pipelines.evaluation.sets import measure
from studio.engine.judging import Judging
from studio.recipe.prompts import Reading
from tests.tiny import SIZE, tiny_judge, tiny_pictures, tiny_pipeline

READINGS = [Reading("red apple", "", "food"), Reading("", "", None)]
GROUPS = [0, 0, 1]


@pytest.fixture(scope="module")
def pipe():
    return tiny_pipeline()


@pytest.fixture(scope="module")
def pictures(pipe):
    return pipe.to_pil(tiny_pictures(3).clamp(-1, 1))


def test_features_probabilities_and_similarity(pipe, pictures):
    judge = tiny_judge()
    seen = Judging(pipe, judge).look(pictures, GROUPS, READINGS)
    x = torch.from_numpy(np.stack([np.asarray(p) for p in pictures])).permute(0, 3, 1, 2).float() / 127.5 - 1
    with torch.no_grad():
        assert np.allclose(seen.features, judge.features(x).numpy(), atol=1e-5)
        assert np.allclose(seen.said["group"], judge(x)["group"].softmax(-1).numpy(), atol=1e-5)
        cosines = torch.cosine_similarity(pipe.clip.encode_image(x), pipe.clip.encode_text(["red apple"]))
    assert np.allclose(seen.similarity[:2], cosines[:2].numpy(), atol=1e-5) and np.isnan(seen.similarity[2])
    assert seen.wanted == [judge.find("food")] * 2 + [None] and seen.small.shape == (3, 3072)
    figures = measure(seen)
    assert figures["agreement"].n == 2 and figures["clip_score"].n == 2 and figures["distance"].n == 3


def test_larger_pictures_are_judged_in_the_size_that_the_judge_knows(pipe, pictures):
    large = [picture.resize((2 * SIZE, 2 * SIZE)) for picture in pictures]
    assert Judging(pipe, tiny_judge()).look(large, GROUPS, READINGS).features.shape[0] == 3


def test_without_a_judge_there_is_nothing(pipe, pictures):
    judging = Judging(pipe, None)
    assert judging.look(pictures, GROUPS, READINGS) is None and judging.data is None


def test_without_data_the_rest_stays(pipe, pictures, monkeypatch):
    def missing(*_):
        raise ValueError("not there")

    for loaded in ("load_features", "load_judge_clip"):
        monkeypatch.setattr(f"studio.engine.judging.{loaded}", missing)
    judging = Judging(pipe, tiny_judge(), "emoji")
    assert judging.data is None and measure(judging.look(pictures, GROUPS, READINGS), judging.data)["distance"].n == 3
