import pytest
import torch

from pipelines.networks.classifier import NoisyClassifier
from tests.tiny import tiny_classifier, tiny_data, tiny_pictures


@pytest.fixture(scope="module")
def classifier():
    return tiny_classifier()


def test_a_head_a_label_set(classifier):
    logits = classifier(tiny_pictures(3), torch.tensor([0.0, 10.0, 999.0]))
    assert {head: tuple(value.shape) for head, value in logits.items()} == {
        head: (3, len(names)) for head, names in tiny_data().labels.items()
    }


@torch.no_grad()
def test_it_knows_the_time(classifier):
    x = tiny_pictures(1)
    early, late = (classifier(x, torch.tensor([t]))["group"] for t in (0.0, 900.0))
    assert not torch.allclose(early, late)
    assert torch.equal(classifier(x, torch.tensor(900))["group"], late)  # (), long


def test_log_prob(classifier):
    x, times = tiny_pictures(3).requires_grad_(), torch.full((3,), 500.0)
    value = classifier.log_prob(x, times, "food")
    assert value.shape == (3,) and (value < 0).all()
    torch.testing.assert_close(
        value.exp(), classifier(x, times)["group"].softmax(-1)[:, classifier.labels["group"].index("food")]
    )
    (gradient,) = torch.autograd.grad(value.sum(), x)
    assert gradient.shape == x.shape and gradient.isfinite().all() and gradient.abs().amax((1, 2, 3)).min() > 0
    mixed = classifier.log_prob(x, times, ["food", "subgroup:fruit", "flat"])
    torch.testing.assert_close(mixed[0], value[0])
    with pytest.raises(ValueError, match="2 entries"):
        classifier.log_prob(x, times, ["food", "flat"])


def test_gradient_is_that_of_the_log_probability():
    classifier = tiny_classifier().double()
    x, direction = (
        tiny_pictures(2, dtype=torch.float64).requires_grad_(),
        tiny_pictures(2, dtype=torch.float64).flip(0),
    )
    f, h = lambda x: classifier.log_prob(x, torch.tensor([100.0, 700.0]), "food"), 1e-5
    (gradient,) = torch.autograd.grad(f(x).sum(), x)
    with torch.no_grad():
        difference = (f(x + h * direction) - f(x - h * direction)) / (2 * h)
    torch.testing.assert_close((gradient * direction).sum((1, 2, 3)), difference, rtol=1e-6, atol=1e-9)


def test_find(classifier):
    labels = tiny_data().labels
    assert classifier.labels == labels
    assert classifier.find("food") == ("group", labels["group"].index("food"))
    assert classifier.find("subgroup:Fruit ") == ("subgroup", labels["subgroup"].index("fruit"))
    assert classifier.find("flat") == ("style", labels["style"].index("flat"))
    with pytest.raises(ValueError, match="'foood'.*'food'"):
        classifier.find("foood")
    with pytest.raises(ValueError, match="Unknown label.*smileys"):
        classifier.find("xqzjw")


@torch.no_grad()
@pytest.mark.parametrize("half", [False, True])
def test_save_and_reload(classifier, tmp_path, half):
    saved = tiny_classifier().half() if half else classifier
    saved.save_pretrained(tmp_path)
    again = NoisyClassifier.from_pretrained(tmp_path)
    x, times = tiny_pictures(2), torch.tensor([3.0, 700.0])
    assert again.dtype == torch.float32 and again.labels == classifier.labels
    torch.testing.assert_close(again(x, times), classifier(x, times), atol=1e-2 if half else 0, rtol=0)
