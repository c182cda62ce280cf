"""What every rule and pull of the registries promises. A new entry is tested by being there; pulls that need a picture
or a label get one in `SETTINGS`."""

from __future__ import annotations

import itertools
import json

import pytest
import torch

from pipelines.declarations.declared import REASONS
from pipelines.declarations.inline import as_url
from pipelines.declarations.options import OptionError, options_of
from pipelines.declarations.spec import from_spec, to_spec
from pipelines.guidance import PULLS, RULES, ClassifierFree, Plain
from pipelines.guidance.wrapper import Wrapper
from pipelines.process.prediction import Prediction
from pipelines.process.schedule import NoiseSchedule
from pipelines.runs.effects import Controls
from pipelines.samplers import DDIM, DDPM
from tests.tiny import louder_pipeline, tiny_pictures

ALL = RULES | PULLS
STRIPES = as_url(torch.linspace(-1, 1, 4).repeat_interleave(4).expand(3, 16, 16))
SETTINGS = {
    "Classifier": {"label": "food"},
    "Semantic": {"text": "red apple", "others": ["cat"], "images": [STRIPES]},
    "Style": {"images": [STRIPES]},
    "LabelMap": {"images": [STRIPES]},
    "Scheduled": {"start": 0.2, "end": 1.0},
}
SEEDS = (1, 2)


def make(name, **options):
    return from_spec({"name": name, **SETTINGS.get(name, {}), **options}, ALL)


def strongest(name):
    """The entry at both ends of its strength: w of the inner rule for a wrapper."""
    kind = ALL[name]
    if issubclass(kind, Wrapper):
        return [
            make(
                name, rule={"name": "ClassifierFree", "w": w}, **({"shape": "constant"} if name == "Scheduled" else {})
            )
            for w in (-1, 20)
        ]
    option = next(o for o in options_of(kind) if o.name == (kind.strength if name in RULES else "gamma"))
    return [make(name, **{option.name: end}) for end in (option.low, option.high)]


@pytest.fixture(scope="module")
def pipe():
    return louder_pipeline()


def run(pipe, *entries, prompt="red apple", **settings):
    settings = {"num_inference_steps": 2, "seeds": SEEDS, "output_type": "latent"} | settings
    rules, pulls = ([e for e in entries if type(e).__name__ in kind] for kind in (RULES, PULLS))
    return pipe(prompt, rules=rules, pulls=pulls, **settings).images


@pytest.fixture(scope="module")
def plain(pipe):
    return run(pipe)


@pytest.mark.parametrize("name", sorted(ALL))
def test_it_says_what_it_is(name):
    kind = ALL[name]
    assert all(
        isinstance(getattr(kind, said), str) and getattr(kind, said)
        for said in ("summary", "equation", "source", "cost")
    )
    assert "\n" not in kind.summary and len(kind.summary) <= 140 and "$" not in kind.equation
    assert kind.equation.count("{") == kind.equation.count("}")
    assert set(kind.needs) <= set(REASONS)
    assert all(o.label and o.help for o in options_of(kind))


@pytest.mark.parametrize("name", sorted(ALL))
def test_its_options_reject_what_they_do_not_allow(name):
    kind = ALL[name]
    for option in options_of(kind):
        wrong = [None, True, {"a": 1}, object()]
        wrong += (
            [float("nan"), float("inf"), option.high + 1, option.low - 1, "much"] if option.kind == "number" else []
        )
        wrong += ["no such choice", 1] if option.kind == "choice" else []
        wrong += [[option.high + 1], [float("nan")], [0.5] * 99, "1"] if option.kind == "numbers" else []
        wrong += ["x" * 1000, 1, [1], ["a"] * 1025] if option.kind in ("text", "texts") else []
        wrong += (
            ["x.png", "data:image/png;base64,AAAA", [STRIPES] * 99, torch.zeros(2)] if option.kind == "pictures" else []
        )
        for value in wrong:
            with pytest.raises(OptionError, match=rf"{option.name}(\[0\])? = .* is not allowed; allowed: ") as told:
                kind(**{option.name: value})
            assert told.value.field.removesuffix("[0]") == option.name and len(str(told.value)) < 600


