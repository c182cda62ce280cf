"""Every message about a list names the element that is wrong, at any depth."""

import pytest
import torch
from PIL import Image

from pipelines import (
    Auto,
    CFGPlusPlus,
    Classifier,
    ClassifierFree,
    ControlNet,
    Function,
    GaussianMixture,
    Scheduled,
    Semantic,
    Style,
    UniControlNet,
)
from pipelines.declarations.inline import as_url
from pipelines.declarations.options import OptionError, placed
from pipelines.runs.batched import together
from tests.tiny import tiny_conditioned, tiny_pipeline

PICTURE = as_url(Image.new("RGB", (16, 16), "teal"))
LARGE = Image.new("RGB", (512, 300))


@pytest.fixture(scope="module")
def pipe():
    pipe = tiny_conditioned()
    pipe.set_progress_bar_config(disable=True)
    return pipe


@pytest.mark.parametrize(
    "make, told",
    [
        (
            lambda: ControlNet(images=[PICTURE, LARGE]),
            r"^images\[1\] = a picture of 512x300 pixels .*at most 256 pixels a side",
        ),
        (lambda: Style(1, images=LARGE), "^images = a picture of 512x300 pixels"),
        (lambda: ControlNet(images=[PICTURE] * 257), "^images = 257 pictures .*at most 256 pictures"),
        (lambda: Semantic(1, "a", others=("b", 3)), r"^others\[1\] = 3 .*text of"),
        (lambda: Semantic(1, "a", others=("b",), weights=(1, 200)), r"^weights\[1\] = 200 .*from -10 to 10"),
        (lambda: Classifier(1, ("food", "x" * 101)), r"^label\[1\] = .*at most 100"),
        (
            lambda: Scheduled(CFGPlusPlus(0.6), shape="points", points=(0.5, 0.2, 15)),
            r"^points\[2\] = 15.0 .*from 0 to 1",
        ),
        (lambda: Scheduled(CFGPlusPlus(0.6), shape="linear", start=0, end=15), "^end = 15.0 .*from 0 to 1"),
        (lambda: GaussianMixture.isotropic([[0.0], [1.0]], [1.0, -2.0]), r"^deviation\[1\] = -2.0 .*from 0"),
    ],
)
def test_of_an_option(make, told):
    with pytest.raises(ValueError, match=told):
        make()


@pytest.mark.parametrize(
    "settings, told",
    [
        (dict(rules=[ClassifierFree(1), Auto(2)]), r"^rules\[1\]: Auto cannot be used here"),
        (dict(pulls=[Classifier(1, "food"), Style(1)]), r"^pulls\[1\]: images is empty"),
        (dict(pulls=[Classifier(1, ("food", "fod"))]), r"^pulls\[0\]: label\[1\]: Unknown label 'fod'"),
        (
            dict(pulls=[Semantic(1, "cat"), Semantic(1, ("a", "b", "c"))]),
            r"^pulls\[1\]: text holds 3 texts; allowed: 1, or one an image, 2",
        ),
        (dict(pulls=[Semantic(1, "cat"), Function(1, lambda z, t: z)]), r"^pulls\[1\]: phi gave shape"),
        (
            dict(conditions=[ControlNet(images=PICTURE), ControlNet()]),
            r"^conditions\[1\].images = \(\) .*a picture of the condition",
        ),
        (
            dict(conditions=[ControlNet(images=PICTURE), ControlNet(images=[PICTURE] * 3)]),
            r"^conditions\[1\]: images has 3 pictures for 2",
        ),
        (
            dict(
                conditions=[
                    UniControlNet(images=PICTURE),
                    UniControlNet(kind="mask", images=PICTURE),
                    ControlNet(images=PICTURE),
                    UniControlNet(images=PICTURE),
                ]
            ),
            r"^conditions\[0\] and conditions\[3\]: Two UniControlNet conditions of one kind",
        ),
    ],
)
def test_of_a_run_alone_and_together(pipe, settings, told):
    settings = dict(num_inference_steps=1, seeds=[1, 2]) | settings
    with pytest.raises(ValueError, match=told):
        pipe("cat", **settings)
    with pytest.raises(
        ValueError, match=told if "phi" in told or "text holds" in told else told.replace("^", r"^runs\[1\](: |\.)")
    ):
        list(together(pipe, [dict(num_inference_steps=1), settings]))


def test_a_condition_without_its_network():
    with pytest.raises(
        ValueError, match=r"^conditions\[0\]: ControlNet cannot be used here. This model has no ControlNet"
    ):
        tiny_pipeline()("cat", conditions=[ControlNet(images=PICTURE)])


@pytest.mark.parametrize(
    "runs, told",
    [
        ([{}, 3], r"^runs\[1\] = 3 .*a dictionary of keywords"),
        ([{}, {}, {"promt": "a"}], r"^runs\[2\] has 'promt'"),
        ([{}, {"num_inference_steps": 3}], r"^runs\[0\] with .* and runs\[1\] with .* cannot go together"),
        ([{}, {"prompt": ["a", 3]}], r"^runs\[1\].prompt\[1\] = 3 .*a text"),
    ],
)
def test_of_runs(pipe, runs, told):
    with pytest.raises(ValueError, match=told):
        list(together(pipe, runs))


def test_of_what_a_network_is_asked(pipe):
    x, none = torch.zeros(2, 3, 16, 16), torch.zeros(2)
    with pytest.raises(ValueError, match=r"^label\[1\]: Unknown label 'fod'"):
        pipe.classifier.log_prob(x, none, ["food", "fod"])
    for asked in (pipe.clip.encode_text, pipe.text_encoder.encode, lambda texts: pipe.clip.zero_shot(x, texts)):
        with pytest.raises(ValueError, match=r"^texts\[1\] = 3 .*a text"):
            asked(["cat", 3])


def test_a_place_is_put_before_what_an_element_says():
    with pytest.raises(OptionError) as told, placed("runs[2]"), placed("rules[1]"):
        raise OptionError("w", 30, "numbers", low=0, high=20)
    assert (told.value.field, told.value.value, told.value.allowed) == (
        "runs[2].rules[1].w",
        30,
        "numbers from 0 to 20",
    )
    with pytest.raises(KeyError), placed("runs[0]"):
        raise KeyError("other errors stay as they are")
