"""The mixture is what it says: its gradients are those of its densities, its samples those of its law."""

import pytest
import torch

from pipelines.exact import GaussianMixture, MixtureClassifier, MixtureDenoiser
from pipelines.guidance.gradient import gradient
from pipelines.process.schedule import NoiseSchedule
from pipelines.process.times import CLEAN, Time

T = NoiseSchedule().at(400)
LAW = GaussianMixture.isotropic([[0.0, 2.0], [1.5, -1.0], [-2.0, 0.0]], 0.4, [0.5, 0.3, 0.2])


def points(n=6):
    return torch.randn(n, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


def test_score_is_the_gradient_of_the_log_density():
    x = points().requires_grad_()
    (expected,) = torch.autograd.grad(LAW.log_density(x, T).sum(), x)
    torch.testing.assert_close(LAW.score(x, T), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("label", [0, 1, 2])
def test_the_classifiers_gradient_is_score_k_minus_score(label):
    x = points().requires_grad_()
    (expected,) = torch.autograd.grad(LAW.log_prob(x, T, label).sum(), x)
    torch.testing.assert_close(LAW.log_prob_gradient(x, T, label), expected, rtol=0, atol=1e-12)
    torch.testing.assert_close(LAW.component(label).score(x, T) - LAW.score(x, T), expected, rtol=0, atol=1e-12)


def test_bayes_holds_between_the_densities():
    """log p(x|k) + log π_k = log p(k|x) + log p(x)."""
    x = points()
    for k in range(3):
        left = LAW.component(k).log_density(x, T) + LAW.weights[k].log()
        torch.testing.assert_close(left, LAW.log_prob(x, T, k) + LAW.log_density(x, T), rtol=0, atol=1e-12)


def test_samples_have_the_moments_of_the_law():
    x, labels = LAW.sample(40_000, torch.Generator().manual_seed(0))
    mean = (LAW.weights[:, None] * LAW.means).sum(0)
    assert (x.mean(0) - mean).abs().max() < 0.03
    assert (torch.bincount(labels) / len(labels) - LAW.weights).abs().max() < 0.01
    assert (x[labels == 1].std(0) - 0.4).abs().max() < 0.02


def test_the_denoiser_gives_each_branch_its_law():
    x = points()
    conditional, null = MixtureDenoiser(LAW, 2)(x, T, "conditional", "null")
    assert torch.equal(conditional.x0, LAW.component(2).predict(x, T).x0)
    assert torch.equal(null.x0, LAW.predict(x, T).x0)


def test_at_the_clean_end_the_density_is_that_of_the_data():
    x = points()
    expected = torch.distributions.MixtureSameFamily(
        torch.distributions.Categorical(LAW.weights), torch.distributions.MultivariateNormal(LAW.means, LAW.covariances)
    ).log_prob(x)
    torch.testing.assert_close(LAW.log_density(x, CLEAN), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    "wrong, told",
    [
        (lambda: GaussianMixture(torch.ones(2), torch.zeros(3, 2), torch.eye(2).expand(3, 2, 2)), "do not fit"),
        (lambda: GaussianMixture.isotropic([[0.0], [1.0]], 1.0, [0.5, 0.6]), "sum to 1"),
        (lambda: GaussianMixture(torch.ones(1), torch.zeros(1, 2), -torch.eye(2)[None]), "no negative eigenvalue"),
    ],
)
def test_what_is_no_mixture_is_told(wrong, told):
    with pytest.raises(ValueError, match=told):
        wrong()


# Any dimension, any covariance, classes of several components.

DTYPE = torch.float64


def random_law(k=4, d=5, labels=(0, 1, 0, 2)):
    generator = torch.Generator().manual_seed(5)
    roots = torch.randn(k, d, d, generator=generator, dtype=DTYPE) / 2
    weights = torch.rand(k, generator=generator, dtype=DTYPE) + 0.2
    means = torch.randn(k, d, generator=generator, dtype=DTYPE)
    return GaussianMixture(weights / weights.sum(), means, roots @ roots.mT, torch.tensor(labels)), generator


@pytest.mark.parametrize("index", [0, 300, 999])
def test_in_five_dimensions_it_is_the_law_of_the_noised_components(index):
    law, generator = random_law()
    t, x = NoiseSchedule().at(index), torch.randn(7, 5, generator=generator, dtype=DTYPE)
    noised = t.a**2 * law.covariances + t.b**2 * torch.eye(5, dtype=DTYPE)
    expected = torch.distributions.MixtureSameFamily(
        torch.distributions.Categorical(law.weights), torch.distributions.MultivariateNormal(t.a * law.means, noised)
    ).log_prob(x)
    torch.testing.assert_close(law.log_density(x, t), expected, rtol=0, atol=1e-10)
    said = law.predict(x, t)
    torch.testing.assert_close(t.a * said.x0 + t.b * said.eps, x, rtol=0, atol=1e-12)
    torch.testing.assert_close(said.eps, -t.b * law.score(x, t), rtol=0, atol=1e-12)
    torch.testing.assert_close(said.x0, (x + t.b**2 * law.score(x, t)) / t.a, rtol=0, atol=1e-10)  # Tweedie


@pytest.mark.parametrize("index", [100, 500, 900])
def test_the_denoiser_is_the_mean_of_the_posterior(index):
    """E[x0 | x] by brute force: an integral over x0 on a fine line."""
    law = GaussianMixture.isotropic([[-1.0], [0.3], [1.4]], [0.2, 0.5, 0.3], [0.3, 0.3, 0.4])
    t, line = NoiseSchedule().at(index), torch.linspace(-6, 6, 200_001, dtype=DTYPE)[:, None]
    for x in (-2.0, 0.1, 1.7):
        weights = (law.log_density(line, CLEAN) - (x - t.a * line[:, 0]) ** 2 / (2 * t.b**2)).softmax(0)
        found = law.predict(torch.tensor([[x]], dtype=DTYPE), t).x0
        assert found.item() == pytest.approx((weights @ line).item(), abs=1e-9)


def test_a_class_of_several_components_is_their_sum():
    law, generator = random_law()
    x = torch.randn(6, 5, generator=generator, dtype=DTYPE)
    assert law.classes == [0, 1, 2] and law.of(0).means.shape == (2, 5)
    left = law.of(0).log_density(x, T) + torch.tensor(law.share(0)).log()
    torch.testing.assert_close(left, law.log_prob(x, T, 0) + law.log_density(x, T), rtol=0, atol=1e-6)
    torch.testing.assert_close(law.log_probs(x, T).exp().sum(1), torch.ones(6, dtype=DTYPE), rtol=0, atol=1e-12)
    torch.testing.assert_close(law.predict(x, T, 0).x0, law.of(0).predict(x, T).x0, rtol=0, atol=1e-12)


def test_one_label_a_point_is_the_same_as_singles():
    law, generator = random_law()
    x, labels = torch.randn(4, 5, generator=generator, dtype=DTYPE), torch.tensor([2, 0, 1, 0])
    together, gradients = law.predict(x, T, labels), law.log_prob_gradient(x, T, labels)
    for i, label in enumerate(labels.tolist()):
        one = law.predict(x[i : i + 1], T, label)
        torch.testing.assert_close(together.x0[i : i + 1], one.x0, rtol=0, atol=1e-12)
        torch.testing.assert_close(
            gradients[i : i + 1], law.log_prob_gradient(x[i : i + 1], T, label), rtol=0, atol=1e-12
        )


def test_moments_are_those_of_many_samples():
    law, generator = random_law()
    x, _ = law.sample(60_000, generator)
    assert (x.mean(0) - law.mean()).abs().max() < 0.03
    assert (x.T.cov() - law.covariance()).abs().max() < 0.12


# What degenerates.

DEGENERATE = {
    "points": GaussianMixture.isotropic([[0.0, 1.0], [1.0, -1.0]], 0.0),
    "one component": GaussianMixture.isotropic([[0.5, 0.5]], 0.7),
    "one point": GaussianMixture.isotropic([[0.5, 0.5]], 0.0),
    "flat": GaussianMixture(
        torch.ones(1, dtype=DTYPE),
        torch.zeros(1, 2, dtype=DTYPE),
        torch.diag(torch.tensor([1.0, 0.0], dtype=DTYPE))[None],
    ),
}
ENDS = {"clean": CLEAN, "first": NoiseSchedule().at(0), "last": NoiseSchedule().at(999), "noise": Time(1000, 0.0, 1.0)}


@pytest.mark.parametrize("kind", DEGENERATE)
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64])
def test_nothing_is_ever_not_a_number(kind, end, dtype):
    law, t = DEGENERATE[kind].to(torch.promote_types(dtype, torch.float32)), ENDS[end]
    far = 6e4 if dtype == torch.float16 else 1e30
    x = torch.tensor([[0.0, 1.0], [0.2, 0.1], [far, -far], [torch.inf, torch.nan]]).to(dtype)
    said = law.predict(x, t)
    assert said.x0.isfinite().all() and said.x0.dtype == dtype
    assert said.eps[:2].isfinite().all() and law.score(x[:2], t).isnan().sum() == 0
    assert not law.log_probs(x, t).isnan().any() and not law.log_prob_gradient(x, t, law.classes[0]).isnan().any()