WRAPPERS = sorted(name for name, kind in RULES.items() if issubclass(kind, Wrapper))
OFF = {"rule": {"name": "ClassifierFree", "w": 0.0}}


@pytest.mark.parametrize("name", sorted(set(ALL) - {"CFGPlusPlus"}))
def test_its_neutral_value_is_the_plain_model_to_the_bit(pipe, plain, name):
    neutral = make(name, **ALL[name].neutral, **(OFF if name in WRAPPERS else {}))
    step = last(pipe, neutral)
    assert torch.equal(step.x, plain)
    effect = step.effects[0]
    assert effect.name == name and effect.change == 0 and effect.none


@pytest.mark.parametrize("name", WRAPPERS)
def test_around_another_rule_its_neutral_value_is_that_one_to_the_bit(pipe, name):
    inner = ClassifierFree(3.0)
    step = last(pipe, make(name, rule=to_spec(inner), **ALL[name].neutral))
    assert torch.equal(step.x, run(pipe, inner)) and step.effects[1].none


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_rule_that_says_it_is_inert_is_the_plain_model_to_the_bit(pipe, plain, name):
    """A wrapper says it of itself around a rule that is: it may act all the same."""
    neutral = RULES[name].neutral
    assert not make(name).inert and (neutral is None) == (name == "CFGPlusPlus")
    around = {"start": 0.0, "end": 0.0} if name == "Scheduled" else {}
    rule = make(name, **OFF, **around) if name in WRAPPERS else make(name, **neutral or {})
    assert rule.inert == torch.equal(run(pipe, rule), plain)
    if name in WRAPPERS:
        assert make(name, **neutral, **OFF).inert and not make(name, **neutral).inert


def test_cfg_plus_plus_has_no_neutral_value_and_at_0_is_the_unconditional_model(pipe):
    assert RULES["CFGPlusPlus"].neutral is None
    assert torch.equal(run(pipe, make("CFGPlusPlus", lam=0)), run(pipe, ClassifierFree(-1)))


def last(pipe, *entries, **settings):
    rules, pulls = ([e for e in entries if type(e).__name__ in kind] for kind in (RULES, PULLS))
    return list(pipe.steps("red apple", rules=rules, pulls=pulls, num_inference_steps=2, seeds=SEEDS, **settings))[-1]


@pytest.mark.parametrize("name", sorted(ALL))
def test_it_acts_repeats_itself_and_a_batch_is_its_singles(pipe, plain, name):
    entry = make(name)
    both = run(pipe, entry)
    assert both.isfinite().all() and both.shape == (2, 3, 16, 16)
    assert not torch.equal(both, plain)
    assert torch.equal(both, run(pipe, entry)), "run state must not outlive a run"
    torch.testing.assert_close(both[1:], run(pipe, entry, seeds=SEEDS[1:]), rtol=0, atol=2e-4)


@pytest.mark.parametrize("name", sorted(ALL))
def test_it_is_written_down_and_read_back(name):
    entry = make(name)
    spec = json.loads(json.dumps(to_spec(entry)))
    assert spec["name"] == name and from_spec(spec, ALL) == entry and to_spec(from_spec(spec, ALL)) == spec
    assert set(spec) == {
        "name",
        *(o.name for o in options_of(type(entry))),
        *(["rule"] if issubclass(ALL[name], Wrapper) else []),
    }


@pytest.mark.parametrize("name", sorted(ALL))
def test_extremes_single_steps_and_other_samplers_stay_finite(pipe, name):
    for entry, sampler in zip(strongest(name), (DDIM(), DDPM(route="mean", at="mean")), strict=True):
        assert run(pipe, entry, sampler=sampler, num_inference_steps=1, seeds=SEEDS[:1]).isfinite().all()


def controls(pipe, rules=(), pulls=()):
    """The functions that a sampler asks, at one x_t: cheaper than a run, for the many pairs."""
    denoiser = pipe.denoiser(["red apple"] * 2, [""] * 2)
    return Controls(denoiser, [r.begin() for r in rules], [p.begin(pipe).bind(denoiser) for p in pulls])


