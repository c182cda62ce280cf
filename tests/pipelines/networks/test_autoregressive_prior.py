"""The autoregressive prior: classes of components, and greedy, beams, T, top-K and top-p against enumerated
probabilities."""

from itertools import product

import pytest
import torch

from pipelines.networks.autoregressive_prior import AutoregressivePrior
from pipelines.networks.text_encoder import TextEncoder
from tests.tiny import tiny_autoregressive_prior, tiny_clip

CLASSES, STEPS = 4, 3
EVERY = torch.tensor(list(product(range(CLASSES), repeat=STEPS)))  # all 64 sequences


@pytest.fixture(scope="module")
def clip():
    return tiny_clip()


@pytest.fixture(scope="module")
def prior(clip):
    return tiny_autoregressive_prior(clip, STEPS, CLASSES)


@pytest.fixture(scope="module")
def told(clip):
    encoder = TextEncoder.from_clip(clip)
    with torch.no_grad():
        return lambda *texts: encoder.encode(list(texts))


@torch.no_grad()
def steps_of(prior, condition, null=None, w=0.0):
    """log p(c_k | c_<k) of every step of every sequence, by the network itself: (64, 3, 4)."""
    rows = torch.zeros(len(EVERY), dtype=torch.long)
    found = prior(EVERY, condition.rows(rows)).log_softmax(-1)
    if w:
        found = ((1 + w) * found - w * prior(EVERY, null.rows(rows)).log_softmax(-1)).log_softmax(-1)
    return found


def joint(steps):
    """log p of every sequence, (64,)."""
    return steps.gather(-1, EVERY[..., None])[..., 0].sum(-1)


def cut(steps, temperature=1.0, top_k=CLASSES, top_p=1.0):
    """What T, then top-K, then top-p make of probabilities, written out."""
    p = (steps / temperature).softmax(-1)
    order = p.argsort(-1, descending=True)
    place = order.argsort(-1)
    p = p * (place < top_k)
    p = p / p.sum(-1, keepdim=True)
    before = p.gather(-1, order).cumsum(-1) - p.gather(-1, order)  # of those that are likelier
    p = p * (before.gather(-1, place) < top_p)
    return p / p.sum(-1, keepdim=True)


def test_components_and_their_classes():
    torch.manual_seed(0)
    data = torch.nn.functional.normalize(
        torch.randn(400, 6) @ torch.diag(torch.tensor([3.0, 2, 1, 0.5, 0.3, 0.2])), dim=-1
    )
    prior = AutoregressivePrior(dim=6, text_width=5, length=2, components=6, classes=256, width=8, heads=1, layers=1)
    prior.fit(data)
    values = prior.values(data)
    torch.testing.assert_close(torch.cov(values.T), torch.eye(6), rtol=0, atol=1e-4)
    assert (prior.deviation.diff() <= 0).all()
    codes = prior.codes(data)
    inside = (values.abs() < prior.config.span).all(1)
    width = 2 * prior.config.span / 256
    assert inside.float().mean() > 0.9 and ((prior.centres[codes] - values)[inside].abs() <= width / 2 + 1e-5).all()
    assert (prior.embedding(codes) * data).sum(-1)[inside].min() > 0.999
    assert torch.equal(
        prior.embedding(codes[:, :1]),
        torch.nn.functional.normalize(
            prior.mean + prior.centres[codes[:, :1]] * prior.deviation[:1] @ prior.basis[:1], dim=-1
        ),
    )


def test_what_a_step_says_is_what_the_network_says(prior, told):
    condition = told("red apple")
    found = prior.generate(condition, seeds=(3,))
    row = int((found.codes == EVERY).all(1).nonzero())
    torch.testing.assert_close(found.log_probs[0], steps_of(prior, condition)[row], rtol=0, atol=1e-5)
    torch.testing.assert_close(found.kept, found.log_probs, rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    "knobs",
    [
        dict(),
        dict(temperature=0.5),
        dict(temperature=2.0),
        dict(top_k=2),
        dict(top_p=0.6),
        dict(temperature=1.7, top_k=3, top_p=0.8),
    ],
    ids=str,
)
def test_what_is_drawn_has_the_enumerated_probabilities(prior, told, knobs):
    n, condition = 4000, told("red apple")
    found = prior.generate(condition.rows(torch.zeros(n, dtype=torch.long)), seeds=range(n), **knobs)
    steps = cut(steps_of(prior, condition), **knobs)
    wanted = steps.gather(-1, EVERY[..., None])[..., 0].prod(-1)
    rows = (found.codes @ torch.tensor([16, 4, 1])).bincount(minlength=64)
    assert torch.equal(rows > 0, (rows > 0) & (wanted > 0))  # nothing that is cut off is drawn
    expected = wanted * n
    chi = ((rows - expected).square() / expected.clamp(min=1e-9))[expected > 0].sum()
    freedom = int((expected > 0).sum()) - 1
    assert chi < freedom + 4 * (2 * freedom) ** 0.5 + 4
    first = (found.codes[0] == EVERY).all(1).nonzero()[0, 0]
    torch.testing.assert_close(found.kept[0].exp(), steps[first], rtol=0, atol=1e-5)