def test_a_point_mass_answers_the_nearest_point_at_the_clean_end():
    law = DEGENERATE["points"]
    x = torch.tensor([[0.1, 0.8], [0.9, -1.2]], dtype=DTYPE)
    assert torch.equal(law.predict(x, CLEAN).x0, law.means)


@pytest.mark.parametrize(
    "wrong, told",
    [
        (lambda: GaussianMixture.isotropic([[0.0], [1.0]], 1.0, [1.0, 3.0]), "these sum to 4: divide each by that"),
        (lambda: GaussianMixture.isotropic([[0.0], [1.0]], 1.0, [1.0, 0.0]), "leave out what is not positive"),
        (lambda: GaussianMixture.isotropic([[0.0], [torch.nan]], 1.0), "means is not finite"),
        (lambda: GaussianMixture.isotropic([[0.0]], 1.0, labels=[0, 1]), "one a component"),
        (lambda: GaussianMixture.isotropic([], 1.0), "at least one component"),
        (
            lambda: GaussianMixture(torch.ones(1).half(), torch.zeros(1, 1).half(), torch.ones(1, 1, 1).half()),
            "float32 or float64",
        ),
        (lambda: LAW.of(9), "choose from"),
        (lambda: LAW.predict(points(), T, 7), "choose from"),
        (lambda: LAW.score(torch.zeros(3, 4, dtype=DTYPE), T), r"must be \(B, 2\)"),
        (lambda: MixtureDenoiser(LAW, 0)(points(), T, "weak"), "Unknown branch"),
    ],
)
def test_errors_say_what_to_change(wrong, told):
    with pytest.raises(ValueError, match=told):
        wrong()


