"""Every pull against its closed form (equations 11 to 19), in double precision where there is an exact world."""

import math
from types import SimpleNamespace

import pytest
import torch
from PIL import Image
from torch.nn.functional import normalize

from pipelines.declarations.inline import as_tensor, as_url
from pipelines.declarations.options import OptionError
from pipelines.exact import GaussianMixture, MixtureClassifier, MixtureDenoiser
from pipelines.guidance import Classifier, Colour, Function, LabelMap, Semantic
from pipelines.guidance.gradient import gradient, reference
from pipelines.process.prediction import Prediction
from pipelines.process.schedule import NoiseSchedule
from pipelines.process.times import CLEAN, Transition, posterior_mean
from pipelines.samplers import DDPM

SCHEDULE = NoiseSchedule()
T = SCHEDULE.at(500)
LAW = GaussianMixture.isotropic([[0.0, 2.0], [1.5, -1.0], [-2.0, 0.5]], 0.5, [0.5, 0.2, 0.3])
X = torch.randn(5, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
PIPE = SimpleNamespace(classifier=MixtureClassifier(LAW, SCHEDULE, ["a", "b", "c"]))


def slope(function, x, step=1e-5):
    """Central finite differences of (B, ...) -> (B,)."""
    found = torch.zeros_like(x)
    for i in range(x[0].numel()):
        move = torch.zeros_like(x[0]).flatten()
        move[i] = step
        move = move.reshape(x[0].shape)
        found.flatten(1)[:, i] = (function(x + move) - function(x - move)) / (2 * step)
    return found


def kernel(t, s, x, label):
    """log p(x_s | x_t, label) of a round component as a function of x_s, and its mean and variance (equation 11)."""
    step = Transition.between(t, s)
    own = s.a**2 * LAW.covariances[label, 0, 0] + s.b**2
    variance = 1 / (1 / own + step.alpha / step.beta)
    mean = variance * (s.a * LAW.means[label] / own + math.sqrt(step.alpha) / step.beta * x)
    log = lambda z: -(z - mean).square().sum(-1) / (2 * variance) - torch.log(2 * torch.pi * variance)
    return log, mean, variance


def test_bayes_kernel():
    """Equation 11: p(x'|x, y) = p(x'|x) p(y|x') / p(y|x), with all four known; and points of p(x'|x) weighted by
    p(y|x') have the mean and the variance of p(x'|x, y)."""
    t, s, y = SCHEDULE.at(500), SCHEDULE.at(350), 1
    x = X[:1]
    parts = [kernel(t, s, x, k) for k in range(3)]
    told = LAW.log_probs(x, t)
    where = torch.randn(50, 2, dtype=torch.float64)
    unconditional = torch.stack([told[:, k] + parts[k][0](where) for k in range(3)]).logsumexp(0)
    by_bayes = unconditional + LAW.log_prob(where, s, y) - LAW.log_prob(x, t, y)
    torch.testing.assert_close(by_bayes, parts[y][0](where), rtol=0, atol=1e-10)
    g = torch.Generator().manual_seed(0)
    which = torch.multinomial(told[0].exp(), 40_000, True, generator=g)
    means = torch.cat([mean for _, mean, _ in parts])
    points = means[which] + torch.stack([v for _, _, v in parts])[which, None].sqrt() * torch.randn(
        40_000, 2, generator=g, dtype=torch.float64
    )
    weights = LAW.log_prob(points, s, y).softmax(0)[:, None]
    mean = (weights * points).sum(0)
    torch.testing.assert_close(mean, parts[y][1][0], rtol=0, atol=0.02)
    assert (weights * (points - mean).square()).sum(0).tolist() == pytest.approx([parts[y][2].item()] * 2, rel=0.05)


@pytest.mark.parametrize("gamma", [-2.0, 0.5, 1.0, 3.0])
def test_tempering_is_normalised(gamma):
    """Equation 14: the gradient of log of p_y^γ / Σ_j p_j^γ, by finite differences and by the sum over p̃."""
    pull = Classifier(gamma, "b", tempering="normalised").begin(PIPE)(X, T, None)
    tempered = lambda z: (gamma * LAW.log_probs(z, T)).log_softmax(-1)[:, 1]
    torch.testing.assert_close(pull, slope(tempered, X), rtol=0, atol=1e-7)
    share = (gamma * LAW.log_probs(X, T)).softmax(-1)
    gradients = torch.stack([LAW.log_prob_gradient(X, T, k) for k in range(3)], 1)
    expected = gamma * (gradients[:, 1] - (share[..., None] * gradients).sum(1))
    torch.testing.assert_close(pull, expected, rtol=0, atol=1e-11)
    naive = Classifier(gamma, "b").begin(PIPE)(X, T, None)
    torch.testing.assert_close(naive, gamma * LAW.log_prob_gradient(X, T, 1), rtol=0, atol=1e-11)
    assert torch.allclose(naive, pull, rtol=0, atol=1e-11) == (gamma == 1)


def test_normalised_takes_one_label_an_image():
    labels = ("a", "b", "c", "a", "b")
    pull = Classifier(2, labels, tempering="normalised").begin(PIPE)(X, T, None)
    for i, label in enumerate(labels):
        torch.testing.assert_close(
            pull[i : i + 1], Classifier(2, label, tempering="normalised").begin(PIPE)(X[i : i + 1], T, None)
        )


@pytest.mark.parametrize("gamma", [0.7, -3.0])
def test_a_linear_similarity_is_exact_and_a_quadratic_one_has_a_known_error(gamma):
    """Equation 15. p(x'|x) = N(μ, σ² I) times e^{γ sim}: for sim = c·x' the mean is μ + σ²γ c, as the mean route has.
    For sim = −½‖x' − y‖² it is (μ + σ²γ y)/(1 + σ²γ), which the step misses by (σ²γ)²/(1 + σ²γ) (y − μ)."""
    t, s = SCHEDULE.at(500), SCHEDULE.at(450)
    variance = Transition.between(t, s).beta_tilde
    mean = posterior_mean(X, LAW.predict(X, t).x0, t, s)
    none = lambda shape: torch.zeros(shape, dtype=torch.float64)
    sampler = DDPM(route="mean", at="mean")
    c = torch.tensor([0.3, -1.1], dtype=torch.float64)
    moved, _ = sampler.step(LAW.predict, Function(gamma, lambda z, t: z @ c), X, t, s, none)
    torch.testing.assert_close(moved, mean + variance * gamma * c, rtol=0, atol=1e-12)
    moved, _ = sampler.step(LAW.predict, Function(gamma, lambda z, t: -0.5 * (z - c).square().sum(-1)), X, t, s, none)
    k = variance * gamma
    tilted = (mean + k * c) / (1 + k)
    torch.testing.assert_close(moved - tilted, k**2 / (1 + k) * (c - mean), rtol=0, atol=1e-12)


def test_through_x0_the_gradient_is_what_it_says():
    """ "x0" takes ∂x̂0/∂x as 1/a; "x0 exact" is the gradient of φ(x̂0(x)), by finite differences."""
    denoiser, seen = MixtureDenoiser(LAW, 0), []
    phi = lambda z, t: seen.append(t) or (z**3).sum(-1)
    prediction = denoiser(X, T, "conditional")[0]
    constant = Function(2, phi, sees="x0").begin(None)(X, T, prediction)
    torch.testing.assert_close(constant, 2 * 3 * prediction.x0**2 / T.a, rtol=0, atol=1e-10)
    exact = Function(2, phi, sees="x0 exact").bind(denoiser)(X, T, prediction)
    torch.testing.assert_close(
        exact, 2 * slope(lambda z: (denoiser(z, T, "conditional")[0].x0 ** 3).sum(-1), X), rtol=0, atol=1e-6
    )
    assert set(seen) == {CLEAN}
    with pytest.raises(OptionError, match="sees = 'x0 exact'"):
        Function(2, phi, sees="x0 exact")(X, T, prediction)
    with pytest.raises(OptionError, match="sees = 'x0'"):
        Function(2, phi, sees="x0")(X, T, None)


def test_the_exact_gradient_of_the_clean_classifier_at_x0_is_of_the_network_too():
    """Tweedie through the network: on one Gaussian x̂0 = m + (a S/C)(x − a m), so ∂x̂0/∂x = a S/C and not 1/a."""
    law = GaussianMixture.isotropic([[1.0, 0.0]], 0.7)
    factor = T.a * 0.49 / (T.a**2 * 0.49 + T.b**2)
    c = torch.tensor([2.0, -1.0], dtype=torch.float64)
    pull = Function(1, lambda z, t: z @ c, sees="x0 exact").bind(MixtureDenoiser(law, 0))(X, T, None)
    torch.testing.assert_close(pull, (factor * c).expand_as(X), rtol=0, atol=1e-12)


class LinearCLIP:
    """E1(x) = A x over the pixels, and one vector for each text."""

    def __init__(self, pixels=48, scale=1.0):
        g = torch.Generator().manual_seed(0)
        self.matrix = scale * torch.randn(6, pixels, generator=g, dtype=torch.float64)
        self.texts = {name: torch.randn(6, generator=g, dtype=torch.float64) for name in "abc"}

    def encode_image(self, x):
        return x.flatten(1) @ self.matrix.T

    def encode_text(self, texts):
        return torch.stack([self.texts[text] for text in texts])


PICTURES = torch.rand(2, 3, 4, 4, generator=torch.Generator().manual_seed(1)) * 2 - 1
URLS = tuple(as_url(p) for p in PICTURES)
Z = torch.randn(3, 3, 4, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(2))


def test_semantic_mixes_texts_and_pictures_by_weight():
    """Equation 16 for several y: Σ w_i cos(E1(x), E2(y_i)), each cosine written out."""
    clip = LinearCLIP()
    pull = Semantic(40, ("a", "b", "a"), others=("c",), images=URLS, weights=(0.5, -1.0, 2.0, 0.25)).begin(
        SimpleNamespace(clip=clip)
    )
    noised = clip.encode_image(reference(as_tensor(URLS, Z.shape, Z), T))

    def similarity(z):
        e = normalize(clip.encode_image(z), dim=-1)
        cosines = [(e * normalize(clip.encode_text(names), dim=-1)).sum(-1) for names in (["a", "b", "a"], ["c"] * 3)]
        cosines += [(e * normalize(each, dim=-1)).sum(-1) for each in noised]
        return sum(w * c for w, c in zip((0.5, -1.0, 2.0, 0.25), cosines, strict=True))

    torch.testing.assert_close(pull(Z, T, None), 40 * gradient(similarity, Z), rtol=0, atol=1e-11)
    alone = Semantic(40, images=URLS[:1]).begin(SimpleNamespace(clip=clip))
    only = lambda z: (normalize(clip.encode_image(z), dim=-1) * normalize(noised[:1], dim=-1)).sum(-1)
    torch.testing.assert_close(alone(Z, T, None), 40 * gradient(only, Z), rtol=0, atol=1e-11)


def test_semantic_may_ask_the_clean_encoder():
    pipe = SimpleNamespace(clip=LinearCLIP(), clean_clip=LinearCLIP(scale=-1.0))
    aware, clean = (Semantic(40, "a", encoder=encoder).begin(pipe)(Z, T, None) for encoder in ("noise-aware", "clean"))
    torch.testing.assert_close(aware, -clean, rtol=0, atol=1e-12)
    assert "CLIP of clean pictures" in Semantic(40, "a", encoder="clean").lacks(
        SimpleNamespace(clip=1, clean_clip=None)
    )


def test_classifier_may_ask_the_clean_one():
    class Clean:
        def __call__(self, z):
            return {"class": z * torch.tensor([1.0, 2.0], dtype=z.dtype)}

        def find(self, label):
            return "class", 1

    expected = gradient(lambda z: (z * torch.tensor([1.0, 2.0])).log_softmax(-1)[:, 1], X)
    pull = Classifier(3, "x", encoder="clean").begin(SimpleNamespace(clean_classifier=Clean()))
    torch.testing.assert_close(pull(X, T, None), 3 * expected, rtol=0, atol=1e-12)
    with pytest.raises(ValueError, match="no classifier of clean pictures"):
        Classifier(3, "x", encoder="clean").begin(SimpleNamespace(classifier=Clean()))


def test_weights_that_do_not_fit_are_told():
    with pytest.raises(OptionError, match="weights = .*one each of the 2 texts and pictures"):
        Semantic(40, "a", others=("b",), weights=(1.0,))


def test_colour_pulls_the_mean_of_its_box():
    """Equation 19: γ (a c − mean) in every pixel of the box, nothing outside."""
    pull = Colour(3, "#ff8000", left=0.5, top=0, right=1, bottom=0.5)(Z, T, None)
    wanted = torch.tensor([1.0, 128 / 127.5 - 1, -1.0], dtype=torch.float64)
    expected = torch.zeros_like(Z)
    expected[..., :2, 2:] = 3 * (T.a * wanted - Z[..., :2, 2:].mean((2, 3)))[..., None, None]
    torch.testing.assert_close(pull, expected, rtol=0, atol=1e-12)
    with pytest.raises(OptionError, match="colour = 'red'.*#e02020"):
        Colour(1, "red")
    with pytest.raises(OptionError, match="left = 0.9.*below right, 0.5"):
        Colour(1, left=0.9, right=0.5)


def test_label_map_is_the_exact_classifier_of_each_pixel():
    """Pixels are points of a mixture of the map's colours: φ is its log posterior, and the pull its exact gradient."""
    picture = torch.tensor([[0, 0, 1, 1], [0, 0, 1, 1], [2, 2, 2, 2], [2, 2, 2, 2]])
    colours = torch.tensor([[1.0, 1.0, 1.0], [1.0, -1.0, -1.0], [-1.0, -1.0, 1.0]])
    pull = LabelMap(2, as_url(colours[picture].permute(2, 0, 1)), softness=0.4)
    law = GaussianMixture.isotropic(colours.tolist(), 0.4)
    found = pull.begin(None)(Z, T, None).permute(0, 2, 3, 1)
    for row, column in ((0, 0), (1, 3), (3, 1)):
        expected = 2 * law.log_prob_gradient(Z[..., row, column], T, int(picture[row, column]))
        torch.testing.assert_close(found[:, row, column], expected, rtol=0, atol=1e-6)
    larger = torch.zeros(1, 3, 16, 16, dtype=torch.float64)
    assert pull(larger, T, None).shape == larger.shape
    with pytest.raises(OptionError, match="at most 16 flat colours"):
        LabelMap(2, as_url(torch.rand(3, 8, 8)))
    with pytest.raises(ValueError, match="images is empty"):
        LabelMap(2).begin(None)


def test_own_functions_are_not_written_down():
    from pipelines.declarations.spec import to_spec

    with pytest.raises(ValueError, match="Function holds a function or embeddings"):
        to_spec(Function(1, lambda z, t: z.sum()))
    with pytest.raises(ValueError, match="phi is missing"):
        Function(1)(X, T, None)


def test_pictures_travel_as_text():
    picture = torch.rand(3, 5, 7) * 2 - 1
    url = as_url(picture)
    torch.testing.assert_close(as_tensor((url,), (5, 7))[0], picture, rtol=0, atol=1 / 127)
    assert as_url(url) == url and as_tensor((url,), (10, 14)).shape == (1, 3, 10, 14)
    clear = Image.new("RGBA", (4, 4), (255, 0, 0, 0))
    assert (as_tensor((as_url(clear),), (4, 4)) == 1).all(), "what is transparent is white"
    for wrong, told in (
        (Image.new("RGB", (300, 10)), "300x10"),
        (torch.full((3, 2, 2), torch.nan), "finite"),
        (3, "a int .*a PIL picture"),
    ):
        with pytest.raises(ValueError, match=told):
            as_url(wrong)


def test_the_prediction_of_a_pull_that_sees_x0_may_be_split():
    from pipelines.process.prediction import Split

    split = Split(torch.zeros_like(X), X)
    pull = Function(1, lambda z, t: z.sum(-1), sees="x0")
    torch.testing.assert_close(pull(X, T, split), pull(X, T, Prediction.from_eps(X, X, T)))
