"""The Frontier tab's handlers: what a form asks for, what comes back, cancelling; and what is shown first."""

import json
import threading
import time

import pytest

from pipelines.evaluation.sets import MEASURES as ALL
from studio.recipe import Recipe, RecipeError
from studio.sweeps import Axis, PictureCache, Sweep
from studio.tabs.frontier import Handlers, load
from studio.tabs.frontier.first import markdown
from studio.tabs.frontier.presets import FIVE, curves_of, options_for, suggested
from studio.tabs.frontier.view import MEASURES
from studio.words import WORDS
from tests.studio.fakes import FakeEngine

BASE = Recipe(prompt="red apple", steps=3, seeds=(0, 1))
RULES = {"mode": "rules", "prompts": "red apple\nwhale", "seeds": "2 from 0", "steps": 3}
OPTIONS = {
    "mode": "options",
    "axis1": "w",
    "values1": "0, 1",
    "axis2": "",
    "values2": "",
    "prompts": "",
    "seeds": "",
    "steps": None,
}


@pytest.fixture
def handlers(tmp_path):
    return Handlers(FakeEngine(seconds_per_step=0), PictureCache(tmp_path / "kept"))


def run(handlers, form, key="me"):
    first = handlers.begin(key, lambda: BASE, form)
    return [first, *handlers.run(key)]


def last_view(screens):
    return [screen.view for screen in screens if screen.view][-1]


def test_rules_over_each_other(handlers):
    screens = run(handlers, RULES)
    view = last_view(screens)
    assert len(view["curves"]) == FIVE and view["curves"][0]["name"] == list(WORDS["rule_classifier"])
    assert all(view["cells"]) and view["cells"][0]["n"] == 4 and view["prompts"] == ["red apple", "whale"]
    assert view["cells"][0]["sheet"].startswith("data:image/jpeg;base64,")
    value, low, high, n = view["cells"][0]["figures"]["distance"]
    assert low <= value <= high and n == 4
    assert not screens[-1].running and "points" in screens[-1].status
    json.dumps(view, allow_nan=False)


def test_one_or_two_options_of_the_chosen_column(handlers):
    view = last_view(run(handlers, OPTIONS))
    assert view["labels"] == ["w = 0", "w = 1"] and view["curves"][0]["name"] == ["", ""]
    view = last_view(run(handlers, OPTIONS | {"axis2": "sampler", "values2": "DDIM, Heun"}))
    assert [curve["name"][0] for curve in view["curves"]] == ["sampler = DDIM", "sampler = Heun"]


def test_a_real_clip_that_judges_is_named_and_its_trouble_told(handlers):
    assert last_view(run(handlers, OPTIONS))["clip"] == ""
    handlers.engine.clip = "local-dir:/home/me/tiny"
    assert last_view(run(handlers, OPTIONS))["clip"] == "tiny"
    handlers.engine.clip = "hf-hub:broken/one"
    last = run(handlers, OPTIONS)[-1]
    assert not last.running and "cannot be loaded" in last.status