def test_what_changes_nothing_changes_nothing(prior, told):
    condition, seeds = told(*["cat"] * 8), range(8)
    plain = prior.generate(condition, seeds=seeds)
    for knobs in (dict(top_p=1.0, top_k=0), dict(top_k=CLASSES), dict(temperature=1.0), dict(num_beams=1), dict(w=0.0)):
        again = prior.generate(condition, seeds=seeds, **knobs)
        assert torch.equal(again.codes, plain.codes) and torch.equal(again.kept, plain.kept), knobs
    assert len(set(map(tuple, plain.codes.tolist()))) > 1


def test_greedy_is_one_beam_and_the_limit_of_small_temperatures_and_of_one_class(prior, told):
    texts = ("red apple", "cat", "grapes", "")
    condition = told(*texts)
    greedy = prior.generate(condition, do_sample=False)
    for row, text in enumerate(texts):
        steps, codes = steps_of(prior, told(text)), []
        for k in range(STEPS):
            among = next(i for i in range(64) if EVERY[i, :k].tolist() == codes)
            codes.append(int(steps[among, k].argmax()))
        assert greedy.codes[row].tolist() == codes
    seeds = range(4)
    for knobs in (dict(temperature=0), dict(temperature=1e-4), dict(top_k=1), dict(top_p=1e-6)):
        assert torch.equal(prior.generate(condition, seeds=seeds, **knobs).codes, greedy.codes), knobs
    assert torch.equal(prior.generate(condition, do_sample=False, num_beams=1).codes, greedy.codes)


@pytest.mark.parametrize("beams", [2, 3, 64])
def test_beams_are_those_of_the_algorithm_written_out(prior, told, beams):
    for text in ("red apple", "grinning face", ""):
        condition = told(text)
        steps = steps_of(prior, condition)
        held = {(): 0.0}
        tree = {(): 0.0}
        for k in range(STEPS):
            longer = {}
            for codes, log_p in held.items():
                among = next(i for i in range(64) if tuple(EVERY[i, :k].tolist()) == codes)
                longer |= {(*codes, c): log_p + float(steps[among, k, c]) for c in range(CLASSES)}
            held = dict(sorted(longer.items(), key=lambda item: -item[1])[:beams])
            tree |= held
        found = prior.generate(condition, do_sample=False, num_beams=beams)
        best = max(held, key=held.get)
        assert tuple(found.codes[0].tolist()) == best
        branches = found.trees[0]
        assert {each.codes for each in branches} == set(tree)
        for each in branches:
            assert each.log_prob == pytest.approx(tree[each.codes], abs=1e-4)
            assert each.best == (best[: len(each.codes)] == each.codes)
            assert each.parent is None if not each.codes else branches[each.parent].codes == each.codes[:-1]
        if beams == 64:
            assert best == tuple(EVERY[joint(steps).argmax()].tolist())


def test_greedy_may_miss_the_likeliest_and_beams_never_do_worse(prior, told):
    for text in ("red apple", "cat", "grapes", "elephant", "smile", ""):
        log_p = joint(steps_of(prior, told(text)))
        found = [prior.generate(told(text), do_sample=False, num_beams=k).codes for k in (1, 64)]
        greedy, best = (float(log_p[(codes == EVERY).all(1)][0]) for codes in found)
        assert greedy <= best + 1e-6


def test_w_multiplies_probabilities(prior, told):
    condition, null = told("red apple"), told("")
    found = prior.generate(condition, null, w=1.5, do_sample=False, num_beams=64)
    steps = steps_of(prior, condition, null, 1.5)
    assert tuple(found.codes[0].tolist()) == tuple(EVERY[joint(steps).argmax()].tolist())
    untold = prior.generate(condition, null, w=-1.0, seeds=(5,))
    assert torch.equal(untold.codes, prior.generate(null, seeds=(5,)).codes)


def test_a_seed_alone_and_among_others(prior, told):
    together = prior.generate(told("cat", "red apple", "cat"), seeds=(1, 2, 3), temperature=1.5)
    for row, (text, seed) in enumerate((("cat", 1), ("red apple", 2), ("cat", 3))):
        assert torch.equal(prior.generate(told(text), seeds=(seed,), temperature=1.5).codes[0], together.codes[row])


@pytest.mark.parametrize(
    ("knobs", "said"),
    [
        (dict(temperature=-1.0), "temperature = -1.0"),
        (dict(temperature=float("nan")), "temperature = nan"),
        (dict(top_k=-1), "top_k = -1"),
        (dict(top_p=0.0), "top_p = 0.0"),
        (dict(top_p=1.5), "top_p = 1.5"),
        (dict(num_beams=0), "num_beams = 0"),
        (dict(num_beams=2), "num_beams = 2.*do_sample"),
        (dict(w=1.0), "null is missing"),
        (dict(seeds=(1, 2)), "seeds has 2 numbers for 1"),
    ],
)
def test_what_is_not_allowed_is_named(prior, told, knobs, said):
    with pytest.raises(ValueError, match=said):
        prior.generate(told("cat"), **knobs)


def test_it_saves_and_loads(prior, told, tmp_path):
    prior.save_pretrained(tmp_path)
    again = AutoregressivePrior.from_pretrained(tmp_path, torch_dtype=torch.float32).eval()
    assert [file.suffix for file in tmp_path.glob("*model*")] == [".safetensors"]
    assert all(torch.equal(value, again.state_dict()[key]) for key, value in prior.state_dict().items())
    found, wanted = (each.generate(told("cat"), seeds=(1,)) for each in (again, prior))
    assert torch.equal(found.codes, wanted.codes)
    torch.testing.assert_close(found.log_probs, wanted.log_probs, rtol=0, atol=1e-5)
