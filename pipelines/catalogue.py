"""What every rule, pull and sampler declares, read from a file: without torch, for what only has to check and to show.

    python -m pipelines.catalogue     # writes the file again, from the registries

The classes here have the names, options and declarations of the real ones, and do nothing. `spec.from_spec` and
`spec.to_spec` take them as they take the real ones; what several options say together only the real ones check.
"""

from __future__ import annotations

import json
from dataclasses import asdict, field, make_dataclass
from pathlib import Path
from typing import Any

from .declarations.options import options_of
from .declarations.spec import inner_names

FILE = Path(__file__).with_suffix(".json")
SAID = ("summary", "equation", "source", "cost", "calls", "single", "neutral", "needs", "splits")
KINDS = ("rules", "pulls", "samplers", "conditions")


def declarations() -> dict[str, dict[str, dict]]:
    """Kind -> name -> what the registries say now. Imports torch."""
    from .conditions import CONDITIONS
    from .guidance import PULLS, RULES
    from .samplers import SAMPLERS

    found = {
        kind: {name: _declared(entry) for name, entry in registry.items()}
        for kind, registry in zip(KINDS, (RULES, PULLS, SAMPLERS, CONDITIONS), strict=True)
    }
    return json.loads(json.dumps(found))


def _declared(entry: type) -> dict:
    options = [{k: v for k, v in asdict(option).items() if v not in (None, ())} for option in options_of(entry)]
    said = {name: getattr(entry, name) for name in SAID}
    return {**said, "strength": getattr(entry, "strength", ""), "inner": inner_names(entry), "options": options}


def _light(name: str, declared: dict, inner: Any) -> type:
    """A frozen dataclass with these options. inner: default of the entry that it holds."""
    options = []
    for option in declared["options"]:
        told = {k: tuple(v) if isinstance(v, list) else v for k, v in option.items()}
        default = told.pop("default", ())
        options.append((told.pop("name"), Any, field(default=default, metadata={"option": told})))
    held = [(each, Any, field(default=inner, metadata={"inner": True})) for each in declared["inner"]]
    said = {k: tuple(v) if isinstance(v, list) else v for k, v in declared.items() if k not in ("options", "inner")}
    return make_dataclass(name, [*options, *held], frozen=True, namespace={**said, "portable": True})


def _registries() -> tuple[dict[str, type], ...]:
    written = json.loads(FILE.read_text("utf-8"))
    plain = _light("ClassifierFree", written["rules"]["ClassifierFree"], None)
    first = {"ClassifierFree": plain}
    return tuple(
        {name: first.get(name) or _light(name, declared, plain()) for name, declared in written.get(kind, {}).items()}
        for kind in KINDS
    )


RULES, PULLS, SAMPLERS, CONDITIONS = _registries() if FILE.is_file() else ({}, {}, {}, {})
WRAPPERS = {name: kind for name, kind in RULES.items() if inner_names(kind)}


def parts_of(rule) -> tuple[Any, tuple]:
    """The base rule, and the rules around it from the outermost."""
    around = []
    while type(rule).__name__ in WRAPPERS:
        around.append(rule)
        rule = rule.rule
    return rule, tuple(around)


def strengths(rule, w: float) -> set[float]:
    """The strengths that a run at w takes: of a schedule that moves, its own ends, or its points."""
    for wrapper in parts_of(rule)[1]:
        shape = getattr(wrapper, "shape", "constant")
        if shape != "constant":
            return set(wrapper.points) if shape == "points" else {wrapper.start, wrapper.end}
    return {w}


def rule_calls(rule, w: float) -> int:
    """Network calls a picture that one evaluation of the rule at w makes, at most."""
    base, around = parts_of(rule)
    taken = strengths(rule, w)
    calls = 1 if len(taken) == 1 and taken <= set(base.single) else base.calls
    return calls if taken == {0.0} and base.neutral is not None else max(calls, *(each.calls for each in around), 1)


def pull_calls(pull) -> int:
    """Network calls a picture that one evaluation of the pull makes."""
    return int(getattr(pull, "sees", "") == "x0 exact" and pull.gamma != 0) + pull.calls


if __name__ == "__main__":
    FILE.write_text(json.dumps(declarations(), ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"written: {FILE}")