def test_the_same_again_comes_at_once(handlers):
    run(handlers, OPTIONS)
    began = time.perf_counter()
    screens = run(handlers, OPTIONS)
    assert time.perf_counter() - began < 0.2 and "4 of them from before" in screens[-1].status


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"values1": "0, one"}, "w"),
        ({"values1": "0 to 1000000"}, "axis w"),
        ({"axis1": None}, "axis"),
        ({"seeds": "a"}, "seeds"),
        ({"steps": float("nan")}, "steps"),
        ({"values1": "<script>alert(1)</script>"}, "&lt;script"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_runs(handlers, changes, said):
    screens = run(handlers, OPTIONS | changes)
    assert screens[0] == screens[1] and len(screens) == 2 and handlers.engine.fake.drawn == 0
    assert screens[0].view is None and not screens[0].running
    assert said in screens[0].status and "<script" not in screens[0].status


def test_cancelled_and_gone_on(handlers, tmp_path):
    slow = Handlers(FakeEngine(seconds_per_step=0.05), handlers.keep)
    form = OPTIONS | {"axis1": "sampler", "values1": "DDIM, Heun, Euler", "steps": 6}
    slow.begin("me", lambda: BASE, form)
    screens = []
    for screen in slow.run("me"):
        screens.append(screen)
        if screen.view and any(screen.view["cells"]):
            slow.cancel("me")
    assert "Cancelled" in screens[-1].status and not screens[-1].running
    assert "from before" in run(handlers, form)[-1].status


def test_cancelled_while_waiting(handlers):
    handlers.begin("me", lambda: BASE, OPTIONS)
    handlers.cancel("me")
    (screen,) = handlers.run("me")
    assert WORDS["not_begun"][0] in screen.status and not screen.running and handlers.engine.fake.drawn == 0


def test_a_page_that_is_closed_stops_its_sweep():
    handlers = Handlers(FakeEngine(seconds_per_step=0.1), None)
    form = OPTIONS | {"steps": 100}
    handlers.begin("me", lambda: BASE, form)
    threading.Timer(0.3, handlers.leave, ("me",)).start()
    began = time.perf_counter()
    list(handlers.run("me"))
    assert time.perf_counter() - began < 3


def test_an_error_is_told_on_the_page(handlers, monkeypatch):
    monkeypatch.setattr(handlers.engine.fake, "together", lambda *_: (_ for _ in ()).throw(RuntimeError("no memory")))
    assert "no memory" in run(handlers, OPTIONS)[-1].status


def test_every_curve_begins_unguided_and_fits():
    curves = curves_of("emoji")
    assert len(curves) == FIVE
    sweep = Sweep.of_curves(BASE, curves)
    assert len({tuple(curve.cells[0].recipes) for curve in sweep.curves}) == 3  # w = 0 of three rules
    assert len(sweep.work) == (FIVE * 4 + 1) * 2


def test_every_axis_that_is_offered_works():
    recipe = Recipe(
        prompt="red apple",
        rule={"name": "Interval", "rule": {"name": "Projected"}},
        w=3,
        sampler="Euler",
        pulls=[{"name": "Colour", "colour": "#ff0000"}],
        seeds=(0,),
    )
    paths = [path for _, path in options_for(recipe)]
    assert {"w", "rule.low", "rule.rule.eta", "pulls.0.gamma", "sampler_options.variable"} <= set(paths)
    for path in paths:
        Sweep.grid(recipe, [Axis(path, suggested(path))])


def test_every_measure_has_words():
    assert {name for own in MEASURES.values() for name in own} == set(ALL)
    for name in ALL:
        assert all(WORDS[f"measure_{name}"]) and all(WORDS[f"measure_{name}_help"])


def test_what_is_shown_first_is_written_and_read(tmp_path, monkeypatch):
    from studio.tabs.frontier import first, presets

    monkeypatch.setattr(presets, "CURVES", presets.CURVES[:2])
    monkeypatch.setattr(first, "PROMPTS", ("red apple", "whale"))
    found = first.write(FakeEngine(seconds_per_step=0), tmp_path / "frontier", say=lambda *_: None)
    assert all(cell["figures"] and not cell["sheet"] for cell in found["cells"]) and found["first"]
    assert first.sheet_of(0, tmp_path / "frontier").startswith("data:image/webp")
    assert {first.sheet_of(bad, tmp_path / "frontier") for bad in (99, -1, True, "../0", None)} == {""}
    assert found == load(tmp_path / "frontier") and "| Classifier |" in markdown(found)
    index = tmp_path / "frontier" / first.INDEX
    index.write_text(index.read_text("utf-8")[:200], "utf-8")
    assert load(tmp_path / "frontier") is None and load(tmp_path / "nowhere") is None
    monkeypatch.setattr(first, "LIMIT", 10)
    with pytest.raises(ValueError, match="allowed: 10"):
        first.write(FakeEngine(seconds_per_step=0), tmp_path / "frontier", say=lambda *_: None)


def test_a_budget_is_kept():
    handlers = Handlers(FakeEngine(0), None)
    with pytest.raises(RecipeError, match="at most"):
        handlers.plan(lambda: BASE, RULES | {"steps": 250, "seeds": "16 from 0"})
