"""Dictionaries of entries: what nobody allows is told by its name."""

import pytest

from pipelines.declarations.options import OptionError
from pipelines.declarations.spec import from_spec
from pipelines.guidance import RULES

HOSTILE = [
    (None, "spec = "),
    ([], "spec = "),
    ("ClassifierFree", "spec = "),
    ({}, "spec.name = None"),
    ({"name": "os"}, "spec.name = 'os'.*'Auto'"),
    ({"name": ["ClassifierFree"]}, "spec.name = "),
    ({"name": "__class__"}, "spec.name"),
    ({"name": "ClassifierFree", "w": "2"}, "spec.w = '2'.*-1 to 20"),
    ({"name": "ClassifierFree", "w": 10**5000}, "spec.w = a number of"),
    ({"name": "ClassifierFree", "v": 2}, r"spec.v = 2.*\['w'\] of Class"),
    ({"name": "ClassifierFree", 3: 2}, "spec.3 = 2"),
    ({"name": "Projected", "state": {}}, "spec.state = "),
    ({"name": "Interval", "rule": {"name": "Interval", "low": 2}}, "spec.rule.low = 2.*0 to 1"),
    ({"name": "Interval", "rule": 3}, "spec.rule = 3"),
    ({"name": "Interval", "low": 0.9, "high": 0.1}, "low = 0.9.*high"),
    ({"name": "Interval", "rule": {"name": "Colour"}}, "spec.rule.name = 'Colour'"),
    ({"name": "Scheduled", "shape": "points"}, "points"),
    (
        {"name": "Scheduled", "end": 5, "rule": {"name": "CFGPlusPlus"}},
        "end = 5.0 .* from 0 to 1 with the rule CFGPlusPlus",
    ),
]


@pytest.mark.parametrize("spec, told", HOSTILE, ids=[told for _, told in HOSTILE])
def test_hostile_specs_are_told_by_name(spec, told):
    with pytest.raises(OptionError, match=told):
        from_spec(spec, RULES)


def test_a_spec_may_not_be_deep():
    spec = {"name": "ClassifierFree"}
    for _ in range(5000):
        spec = {"name": "Interval", "rule": spec}
    with pytest.raises(OptionError, match="at most 6 inside one another"):
        from_spec(spec, RULES)