@torch.no_grad()
@pytest.mark.parametrize("name", sorted(ALL))
def test_it_composes_with_every_other_rule_and_pull(pipe, name):
    x, t, entry = tiny_pictures(2), pipe.schedule.at(400), make(name)
    for other in sorted(ALL)[sorted(ALL).index(name) :]:
        pair = [entry, make(other)]
        asked = controls(
            pipe, [e for e in pair if type(e).__name__ in RULES], [e for e in pair if type(e).__name__ in PULLS]
        )
        guided = asked.denoise(x, t)
        gradient = asked.pull(x, t, guided)
        for part in (*guided, *([] if gradient is None else [gradient])):
            assert part.shape == x.shape and part.isfinite().all(), other


@torch.no_grad()
@pytest.mark.parametrize("outer, inner", itertools.product(WRAPPERS, sorted(RULES)))
def test_wrappers_hold_every_rule(pipe, outer, inner):
    rule = make(outer, rule=to_spec(make(inner)))
    assert from_spec(to_spec(rule), RULES) == rule
    guided = controls(pipe, [rule]).denoise(tiny_pictures(2), pipe.schedule.at(400))
    assert guided.x0.isfinite().all() and guided.eps.isfinite().all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.float64], ids=str)
@pytest.mark.parametrize("name", sorted(set(ALL) - {"Classifier", "Semantic", "Style"}))
def test_both_ends_of_t_and_other_precisions(name, dtype):
    """Both ends of t, with predictions that are equal or zero, in half and double: no NaN, no other dtype."""
    schedule, x = NoiseSchedule(), tiny_pictures(2).to(dtype)
    for scale, index in itertools.product((0.0, 0.5), (0, 999)):
        t = schedule.at(index)

        def denoiser(x, t, *branches):
            x0 = {"conditional": x.sign() * scale, "null": x.sign() * scale * 0.5}
            return [Prediction.from_x0(x, x0.get(branch, x * 0), t) for branch in branches]

        entries = [make(name), *strongest(name)]
        for entry in entries:
            if name in RULES:
                guided = entry.begin()(denoiser, x, t)
                assert (
                    guided.x0.dtype == guided.eps.dtype == dtype
                    and guided.x0.isfinite().all()
                    and guided.eps.isfinite().all()
                )
            else:
                gradient = entry.begin(None)(x, t, Prediction.from_x0(x, x.sign(), t))
                assert gradient.dtype == dtype and gradient.isfinite().all()


@pytest.mark.parametrize("name", sorted(ALL))
def test_it_says_why_it_cannot_be_used(pipe, name):
    class Bare:
        unet = torch.nn.Linear(1, 1)
        classifier = clip = weak = None
        has_null = False

    kind = ALL[name]
    assert kind.unavailable(pipe) is None and make(name).lacks(pipe) is None
    assert kind.unavailable(Bare) == (REASONS[kind.needs[0]] if kind.needs else None)
    if issubclass(kind, Wrapper):
        assert make(name).lacks(Bare) == REASONS["null"]


def test_effects_are_told(pipe):
    """A control that did nothing is known to have done nothing; one that acted is not accused."""
    rules = [ClassifierFree(2), make("Interval", low=0.0, high=0.01)]
    effects = last(pipe, *rules, make("Classifier", gamma=9), make("Colour", gamma=0)).effects
    assert [e.none for e in effects] == [False, True, False, False, True]
    assert [e.kind for e in effects] == ["rule", "rule", "wrapper", "pull", "pull"]
    assert last(pipe, ClassifierFree(0), negative_prompt="cat").effects[-1].kind == "negative_prompt"
    assert all(e.kind == "rule" for e in last(pipe, ClassifierFree(2), negative_prompt="cat").effects)
    unknown = last(pipe, ClassifierFree(-1)).effects[0]
    assert unknown.change is None and not unknown.none


def test_a_negative_prompt_that_says_the_same_has_no_effect(pipe):
    """Row 27: as of a distilled model that ignores its null branch, w then does nothing, and is said to."""
    assert last(pipe, ClassifierFree(5), negative_prompt="red apple").effects[0].none


def test_no_rule_leaves_the_plain_model(pipe, plain):
    assert (
        torch.equal(run(pipe), plain)
        and Plain()(controls(pipe).denoiser, tiny_pictures(2), pipe.schedule.at(5)).x0.isfinite().all()
    )
