"""Every field and option of a recipe with every kind of wrong value, by every way in: refused by name, or right."""

import asyncio
import json
import math
import re
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from urllib.parse import urlencode

import gradio as gr
import pytest

from pipelines import CONDITIONS, PULLS, RULES, SAMPLERS, WRAPPERS
from pipelines.declarations.options import options_of
from studio import frame as wiring
from studio.page.status import problem_pair
from studio.recipe import FIELDS, Recipe, RecipeError
from studio.recipe.faults import faults_of
from studio.recipe.specs import FLAT
from studio.tabs.play.handlers import Play
from tests.studio.fakes import FakeEngine
from tests.studio.recipe.test_conditions import LARGE, cut

DEEP = reduce(lambda held, _: [held], range(200), None)
KINDS = {
    "nan": math.nan,
    "infinite": -math.inf,
    "true": True,
    "null": None,
    "negative": -1,
    "fraction": 0.5,
    "huge": 10**30,
    "large": 1e308,
    "empty": "",
    "text": "banana",
    "html": "<b>x</b>",
    "long": "x" * 100_000,
    "control": "a\0b",
    "broken": "\ud800",
    "word": "null",
    "no JSON": "[1,",
    "path": "../../etc/passwd",
    "list": [1],
    "nothing": [],
    "texts": ["a", "b"],
    "mixed": [1, "a", None, {}],
    "many": [0.5] * 5000,
    "nulls": [[None]],
    "deep": DEEP,
    "dictionary": {"a": 1},
    "bare": {},
    "null name": {"name": None},
    "nested": {"name": {"name": {"name": None}}},
    "nested null": {"rule": {"rule": {"rule": None}}},
    "truncated": [cut(LARGE)],
}


def places():
    """(what the field is called, a recipe with a value in it): every field, and every option of every entry."""
    for name in FIELDS:
        yield name, lambda value, name=name: {name: value}
    for name, kind in RULES.items():
        for option in (*(o.name for o in options_of(kind)), *(["rule"] if name in WRAPPERS else [])):
            yield "rule", lambda value, name=name, option=option: {"rule": {"name": name, option: value}}
    for field, registry in (("pulls", PULLS), ("conditions", CONDITIONS)):
        for name, kind in registry.items():
            for option in options_of(kind):
                yield field, lambda value, f=field, n=name, o=option.name: {f: [{"name": n, o: value}]}
        yield field, lambda value, field=field: {field: [value]}
        yield field, lambda value, field=field: {field: [{"name": value}]}
    for name, kind in SAMPLERS.items():
        for option in options_of(kind):
            if option.name not in FLAT.get(name, ()):
                given = {"sampler": name, "sampler_options": None}
                yield "sampler_options", lambda v, g=given, o=option.name: g | {"sampler_options": {o: v}}
    yield "sampler", lambda value: {"sampler": {"name": "Heun", "eta": value}}


def told(error, field):
    """Each fault names a field of the recipe, what is wrong and what is allowed, in both languages."""
    faults = faults_of(error)
    assert faults and len(str(error)) < 6000, str(error)[:300]
    for fault in faults:
        head = re.match(r"\w*", str(fault.field))[0]
        assert head in (field, "w", "recipe", "sampler_options", "eta", "variance", "route"), (fault.field, field)
        assert fault.allowed and "object at 0x" not in str(fault) and "Traceback" not in str(fault)
        assert len(str(fault.field)) <= 120 and "Error:" not in str(fault)
    english, chinese = problem_pair(error)
    assert english.encode() and chinese.encode() and "不可用" in chinese


def refused(read, field):
    """Whether reading refuses, in a way that is told well."""
    try:
        made = read()
    except RecipeError as error:
        told(error, field)
        return True
    assert made.parse(made.as_dict(), budget=None) == made
    return False


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_and_option(kind):
    count = 0
    for field, within in places():
        raw = within(KINDS[kind])
        wrong = refused(lambda raw=raw: Recipe.parse(raw, budget=None), field)
        recipe, faults = Recipe.salvage(raw)
        assert bool(faults) == wrong and recipe.parse(recipe.as_dict(), budget=None) == recipe
        count += wrong
    assert count > 20