def test_the_classifier_has_the_interface_of_the_trained_one():
    classifier, x = MixtureClassifier(LAW, NoiseSchedule(), ["red", "green", "blue"]), points()
    times = torch.full((len(x),), 400.0)
    torch.testing.assert_close(classifier.log_prob(x, times, "green"), LAW.log_prob(x, T, 1), rtol=0, atol=1e-12)
    torch.testing.assert_close(classifier(x, times)["class"], LAW.log_probs(x, T), rtol=0, atol=1e-12)
    found = gradient(lambda z: classifier.log_prob(z, times, "green"), x)
    torch.testing.assert_close(found, gradient(lambda z: classifier(z, times)["class"][:, 1], x), rtol=0, atol=1e-12)
    each = classifier.log_prob(x, times, ["red", "blue"] * 3)
    assert each[1] == LAW.log_prob(x, T, 2)[1]
    with pytest.raises(ValueError, match="several times"):
        classifier.log_prob(x, torch.arange(len(x)), "red")
    with pytest.raises(ValueError, match="Unknown label"):
        classifier.find("pink")


def test_a_negative_label_takes_the_place_of_the_whole_law():
    null = MixtureDenoiser(LAW, 0, negative=2)(points(), T, "null")[0]
    assert torch.equal(null.x0, LAW.predict(points(), T, 2).x0)


def test_the_weak_branch_is_the_weak_law_of_the_same_label():
    wide = GaussianMixture(LAW.weights, LAW.means, 4 * LAW.covariances)
    strong, weak = MixtureDenoiser(LAW, 1, weak=wide)(points(), T, "conditional", "weak")
    assert torch.equal(weak.x0, wide.predict(points(), T, 1).x0) and not torch.equal(weak.x0, strong.x0)
