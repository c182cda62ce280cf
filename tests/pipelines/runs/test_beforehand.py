"""What is said of settings before a run, held to what the run then does."""

import warnings

import pytest
import torch

from pipelines import Classifier, ClassifierFree, GuidanceWarning, Interval, Scheduled, Semantic
from pipelines.conditions import ControlNet, T2IAdapter
from pipelines.exact import MixtureDenoiser
from pipelines.guidance import CFGPlusPlus, Colour, Plain, Rescale, Sum, TwoScales
from pipelines.guidance.shared import level
from pipelines.networks.context import reading
from pipelines.runs.beforehand import branches, closed, takes_apart, weaker
from pipelines.samplers import AMED, DDIM, SAMPLERS, Diffusers, Euler, Flow, Heun, ReverseSDE
from pipelines.samplers.base import no_pull
from pipelines.samplers.foreign import SOLVERS
from tests.pipelines.samplers.common import LAW, SCHEDULE, draws
from tests.studio.page.test_options import drawing, url
from tests.tiny import tiny_conditioned, tiny_pipeline

ENTRIES = [
    *(kind() for kind in SAMPLERS.values()),
    AMED("fixed", 0.3, 1.02),
    AMED("fixed", 0.0),
    Euler("noise"),
    Heun("angle"),
    ReverseSDE(2.0, "euler"),
    ReverseSDE(0.5),
    DDIM(0.7),
    Flow(3.0),
    Flow(grid="schedule"),
    *map(Diffusers, SOLVERS),
]
LONG = "a red cat with a green hat and a blue coat under seven yellow umbrellas beside the old grey elephant"
CHINESE = "一只戴着红帽子的大象坐在桌子上旁边有葡萄还有微笑的猫和很多红苹果以及绿色的树"


@pytest.fixture(scope="module")
def pipe():
    return tiny_pipeline()


@pytest.fixture(scope="module")
def conditioned():
    return tiny_conditioned()