def as_text(value):
    return value if isinstance(value, str) else json.dumps(value)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"broken"}))  # no address can hold it
def test_the_same_of_a_link_and_of_a_file(kind):
    play, form = Play(FakeEngine(0)), {**Recipe().flat(), "seeds": "0"}
    for field in FIELDS:
        query = urlencode({field: as_text(KINDS[kind]), "steps" if field != "steps" else "w": "7"})
        refused(lambda query=query: Recipe.from_query(query, budget=None), field)
        controls, screen = play.opened("me", query)
        assert "<b>x" not in screen.status + screen.notes and controls.shared[
            "steps" if field != "steps" else "eta"
        ] in (7, 0)
        content = json.dumps({field: KINDS[kind], "steps" if field != "steps" else "w": 7}).encode()
        controls, screen = play.load("me", content, form)
        assert controls is None or controls.shared["steps"] in (7, 25, 1) and "<b>x" not in screen.status
        assert "Traceback" not in screen.status and "object at" not in screen.status


@pytest.fixture(scope="module")
def page():
    demo = wiring.build(FakeEngine(0))
    yield demo
    demo.close()


def ask(page, name, **given):
    """What an endpoint answers or raises, without a network between."""
    fn = next(fn for fn in page.fns.values() if fn.api_name == name)
    named = {name: default for name, _, default, _ in gr.utils.get_function_params(fn.fn)} | given
    call = page.process_api(fn, list(named.values()), request=gr.Request(headers={}))
    with ThreadPoolExecutor(1) as elsewhere:  # a browser test before this one leaves its loop running in this thread
        return elsewhere.submit(asyncio.run, call).result()


SMALL, AXES = {"steps": 1, "seeds": [0]}, [{"option": "w", "values": [0]}]
WAYS = (  # how errors begin, and a call with a recipe
    ("", lambda page, raw: ask(page, "generate", **raw)),
    ("", lambda page, raw: ask(page, "trajectory", **raw, film="")),
    (r"recipes\[1\]", lambda page, raw: ask(page, "metrics", recipes=[SMALL, raw])),
    (r"b\.", lambda page, raw: ask(page, "compare", a=SMALL, b=raw)),
    ("recipe", lambda page, raw: ask(page, "sweep", recipe=raw, axes=AXES)),
)
WHOLE = {
    "trajectory": SMALL | {"film": ""},
    "sweep": {"recipe": SMALL, "axes": AXES},
    "metrics": {"recipes": [SMALL]},
    "compare": {"a": SMALL, "b": SMALL},
}
OWN = {
    "trajectory": ("seed", "film"),
    "sweep": ("recipe", "axes", "prompts", "rules", "clip"),
    "metrics": ("recipes", "clip"),
    "compare": ("a", "b", "seeds"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_of_every_endpoint(page, kind):
    value, shift = KINDS[kind], list(KINDS).index(kind)
    for i, field in enumerate(FIELDS):  # every field with every kind, through one endpoint after another
        begins, call = WAYS[(i + shift) % len(WAYS)]
        _answered(lambda: call(page, SMALL | {field: value}), begins)
    for name, fields in OWN.items():
        for field in fields:
            _answered(lambda: ask(page, name, **WHOLE[name] | {field: value}), "ax[ei]s" if field == "axes" else field)
    for axis in ({"option": value, "values": [1]}, {"option": "w", "values": value}, value):
        _answered(lambda: ask(page, "sweep", recipe=SMALL, axes=[axis]), "ax[ei]s|w")


def _answered(call, field):
    """An answer, or an error that begins with the field."""
    try:
        call()
    except gr.Error as error:
        said = str(error.message)
        assert re.match(field, said) and ("is not allowed; allowed: " in said or "CLIP" in said), said[:300]
        assert len(said) < 6000 and "Traceback" not in said and "object at 0x" not in said
