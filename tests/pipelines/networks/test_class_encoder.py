"""Classes named in texts, and the encoder that gives each its vector."""

import pytest
import torch

from pipelines.networks.class_encoder import ClassEncoder
from pipelines.networks.classes import named
from pipelines.training.fashion import CLASSES

FORMS = {name: [*english, *chinese] for name, (english, chinese) in CLASSES.items()}


@pytest.mark.parametrize(
    "text, classes",
    [
        ("sneaker", ["sneaker"]),
        ("A Sneaker", ["sneaker"]),
        ("two red SNEAKERS, please", ["sneaker"]),
        ("dresses", ["dress"]),
        ("T-shirt/top", ["t-shirt"]),
        ("t shirt", ["t-shirt"]),
        ("tshirts", ["t-shirt"]),
        ("a shirt and a t-shirt", ["shirt", "t-shirt"]),
        ("ankle boots", ["ankle boot"]),
        ("ankle-boot", ["ankle boot"]),
        ("Ｂａｇ", ["bag"]),
        ("bag, then a coat, then a bag", ["bag", "coat"]),
        ("运动鞋", ["sneaker"]),
        ("一张T恤的照片", ["t-shirt"]),
        ("手提包和外套", ["bag", "coat"]),
        ("shirtless baggage trainers' topcoat", ["sneaker"]),
        ("zebra", []),
        ("", []),
    ],
)
def test_a_text_names_classes_in_its_order(text, classes):
    assert named(text, FORMS) == classes


def test_every_name_in_both_languages_is_its_class():
    for name, written in FORMS.items():
        for form in written:
            assert named(form, FORMS) == [name] == named(f"  {form.upper()} ", FORMS), form


def test_nothing_is_named_where_there_are_no_classes():
    assert named("a bag", {}) == []


@pytest.fixture
def encoder():
    torch.manual_seed(0)
    return ClassEncoder(list(FORMS.values()), width=8).eval()


def test_a_text_is_told_by_the_vector_of_its_first_class(encoder):
    condition = encoder.encode(["bag", "a bag and a coat", "手提包", "coat", ""])
    assert condition.pooled.shape == (5, 8) and condition.states.shape == (5, 1, 8)
    assert torch.equal(condition.states[:, 0], condition.pooled)
    bag, both, chinese, coat, null = condition.pooled
    assert torch.equal(bag, both) and torch.equal(bag, chinese) and torch.equal(coat, encoder.embedding.weight[4])
    assert torch.equal(null, encoder.embedding.weight[10]) and not torch.equal(null, bag)
    assert torch.equal(encoder.encode(["  "]).pooled[0], null)


def test_a_text_without_a_class_is_told_with_those_there_are(encoder):
    with pytest.raises(ValueError, match="Unknown class 'zebra'.*'t-shirt', 'trouser'.*empty"):
        encoder.encode(["bag", "zebra"])


def test_it_saves_and_reloads(encoder, tmp_path):
    encoder.save_pretrained(tmp_path)
    again = ClassEncoder.from_pretrained(tmp_path)
    assert [written[0] for written in again.config.forms] == list(CLASSES)
    one, other = encoder.encode(["运动鞋", ""]), again.encode(["sneakers", ""])
    assert torch.equal(one.states, other.states) and torch.equal(one.pooled, other.pooled)
