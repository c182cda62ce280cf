"""How many network calls an evaluation makes, from what the entries declare."""

import pytest

from pipelines import PULLS, RULES, WRAPPERS
from pipelines.declarations.spec import from_spec
from pipelines.process.schedule import NoiseSchedule
from pipelines.runs.beforehand import branches


@pytest.mark.parametrize(
    "spec, calls",
    [
        ({"name": "ClassifierFree", "w": 2.0}, 2),
        ({"name": "ClassifierFree", "w": -1.0}, 1),
        ({"name": "Projected", "w": -1.0}, 2),
        ({"name": "CFGPlusPlus", "lam": 0.0}, 1),
        ({"name": "Interval", "rule": {"name": "ClassifierFree", "w": 0.0}}, 1),
        ({"name": "Rescale", "rule": {"name": "ClassifierFree", "w": 0.0}}, 1),
        ({"name": "Rescale", "rule": {"name": "ClassifierFree", "w": -1.0}}, 2),
        ({"name": "Interval", "rule": {"name": "Rescale", "rule": {"name": "Auto", "w": 1.0}}}, 2),
        ({"name": "Scheduled", "start": 0.0, "end": 0.0, "rule": {"name": "ClassifierFree", "w": 5.0}}, 1),
        ({"name": "Scheduled", "start": 0.0, "end": 3.0, "rule": {"name": "ClassifierFree", "w": 0.0}}, 2),
        (
            {
                "name": "Scheduled",
                "shape": "points",
                "points": [0.0, 1.0],
                "rule": {"name": "ClassifierFree", "w": 0.0},
            },
            2,
        ),
        ({"name": "Scheduled", "shape": "constant", "rule": {"name": "ClassifierFree", "w": 0.0}}, 1),
    ],
)
def test_calls_follow_from_the_declarations(spec, calls):
    assert from_spec(spec, RULES).evaluations == calls


@pytest.mark.parametrize(
    "spec, calls",
    [
        ({"name": "Colour"}, 0),
        ({"name": "Colour", "sees": "x0 exact"}, 1),
        ({"name": "Colour", "sees": "x0 exact", "gamma": 0.0}, 0),
    ],
)
def test_a_pull_calls_the_network_where_its_gradient_goes_through_it(spec, calls):
    assert from_spec(spec, PULLS).evaluations == calls


def test_a_rule_knows_what_is_around_it_and_takes_another_strength():
    rule = from_spec({"name": "Interval", "rule": {"name": "Rescale", "rule": {"name": "Auto", "w": 1.0}}}, RULES)
    assert [type(each).__name__ for each in rule.around] == ["Interval", "Rescale"]
    assert rule.base == RULES["Auto"](1.0) and rule.with_strength(3).base == RULES["Auto"](3.0)
    assert rule.with_strength(3).strengths == {3.0}


@pytest.mark.parametrize(
    "spec, field",
    [
        ({"name": "Interval", "low": 0.8, "high": 0.2}, "rule.low"),
        ({"name": "Rescale", "rule": {"name": "Interval", "low": 0.8, "high": 0.2}}, "rule.rule.low"),
        ({"name": "Scheduled", "shape": "points"}, "rule.points"),
    ],
)
def test_what_options_say_together_is_refused_where_it_is_said(spec, field):
    with pytest.raises(ValueError) as caught:
        from_spec(spec, RULES, "rule")
    assert caught.value.field == field


@pytest.mark.parametrize("strength", [-1.0, 0.0, 0.7])
@pytest.mark.parametrize("name", sorted(RULES.keys() - WRAPPERS.keys()))
def test_a_rule_says_which_branch_it_asks_alone(name, strength):
    kind = RULES[name]
    if not kind().strength_option.low <= strength:
        pytest.skip("no such strength")
    options = {"zero_steps": 0} if name == "CFGZeroStar" else {"w_condition": 0.0} if name == "TwoScales" else {}
    rule = kind(**{kind.strength: strength}, **options)
    asked = branches(rule, NoiseSchedule().times(2)[:-1])
    assert rule.only == (next(iter(asked)) if len(asked) == 1 else None)
    assert rule.needed == (() if asked == {"conditional"} else kind.needs)
