"""Runs together are the runs alone, and the network sees less."""

import pytest
import torch

from pipelines import DDIM, DDPM, Auto, Classifier, ClassifierFree, Heun, Semantic
from pipelines.guidance import RULES
from pipelines.runs.batched import _first_equal, together

from ...tiny import tiny_pipeline

STEPS = 5


@pytest.fixture(scope="module")
def pipe():
    return tiny_pipeline()


def run(rules=(), pulls=(), prompt="red apple", seeds=(3, 4), **more):
    return dict(prompt=prompt, rules=rules, pulls=pulls, seeds=seeds, num_inference_steps=STEPS, **more)


def counted(pipe, job):
    """What a job gives, and how many pictures the network looked at."""
    seen, forward = [], pipe.unet.forward
    pipe.unet.forward = lambda sample, *a, **n: seen.append(len(sample)) or forward(sample, *a, **n)
    try:
        return job(), seen
    finally:
        del pipe.unet.forward


def last(steps):
    for step in steps:  # noqa: B007 (the last one is used)
        pass
    return step


def assert_alone(pipe, runs):
    """Equal to the runs alone within an eighth of one level of 255, at every step."""
    alone = [[step.x for step in pipe.steps(**each)] for each in runs]
    for index, steps in enumerate(together(pipe, runs)):
        for each, other in zip(steps, alone, strict=True):
            torch.testing.assert_close(each.x, other[index], atol=1e-3, rtol=0)
    assert index == STEPS - 1


def test_strengths_of_one_rule(pipe):
    assert_alone(pipe, [run([ClassifierFree(w)]) for w in (-1.0, 0.0, 0.5, 3.0)])


def test_other_prompts_seeds_rules_and_pulls(pipe):
    assert_alone(
        pipe,
        [
            run([ClassifierFree(2.0)], seeds=(3,)),
            run([ClassifierFree(2.0)], prompt="cat", negative_prompt="red apple", seeds=(5, 6, 7)),
            run([RULES["Projected"](4.0)]),
            run([RULES["Interval"](low=0.3, high=0.7, rule=RULES["Rescale"](rule=ClassifierFree(2.0)))]),
            run([RULES["CFGZeroStar"](2.0, zero_steps=2)]),
            run([RULES["Perturbed"](1.0)]),
            run([RULES["Scheduled"](start=0.0, end=2.0)]),
            run([ClassifierFree(1.0), RULES["Perturbed"](1.0)]),
            run([ClassifierFree(0.0)], [Classifier(3.0, "food"), Semantic(20.0, "red apple")]),
            run([ClassifierFree(0.0)], [Semantic(20.0, "cat", sees="x0 exact")]),
            run(),
        ],
    )


@pytest.mark.parametrize("sampler", [DDIM(eta=1.0), DDPM(route="mean"), Heun()], ids=lambda each: type(each).__name__)
def test_every_run_has_its_own_noise(pipe, sampler):
    pulled = run([ClassifierFree(1.0)], [Classifier(3.0, "food")], sampler=sampler)
    assert_alone(pipe, [run([ClassifierFree(w)], sampler=sampler) for w in (0.0, 2.0)] + [pulled])


def test_cfg_plus_plus_goes_with_its_like_only(pipe):
    plus = RULES["CFGPlusPlus"]
    assert_alone(pipe, [run([plus(w)]) for w in (0.2, 0.6)])
    with pytest.raises(ValueError, match="CFGPlusPlus"):
        last(together(pipe, [run([plus(0.6)]), run([ClassifierFree(1.0)])]))


def test_equal_rows_are_asked_once(pipe):
    runs = [run([ClassifierFree(w)]) for w in (0.0, 0.0, 2.0, -1.0)]
    _, seen = counted(pipe, lambda: last(together(pipe, runs)))
    assert seen[0] == 4  # one noise a seed, with the prompt and without
    assert seen[1:] == [2 + 4 + 2] * (STEPS - 1)  # the two at w = 0 are one
    _, alone = counted(pipe, lambda: [last(pipe.steps(**each)) for each in runs])
    assert sum(seen) < 0.75 * sum(alone)


def test_no_call_is_larger_than_allowed(pipe):
    runs = [run([ClassifierFree(w)], seeds=range(5)) for w in (1.0, 2.0)]
    _, seen = counted(pipe, lambda: last(together(pipe, runs, max_rows=8)))
    assert max(seen) <= 8 and sum(seen) == 10 + 20 * (STEPS - 1)


def test_effects_are_those_of_each_run(pipe):
    steps = last(together(pipe, [run([ClassifierFree(0.0)]), run([ClassifierFree(2.0)])]))
    assert [step.effects[0].none for step in steps] == [True, False]


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        ([], "runs is empty"),
        ([run(), run(sampler=DDPM())], "cannot go together"),
        ([run(), run() | {"num_inference_steps": 3}], "cannot go together"),
        ([run(observer=None)], "observer"),
        ([run([Auto(1.0)])], "Auto"),
    ],
)
def test_what_cannot_go_together_says_so(pipe, runs, said):
    with pytest.raises(ValueError, match=said):
        last(together(pipe, runs))


def test_first_equal():
    x = torch.randn(4, 3, 8, 8)
    x[2] = x[0]
    x[3] = x[0]
    x[3, 0, 0, 1] += 1  # between the pixels that are looked at first
    assert _first_equal(x) == [0, 1, 0, 3]
