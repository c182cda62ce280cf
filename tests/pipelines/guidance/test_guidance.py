"""Rules and pulls against identities and closed forms (equations 12, 13, 16, 21 to 24)."""

from types import SimpleNamespace

import pytest
import torch
from torch import nn

from pipelines.exact import GaussianMixture, MixtureDenoiser
from pipelines.guidance import Classifier, ClassifierFree, Plain, Semantic
from pipelines.guidance.gradient import gradient
from pipelines.process.schedule import NoiseSchedule
from pipelines.runs.denoiser import Condition, Denoiser
from tests.tiny import Counting

T = NoiseSchedule().at(500)
LAW = GaussianMixture.isotropic([[0.0, 2.0], [1.5, -1.0]], 0.5)
X = torch.randn(4, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(3))


@pytest.fixture
def denoiser():
    return Counting(MixtureDenoiser(LAW, 0))


def test_w_0_is_one_pass_and_bit_identical_to_conditional(denoiser):
    guided = ClassifierFree(0)(denoiser, X, T)
    assert denoiser.calls == [("conditional",)]
    assert torch.equal(guided.eps, denoiser.denoiser(X, T, "conditional")[0].eps)


def test_w_minus_1_is_one_pass_and_bit_identical_to_unconditional(denoiser):
    guided = ClassifierFree(-1)(denoiser, X, T)
    assert denoiser.calls == [("null",)]
    assert torch.equal(guided.x0, denoiser.denoiser(X, T, "null")[0].x0)


@pytest.mark.parametrize("w", [-0.5, 0.5, 2.0, 7.5])
def test_both_labels_are_one_rule(denoiser, w):
    """Equations 21 and 22: (1+w) ε_y − w ε_φ = ε_φ + s (ε_y − ε_φ), s = 1 + w, in one call."""
    rule = ClassifierFree(w)
    guided = rule(denoiser, X, T)
    assert denoiser.calls == [("conditional", "null")] and rule.s == 1 + w
    conditional, null = denoiser.denoiser(X, T, "conditional", "null")
    torch.testing.assert_close(guided.eps, null.eps + rule.s * (conditional.eps - null.eps), rtol=0, atol=1e-12)
    torch.testing.assert_close(T.a * guided.x0 + T.b * guided.eps, X, rtol=0, atol=1e-12)


@pytest.mark.parametrize("gamma", [0.5, 1.0, 3.0])
def test_classifier_at_gamma_is_classifier_free_at_w_gamma_minus_1(denoiser, gamma):
    """Equation 25, with exact scores: ε_φ − b γ ∇log p(y|x) = ε̃ at w = γ − 1."""
    free = ClassifierFree(gamma - 1)(denoiser, X, T).eps
    by_gradient = LAW.predict(X, T).eps - T.b * gamma * LAW.log_prob_gradient(X, T, 0)
    torch.testing.assert_close(free, by_gradient, rtol=0, atol=1e-12)


class NoisyClassifierOf:
    """The exact classifier of a mixture, with the interface of a trained one."""

    def find(self, label):
        if label not in ("zero", "one"):
            raise ValueError(f"Unknown label {label!r}; choose from ['one', 'zero'].")
        return "head", ("zero", "one").index(label)

    def log_prob(self, x, timesteps, label):
        return LAW.log_prob(x, T, self.find(label)[1])


def test_classifier_pull_is_gamma_times_the_exact_gradient():
    pull = Classifier(2.5, "one").begin(SimpleNamespace(classifier=NoisyClassifierOf()))
    torch.testing.assert_close(pull(X, T, None), 2.5 * LAW.log_prob_gradient(X, T, 1), rtol=0, atol=1e-12)


def test_classifier_tells_an_unknown_label_and_a_missing_model():
    with pytest.raises(ValueError, match="Unknown label 'two'"):
        Classifier(1.0, "two").begin(SimpleNamespace(classifier=NoisyClassifierOf()))
    with pytest.raises(ValueError, match="has none"):
        Classifier(1.0, "one").begin(SimpleNamespace(classifier=None))
    with pytest.raises(ValueError, match="has none"):
        Semantic(1.0, "one").begin(SimpleNamespace(clip=None))


class LinearCLIP:
    """E1(x) = A x, and one vector for each text."""

    def __init__(self):
        g = torch.Generator().manual_seed(0)
        self.matrix = torch.randn(5, 2, generator=g, dtype=torch.float64)
        self.texts = {
            "a": torch.randn(5, generator=g, dtype=torch.float64),
            "b": torch.randn(5, generator=g, dtype=torch.float64),
        }

    def encode_image(self, x):
        return x @ self.matrix.T

    def encode_text(self, texts):
        return torch.stack([self.texts[text] for text in texts])


def test_semantic_pull_is_the_gradient_of_the_cosine():
    """Equation 16, against the derivative written out: (y/‖y‖ − cos · e/‖e‖)/‖e‖ through A."""
    clip = LinearCLIP()
    pull = Semantic(40, ("a", "b", "a", "b")).begin(SimpleNamespace(clip=clip))
    e = clip.encode_image(X)
    y = nn.functional.normalize(clip.encode_text(["a", "b", "a", "b"]), dim=-1)
    length = e.norm(dim=-1, keepdim=True)
    cosine = (e / length * y).sum(-1, keepdim=True)
    expected = 40 * ((y - cosine * e / length) / length) @ clip.matrix
    torch.testing.assert_close(pull(X, T, None), expected, rtol=0, atol=1e-12)


def test_gradient_keeps_images_apart():
    weights = torch.tensor([1.0, 10.0, 100.0, 1000.0], dtype=torch.float64)
    torch.testing.assert_close(gradient(lambda z: weights * z.square().sum(-1), X), 2 * weights[:, None] * X)


@pytest.mark.parametrize(
    "pull", [Classifier(0, "no such label"), Semantic(0, "anything")], ids=["Classifier", "Semantic"]
)
def test_gamma_0_asks_no_model(pull):
    """Equation 12: no gradient call is made, no model is needed."""
    assert pull.begin(SimpleNamespace(classifier=None, clip=None))(X, T, None) is None


class Network:
    """ε = mean of the condition, as a picture; counts its calls and their batch."""

    def __init__(self):
        self.batches = []

    def __call__(self, x, timesteps, condition):
        self.batches.append(len(x))
        assert (timesteps == T.index).all()
        return condition.pooled.mean(1)[:, None, None, None].expand_as(x)


def test_denoiser_evaluates_all_branches_in_one_call():
    network = Network()
    branch = lambda value: Condition(torch.zeros(2, 3, 4), torch.full((2, 5), value))
    denoiser = Denoiser(network, {"conditional": branch(1.0), "null": branch(-1.0)}, "eps")
    x = torch.randn(2, 3, 4, 4)
    conditional, null = denoiser(x, T, "conditional", "null")
    assert network.batches == [4]
    assert (conditional.eps == 1).all() and (null.eps == -1).all()
    with pytest.raises(ValueError, match="Unknown branch 'other'.*conditional"):
        denoiser(x, T, "other")


def test_plain_is_the_conditional(denoiser):
    assert torch.equal(Plain()(denoiser, X, T).x0, denoiser.denoiser(X, T, "conditional")[0].x0)
