"""Zero-shot reading of any picture: by the fake engine what is asked and refused, by the shipped world what is read."""

import json

import numpy as np
import pytest
from gradio_client.exceptions import AppError

from studio.engine import Engine
from studio.recipe.uploads import text_of
from studio.tabs.inside.reading import LENGTH, MOST, Question, answer, read
from tests.studio.fakes import FakeEngine

from ...api.test_generate import client  # noqa: F401 (a fixture)

DISC = np.full((96, 64, 3), 255, np.uint8)
DISC[20:70, 10:54] = (220, 30, 30)
PICTURE = text_of(DISC)
ENGINE = FakeEngine(0)


def test_sentences_are_those_of_the_lines_once_each():
    found = answer(ENGINE, {"picture": PICTURE, "sentences": "a cat\n\n a dog \na cat", "world": "emoji", "noise": 0})
    assert found["sentences"] == ["a cat", "a dog"] and sum(found["guide"]) == pytest.approx(1)
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"picture": "cat.png"}, "picture"),
        ({"picture": "data:image/png;base64,AAAA"}, "picture"),
        ({"sentences": " \n"}, "sentences"),
        ({"sentences": ["a"] * 3 + [7]}, "sentences"),
        ({"sentences": [str(k) for k in range(MOST + 1)]}, "sentences"),
        ({"sentences": "x" * (LENGTH + 1)}, "sentences"),
        ({"world": "moon"}, "world"),
        ({"noise": 1.5}, "noise"),
        ({"noise": float("nan")}, "noise"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_by_its_field(wrong, field):
    given = {"picture": PICTURE, "sentences": "a cat", "world": "emoji", "noise": 0} | wrong
    english, chinese = answer(ENGINE, given)["problem"]
    assert english.startswith(field) and english != chinese
    assert "problem" in answer(ENGINE, None)


def test_a_program_reads_too(client):  # noqa: F811
    found = client.predict(picture=PICTURE, sentences=["a cat", "a dog", "a car"], noise=0.5, api_name="/zero_shot")
    assert set(found) == {"sentences", "guide", "judge"} and found["guide"][0] > found["guide"][1]
    with pytest.raises(AppError, match="sentences"):
        client.predict(picture=PICTURE, api_name="/zero_shot")


def test_the_shipped_clips_know_an_apple_and_only_the_one_that_guides_knows_it_in_noise():
    """Rows 17 and 33, on held-out pictures of three things."""
    from pipelines.worlds.reference import load_reference

    engine, reference = Engine(), load_reference("emoji")
    sentences = ["animal", "food", "smiling face", "car"]
    right = {0.0: {"guide": 0, "judge": 0}, 0.5: {"guide": 0, "judge": 0}}
    wanted = [
        k
        for k, name in enumerate(reference.names)
        if any(word in name for word in ("cat", "apple", "smiling", "automobile"))
    ][:12]
    truth = {"cat": 0, "apple": 1, "smiling": 2, "automobile": 3}
    for k in wanted:
        picture = ((reference.pictures[k].permute(1, 2, 0).float() / 2 + 0.5) * 255).round().byte().numpy()
        for noise, found in right.items():
            said = read(engine, Question(text_of(picture), sentences, "emoji", noise))
            for name in found:
                best = int(np.argmax(said[name]))
                found[name] += best == next(at for word, at in truth.items() if word in reference.names[k])
    assert len(wanted) >= 6, wanted
    assert right[0.0]["guide"] >= 0.75 * len(wanted) and right[0.5]["guide"] > right[0.5]["judge"], right
