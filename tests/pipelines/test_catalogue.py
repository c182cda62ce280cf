"""What the file says of rules, pulls, samplers and conditions is what they declare."""

import json

import pytest

from pipelines import catalogue
from pipelines.declarations.spec import from_spec, to_spec


def test_the_file_is_what_the_registries_declare():
    written = json.loads(catalogue.FILE.read_text("utf-8"))
    assert written == catalogue.declarations(), "run: python -m pipelines.catalogue"


@pytest.mark.parametrize("kind", catalogue.KINDS)
def test_an_entry_reads_and_writes_the_same_specs_as_the_real_one(kind):
    from pipelines import CONDITIONS, PULLS, RULES, SAMPLERS

    real = {"rules": RULES, "pulls": PULLS, "samplers": SAMPLERS, "conditions": CONDITIONS}[kind]
    light = getattr(catalogue, kind.upper())
    for name in real:
        spec = to_spec(from_spec({"name": name}, light))
        assert spec == to_spec(from_spec({"name": name}, real))


@pytest.mark.parametrize(
    "spec, w, calls",
    [
        ({"name": "ClassifierFree"}, 2.0, 2),
        ({"name": "ClassifierFree"}, -1.0, 1),
        ({"name": "Projected"}, -1.0, 2),
        ({"name": "CFGPlusPlus"}, 0.0, 1),
        ({"name": "Interval"}, 0.0, 1),
        ({"name": "Rescale"}, 0.0, 1),
        ({"name": "Rescale"}, -1.0, 2),
        ({"name": "Interval", "rule": {"name": "Rescale", "rule": {"name": "Auto"}}}, 1.0, 2),
        ({"name": "Scheduled", "start": 0.0, "end": 0.0}, 5.0, 1),
        ({"name": "Scheduled", "start": 0.0, "end": 3.0}, 0.0, 2),
        ({"name": "Scheduled", "shape": "points", "points": [0.0, 1.0]}, 0.0, 2),
        ({"name": "Scheduled", "shape": "constant"}, 0.0, 1),
    ],
)
def test_calls_follow_from_the_declarations(spec, w, calls):
    assert catalogue.rule_calls(from_spec(spec, catalogue.RULES), w) == calls