def told(pipe, *prompt, **settings):
    """The warnings of a run, and its pictures."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        images = pipe(*prompt, output_type="pt", **settings).images
    return [str(each.message) for each in found if each.category is GuidanceWarning], images


def mixture(rule, sampler, steps=6):
    """The last points, and the times at which the network was asked."""
    denoiser, asked, rule = MixtureDenoiser(LAW, 0), [], rule.begin()

    def denoise(x, t):
        asked.append(t)
        return rule(denoiser, x, t)

    draw = draws(4)
    for _, x, _ in sampler.run(denoise, no_pull, draw((4, 2)), SCHEDULE.times(steps), draw, None):
        pass
    return x, asked


@pytest.mark.parametrize("steps", [1, 2, 7])
@pytest.mark.parametrize("sampler", ENTRIES, ids=str)
def test_the_times_that_a_sampler_names_are_those_at_which_it_asks(sampler, steps):
    _, asked = mixture(ClassifierFree(1.0), sampler, steps)
    assert sorted(set(asked)) == sorted(sampler.asked(SCHEDULE.times(steps)))


@pytest.mark.parametrize("lam", [0.3, 1.0])
@pytest.mark.parametrize("steps", [1, 6])
@pytest.mark.parametrize("sampler", ENTRIES, ids=str)
def test_cfg_plus_plus_is_told_exactly_where_it_is_only_classifier_free_guidance(sampler, steps, lam):
    """The law of both is the same to rounding, or it is not; and wherever it is, it is said."""
    own, _ = mixture(CFGPlusPlus(lam), sampler, steps)
    weak, _ = mixture(ClassifierFree(lam - 1), sampler, steps)
    same = torch.allclose(own, weak, atol=1e-6)
    for rule in (CFGPlusPlus(lam), Interval(rule=Rescale(rule=CFGPlusPlus(lam))), Sum((Plain(), CFGPlusPlus(lam)))):
        assert weaker(rule, sampler, steps) == ("CFGPlusPlus" if same else None)
    assert same == (steps == 1 or not takes_apart(sampler))
    assert weaker(ClassifierFree(2.0), sampler, steps) is None is weaker(CFGPlusPlus(0.0), sampler, steps)


def test_the_docstring_names_the_samplers_that_take_both_apart():
    named = {name for name in SAMPLERS if name in CFGPlusPlus.__doc__}
    assert named == {name for name, kind in SAMPLERS.items() if kind.splits}


@pytest.mark.parametrize(
    "text", [LONG, CHINESE, "ＡＢＣ ½ red ﬁsh " * 9, LONG.replace(" ", "  \n"), "x" * 199, "猫 cat, " * 30]
)
def test_what_is_kept_is_what_is_read_and_the_rest_is_not(pipe, text):
    for reader in (pipe.text_encoder, pipe.clip):
        kept, left = reader.reading(text)
        assert kept and left and f"{kept} {left}".replace(" ", "") == "".join(text.split())
        assert torch.equal(reader.tokenize([text]), reader.tokenize([f"{text} more"]))
        whole = reader.tokenize([kept])[0]
        whole = whole[whole != 0]
        assert len(whole) <= reader.length and torch.equal(reader.tokenize([text])[0][: len(whole) - 1], whole[:-1])


def test_a_text_that_fits_is_kept_whole_to_the_last_token(pipe):
    tokenizer, words = pipe.text_encoder.tokenizer, LONG.split()
    most = max(n for n in range(len(words)) if not reading(tokenizer, " ".join(words[:n])).left_out)
    kept, left = reading(tokenizer, LONG)
    assert kept == " ".join(words[:most]) and left.split() == words[most:]
    assert reading(tokenizer, "") == ("", "")


def test_words_that_are_left_out_are_told_of_every_text(pipe):
    pull = Semantic(5.0, LONG + " tea", others=("cat", CHINESE))
    settings = dict(negative_prompt=CHINESE + "鱼", rules=[ClassifierFree(1.0)], pulls=[pull], num_inference_steps=2)
    found, _ = told(pipe, [LONG, "cat"], seeds=(0, 1), **settings)
    for name, text in (
        ("prompt", LONG),
        ("negative_prompt", CHINESE + "鱼"),
        ("Semantic.text", LONG + " tea"),
        ("Semantic.others", CHINESE),
    ):
        assert any(each.startswith(f"{name}: ") and repr(pipe.clip.reading(text).left_out) in each for each in found), (
            name
        )
    assert len(found) == 4
    assert told(pipe, "cat", pulls=[Semantic(0.0, LONG), Semantic(5.0, "cat")], num_inference_steps=2)[0] == []


def between(steps, sampler=DDIM()):
    """A window of noise levels between two times at which the sampler asks, and one around the first of them."""
    levels = sorted(level(t) for t in sampler.asked(SCHEDULE.times(steps)))
    low, high = max(zip(levels, levels[1:]), key=lambda pair: pair[1] - pair[0])
    gap = (high - low) / 3
    return dict(low=low + gap, high=high - gap), dict(low=low - gap / 9, high=low + gap)


@pytest.mark.parametrize("sampler", [DDIM(0.5), Heun(), AMED("fixed", 0.3), Flow(2.0), Diffusers()], ids=str)
def test_a_window_that_hits_no_step_is_told_and_is_as_no_guidance(pipe, sampler):
    empty, hit = between(4, sampler)
    settings = dict(sampler=sampler, num_inference_steps=4, seeds=(3,))
    found, pictures = told(pipe, "cat", rules=[Interval(rule=ClassifierFree(2.0), **empty)], **settings)
    assert found == ["Interval lets its rule act at none of the 4 steps: it does not guide."]
    assert torch.equal(pictures, told(pipe, "cat", **settings)[1])
    found, pictures = told(pipe, "cat", rules=[Interval(rule=ClassifierFree(2.0), **hit)], **settings)
    assert found == [] and not torch.equal(pictures, told(pipe, "cat", **settings)[1])


def test_a_schedule_that_is_zero_at_every_step_is_told_and_one_at_w_zero_is_no_surprise():
    times = SCHEDULE.times(3)[:-1]
    u = [1 - level(t) for t in times]
    points = [0.0] * 50
    points[25] = 9.0
    assert all(abs(each - 25 / 49) > 1 / 49 for each in u)
    silent = Scheduled(rule=ClassifierFree(2.0), shape="points", points=tuple(points))
    assert closed(silent, times) is silent and closed(Rescale(rule=silent), times) is silent
    assert closed(Scheduled(rule=ClassifierFree(2.0)), times) is None
    assert closed(Interval(rule=ClassifierFree(0.0), low=0.0, high=0.0), times) is None
    assert closed(Interval(rule=TwoScales(0.0, 1.0), low=0.0, high=0.0), times) is not None
    assert branches(ClassifierFree(-1.0), times) == {"null"} and branches(Plain(), times) == {"conditional"}


@pytest.mark.parametrize("kind", [ControlNet, T2IAdapter])
def test_a_condition_between_two_steps_is_told(conditioned, kind):
    def run(start, end):
        one = kind(images=(url(drawing()),), start=start, end=end)
        return told(conditioned, "cat", conditions=[one], num_inference_steps=4, seeds=(2,))

    found, pictures = run(0.3, 0.4)
    assert found == [f"{kind.__name__} has no effect: none of the 4 steps lies whole between its start and its end."]
    assert torch.equal(pictures, told(conditioned, "cat", num_inference_steps=4, seeds=(2,))[1])
    assert run(0.3, 0.7)[0] == found and torch.equal(run(0.5, 0.5)[1], pictures)
    found, other = run(0.25, 0.5)
    assert found == [] and not torch.equal(pictures, other)


def test_what_only_the_run_can_show_is_told_after_it(pipe):
    rules = [ClassifierFree(2.0)]
    assert told(pipe, rules=rules, num_inference_steps=2)[0] == ["ClassifierFree had no effect on these pictures."]
    assert told(pipe, "cat", rules=rules, num_inference_steps=2)[0] == []
    faint = [Colour(1e-9), Classifier(0.0, "food")]
    assert told(pipe, "cat", pulls=faint, num_inference_steps=2)[0] == ["Colour had no effect on these pictures."]
    found, _ = told(pipe, "cat", negative_prompt="dog", rules=[ClassifierFree(0.0)], num_inference_steps=2)
    assert found == ["negative_prompt had no effect on these pictures."]


def test_settings_that_are_wrong_are_refused_as_before(pipe):
    for wrong in (dict(rules="ClassifierFree"), dict(pulls=3), dict(num_inference_steps=0), dict(sampler="DDIM")):
        with pytest.raises((ValueError, TypeError)):
            pipe("cat", **wrong)
