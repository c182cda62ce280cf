"""A recipe's rules, pulls and samplers on a network of a few thousand weights: what is planned, and what it costs."""

import pytest

from pipelines import (
    AMED,
    DDPM,
    PULLS,
    RULES,
    SAMPLERS,
    CFGPlusPlus,
    Classifier,
    ClassifierFree,
    Colour,
    Heun,
    Interval,
    Projected,
    Rescale,
    Scheduled,
    Semantic,
)
from pipelines.declarations.options import options_of
from studio.engine import Engine
from studio.engine import world as opened
from studio.page.options import BASES
from studio.recipe import Recipe, RecipeError
from studio.recipe.availability import unavailable
from studio.recipe.plan import plan
from tests.tiny import louder_pipeline, tiny_judge

STEPS, SEEDS = 3, (1, 2)
CURVE = {"name": "Scheduled", "end": 3.0, "rule": {"name": "Projected"}}


@pytest.fixture(scope="module")
def pipe():
    return louder_pipeline()


@pytest.fixture(scope="module")
def engine(pipe):
    return Engine(lambda name: opened.World(pipe, tiny_judge()))


def last(engine, **fields):
    recipe = Recipe(**{"prompt": "cat", "steps": STEPS, "seeds": SEEDS} | fields)
    return list(engine.run(recipe))[-1], recipe


def strength(name):
    return next(o.default for o in options_of(RULES[name]) if o.name == RULES[name].strength)


@pytest.mark.parametrize("name", BASES)
def test_the_cost_of_a_rule_is_what_the_network_is_asked(engine, name):
    rule = {"name": name, **({"zero_steps": 0} if name == "CFGZeroStar" else {})}
    frame, recipe = last(engine, rule=rule, w=strength(name))
    assert frame.calls == recipe.cost == RULES[name].calls * STEPS * len(SEEDS)
    frame, recipe = last(engine, rule=rule, w=0.0)
    alone = RULES[name].calls if name == "TwoScales" else 1  # its other scale asks on
    assert frame.calls == recipe.cost == alone * STEPS * len(SEEDS)


@pytest.mark.parametrize(
    "rule, w",
    [
        ({"name": "Rescale"}, 2.0),
        ({"name": "Rescale"}, -1.0),
        ({"name": "Rescale", "rule": {"name": "CFGPlusPlus"}}, 0.0),
        ({"name": "Interval", "low": 0.0, "high": 1.0, "rule": {"name": "Projected"}}, 2.0),
        ({"name": "Scheduled", "start": 1.0}, 0.0),
        ({"name": "Scheduled", "start": 0.0, "end": 0.0}, 3.0),
    ],
)
def test_the_cost_of_a_rule_around_another(engine, rule, w):
    frame, recipe = last(engine, rule=rule, w=w)
    assert frame.calls == recipe.cost


def test_an_interval_costs_at_most_what_is_said(engine):
    frame, recipe = last(engine, rule={"name": "Interval", "low": 0.4, "high": 0.6})
    assert STEPS * len(SEEDS) <= frame.calls < recipe.cost


@pytest.mark.parametrize("name", sorted(SAMPLERS))
def test_the_cost_of_a_sampler_is_what_the_network_is_asked(engine, name):
    frame, recipe = last(engine, sampler=name)
    spared = 2 * len(SEEDS) if name == "Heun" else 0  # one evaluation, of two branches, in the last step
    assert frame.calls == recipe.cost - spared


def test_the_true_gradient_costs_a_call_of_its_own(engine):
    colour = {"name": "Colour", "sees": "x0 exact"}
    frame, recipe = last(engine, w=0.0, pulls=[colour])
    assert frame.calls == 2 * STEPS * len(SEEDS) and recipe.calls_per_step == 3  # and one for the backward pass


@pytest.mark.parametrize(
    "fields, rule",
    [
        (dict(rule="Projected", w=3.0), Projected(3.0)),
        (dict(rule="CFGPlusPlus", w=0.4), CFGPlusPlus(0.4)),
        (dict(rule={"name": "Interval", "low": 0.3}), Interval(rule=ClassifierFree(2.0), low=0.3)),
        (
            dict(rule={"name": "Rescale", "phi": 0.2, "rule": CURVE}),
            Rescale(rule=Scheduled(Projected(2.0), end=3.0), phi=0.2),
        ),
    ],
)
def test_a_rule_becomes_its_object(fields, rule):
    assert plan(Recipe(prompt="cat", **fields))["rules"] == (rule,)


def test_pulls_take_what_the_prompt_says_where_they_say_nothing():
    pulls = [{"name": "Classifier", "gamma": 2, "tempering": "normalised"}, {"name": "Semantic", "sees": "x0"}]
    assert plan(Recipe(prompt="cat", gamma_clip=5, pulls=[*pulls, "Colour"]))["pulls"] == (
        Semantic(5.0, "cat"),
        Classifier(2.0, "mammal", tempering="normalised"),
        Semantic(40.0, "cat", sees="x0"),
        Colour(),
    )
    assert plan(Recipe(pulls=[*pulls, "Style"]))["pulls"] == ()


def test_a_sampler_becomes_its_object():
    assert plan(Recipe(sampler="Heun", sampler_options={"variable": "angle"}))["sampler"] == Heun("angle")
    fixed = {"coefficients": "fixed", "r": 0.3}
    assert plan(Recipe(sampler="AMED", sampler_options=fixed))["sampler"] == AMED("fixed", 0.3)
    options = dict(sampler="DDPM", route="mean", sampler_options={"at": "mean"})
    assert plan(Recipe(**options))["sampler"] == DDPM(route="mean", at="mean")


@pytest.mark.parametrize(
    "rule, told",
    [
        ({"name": "Interval", "low": 0.9, "high": 0.1}, "rule.low = 0.9"),
        ({"name": "Scheduled", "shape": "points"}, "rule.points"),
    ],
)
def test_options_that_do_not_go_together_are_told_as_any_other(engine, rule, told):
    with pytest.raises(RecipeError, match=told):
        last(engine, rule=rule)


def test_without_a_prompt_only_rules_that_compare_prompts_are_left_out():
    assert plan(Recipe(rule="Projected"))["rules"] == (ClassifierFree(-1.0),)
    assert plan(Recipe(rule="Perturbed"))["rules"] == (RULES["Perturbed"](2.0),)


def test_a_control_without_effect_is_on_the_last_frame(engine):
    late = {"name": "Interval", "low": 0.0, "high": 0.01}
    frame, _ = last(engine, rule=late, w=5.0)
    assert [(note.key, note.values["control"]) for note in frame.notes] == [("no_step", "Interval")]
    frame, _ = last(engine, rule="Projected", w=5.0)
    assert not [note for note in frame.notes if note.key == "no_effect"]


def test_every_pull_of_the_registry_can_be_said():
    assert all(Recipe(pulls=[name]).pulls for name in PULLS)


def test_what_is_said_to_be_missing_is_what_the_pipeline_says(monkeypatch):
    from pathlib import Path

    from pipelines.worlds import FOLDER, load_world

    if not (Path(FOLDER) / "emoji" / "model_index.json").is_file():
        pytest.skip("the weights of the emoji world are not there")
    monkeypatch.setattr("studio.recipe.vocabulary.WORLDS", FOLDER)
    pipe = load_world("emoji")
    told = {name: kind.unavailable(pipe) for name, kind in RULES.items() if kind.unavailable(pipe)}
    assert unavailable("emoji") == told
