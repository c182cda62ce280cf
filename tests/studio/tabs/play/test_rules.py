"""Rules, pulls and samplers as options of the recipe and of the page."""

import json
import re

import pytest

from pipelines import PULLS, RULES, SAMPLERS
from studio.page.forms import SETTING, gathered_setting, read_query, setting_of, shared_of, spread_setting, write_query
from studio.page.options import (
    BASES,
    PULL_CONTROLS,
    RULE_CONTROLS,
    SAMPLER_CONTROLS,
    rule_spec,
    rule_values,
    sampler_spec,
    sampler_values,
)
from studio.page.status import note_list
from studio.page.table import Setting
from studio.recipe import VERSION, Recipe, RecipeError
from studio.recipe.notes import Note, inactive
from studio.recipe.prompts import read
from studio.recipe.specs import MAX_PULLS, MAX_SPEC
from studio.tabs.play.handlers import Play
from studio.words import WORDS
from tests.studio.fakes import FakeEngine

NESTED = {
    "name": "Interval",
    "low": 0.1,
    "rule": {"name": "Rescale", "phi": 0.5, "rule": {"name": "Projected", "eta": 0.5, "threshold": 3.0}},
}
COLOUR = {"name": "Colour", "gamma": 2.0, "colour": "#00ff00"}
RECIPES = [
    dict(rule="Projected"),
    dict(rule=NESTED, w=7.5),
    dict(rule={"name": "CFGPlusPlus"}, w=0.6),
    dict(rule={"name": "Scheduled", "shape": "points", "points": [0, 1.5, 4]}, pulls=[COLOUR, "LabelMap"]),
    dict(pulls=[{"name": "Classifier", "label": "food", "tempering": "normalised", "sees": "x0"}]),
    dict(sampler="Heun", sampler_options={"variable": "angle"}, steps=7),
    dict(sampler="DDPM", variance="beta", route="mean", sampler_options={"at": "mean"}),
    dict(sampler="AMED", rule="Perturbed", sampler_options={"coefficients": "fixed", "r": 0.4}),
]
FORM = shared_of(Recipe(prompt="red apple"))


@pytest.mark.parametrize("fields", RECIPES, ids=str)
def test_every_form_gives_the_recipe_back(fields):
    from PIL import Image

    recipe = Recipe(prompt="红苹果 & co", **fields)
    assert Recipe.from_json(recipe.to_json()) == recipe != Recipe(prompt="红苹果 & co")
    assert Recipe.from_query(recipe.to_query()) == recipe
    assert Recipe.from_png(recipe.to_png(Image.new("RGB", (4, 4)))) == recipe
    assert Recipe.parse(recipe.as_dict()) == recipe and hash(recipe) == hash(Recipe.parse(recipe.as_dict()))
    assert Recipe.parse(recipe.as_dict()).hash == recipe.hash != Recipe(prompt="红苹果 & co").hash
    written, settings, _ = read_query(write_query([recipe, recipe.but(rule="", w=1.0)]))
    assert [written.but(**each._asdict()) for each in settings] == [recipe, recipe.but(rule="", w=1.0)]


def test_what_is_the_default_is_not_written():
    plain = Recipe()
    assert Recipe(rule={"name": "ClassifierFree", "w": 2.0}) == Recipe(rule="ClassifierFree") == plain
    assert Recipe(rule=None) == plain
    assert Recipe(rule={"name": "Interval", "low": 0.2}).to_query() == "rule=%7B%22name%22%3A%22Interval%22%7D"
    assert Recipe(sampler="Heun", sampler_options={"variable": "noise"}) == Recipe(sampler="Heun")
    assert Recipe(sampler="Heun", sampler_options='{"variable":"angle"}').but(sampler="DDIM") == plain


def test_the_strength_of_a_rule_is_w():
    assert Recipe.parse({"rule": {"name": "Projected", "w": 6}}) == Recipe(rule="Projected", w=6.0)
    assert Recipe.parse({"rule": {"name": "CFGPlusPlus", "lam": 0.4}}) == Recipe(rule="CFGPlusPlus", w=0.4)
    with pytest.raises(RecipeError, match="rule.w = 6 is not allowed; allowed: 2, the field w"):
        Recipe.parse({"w": 2.0, "rule": {"name": "Interval", "rule": {"name": "Projected", "w": 6}}})
    with pytest.raises(RecipeError, match="w = 2.0 is not .* from 0 to 1 with the rule CFGPlusPlus"):
        Recipe(rule="CFGPlusPlus")


def test_a_sampler_may_be_one_spec():
    given = {"name": "DDPM", "variance": "beta", "at": "mean"}
    assert Recipe.parse({"sampler": given}) == Recipe(sampler="DDPM", variance="beta", sampler_options={"at": "mean"})
    with pytest.raises(RecipeError, match="variance = 'beta' is not allowed; allowed: given once only"):
        Recipe.parse({"sampler": given, "variance": "beta"})


def test_old_versions_are_read_and_newer_ones_told():
    old = '{"prompt": "cat", "w": 3.0, "sampler": "DDPM", "eta": 0.5, "seeds": [4], "upsample": false}'
    assert Recipe.from_json(old) == Recipe(prompt="cat", w=3.0, sampler="DDPM", eta=0.5, seeds=(4,))
    assert Recipe.from_json(old).as_dict()["version"] == VERSION == 4
    assert Recipe.from_query("prompt=cat&version=1") == Recipe(prompt="cat")
    for wrong in (5, 0, True, "x", None, [2], 10**5000, 1.5):
        with pytest.raises(RecipeError, match="version = .*from 1 to 4"):
            Recipe.parse({"version": wrong})


def deep(count):
    spec = {"name": "ClassifierFree"}
    for _ in range(count):
        spec = {"name": "Interval", "rule": spec}
    return spec


HOSTILE = [
    ({"rule": "os"}, r"rule.name = 'os' is not allowed; allowed: one of \['Auto'"),
    ({"rule": {"name": "__class__"}}, "rule.name"),
    ({"rule": 5}, "rule = 5 "),
    ({"rule": []}, "rule = "),
    ({"rule": {}}, "rule.name = None"),
    ({"rule": "{"}, "rule = .*JSON"),
    ({"rule": '{"name": "Auto", "name": "Projected"}'}, "rule = .*given twice"),
    ({"rule": "[" * 9000}, "rule = .*JSON"),
    ({"rule": '{"name": "' + "x" * MAX_SPEC}, "rule = .*characters"),
    ({"rule": deep(5000)}, "rule.* = a deeper dictionary.*at most 6"),
    ({"rule": {"name": "Projected", "eta": 7}}, "rule.eta = 7 is not allowed; allowed: numbers from 0 to 1"),
    ({"rule": {"name": "Projected", "eta": float("nan")}}, "rule.eta = nan"),
    ({"rule": {"name": "Projected", "state": {}}}, "rule.state = .*only"),
    ({"rule": {"name": "Projected", "w": [2]}}, "w = "),
    ({"rule": {"name": "Colour"}}, "rule.name = 'Colour'"),
    ({"rule": {f"x{i}": i for i in range(10**5)} | {"name": "Auto"}}, "rule.x0 = 0"),
    ({"pulls": "Colour"}, "pulls = 'Colour'.*a list of at most"),
    ({"pulls": 3}, "pulls = 3"),
    ({"pulls": ["Colour"] * (MAX_PULLS + 1)}, f"pulls = .*at most {MAX_PULLS}"),
    ({"pulls": [{"name": "Function"}]}, r"pulls\[0\].name = 'Function'"),
    ({"pulls": [COLOUR, {"name": "Colour", "gamma": 10**400}]}, r"pulls\[1\].gamma"),
    ({"pulls": [{"name": "Semantic", "text": "\ud800"}]}, "pulls = "),
    ({"sampler": {"name": "lms"}}, "sampler = 'lms'.*'Heun'"),
    ({"sampler": {"name": ["DDIM"]}}, "sampler = "),
    ({"sampler_options": {"variable": "angle"}}, "sampler_options.variable = 'angle'.*of DDIM"),
    ({"sampler_options": {"eta": 0.5}}, "sampler_options.eta = 0.5"),
    ({"sampler": "Heun", "sampler_options": {"variable": "time"}}, "sampler_options.variable = 'time'.*'angle'"),
    ({"sampler": "Heun", "sampler_options": [1]}, "sampler_options = "),
]


@pytest.mark.parametrize("raw, told", HOSTILE, ids=[told for _, told in HOSTILE])
def test_hostile_specs_are_told_by_name(raw, told):
    with pytest.raises(RecipeError, match=told) as caught:
        Recipe.parse(raw)
    assert len(str(caught.value)) < 700


def test_what_the_world_has_no_part_for_is_told(vocabulary_file):
    index = {
        "unet": ["diffusers", "UNet2DConditionModel"],
        "classifier": ["pipelines.networks.classifier", "NoisyClassifier"],
    }
    vocabulary_file.with_name("model_index.json").write_text(json.dumps(index))
    assert Recipe(rule="Auto", w=0.0) and Recipe(rule="Projected")
    for raw, told in (
        ({"rule": "Auto"}, "rule = 'Auto'.*no weaker copy"),
        ({"rule": {"name": "Interval", "rule": {"name": "Auto"}}}, "no weaker copy"),
        ({"pulls": ["Semantic"]}, "pulls\\[0\\] = 'Semantic'.*no CLIP"),
        ({"pulls": [{"name": "Classifier", "encoder": "clean"}]}, "no classifier of clean pictures"),
    ):
        with pytest.raises(RecipeError, match=told):
            Recipe.parse(raw)
    assert [note.key for note in read(Recipe(prompt="cat", gamma_clip=3)).notes] == ["no_clip"]


def test_cost_follows_rule_pulls_and_sampler():
    assert Recipe(rule="Projected").calls_per_step == Recipe(rule="Perturbed").calls_per_step == 2
    assert Recipe(rule="Auto", w=0.0, sampler="Heun").calls_per_step == 2
    assert Recipe(sampler="AMED").calls_per_step == 4
    assert Recipe(w=0.0, pulls=[COLOUR]).calls_per_step == 2
    assert Recipe(w=0.0, pulls=[{**COLOUR, "gamma": 0}]).calls_per_step == 1
    assert Recipe(w=0.0, pulls=[{**COLOUR, "sees": "x0 exact"}]).calls_per_step == 3


def test_the_controls_of_the_page_hold_every_rule():
    for base in BASES:
        spec = rule_spec(base, [control.shown(control.inactive) for control in RULE_CONTROLS])
        w = RULES[base]().strength_option.default
        recipe = Recipe(rule=spec, w=w)
        assert recipe.rule_name == base and rule_values(recipe.rule)[0] == base
        assert Recipe(rule={"name": base}, w=w) == recipe
    setting = Setting.of(3.0, 1.0, 0.0, NESTED, [COLOUR])
    held = dict(zip(SETTING, gathered_setting(spread_setting(setting)), strict=False))
    assert setting_of(Recipe(**held)) == setting
    curve = Recipe(rule={"name": "Scheduled", "shape": "points", "points": [0, 2.5]}).rule
    base, values = rule_values(curve)
    assert "0, 2.5" in values and Recipe(rule=rule_spec(base, values)).rule == curve


def test_the_controls_of_the_page_hold_every_sampler():
    for sampler in {control.entry for control in SAMPLER_CONTROLS}:
        held = sampler_spec(sampler, sampler_values(sampler, {}))
        assert held and Recipe(sampler=sampler, sampler_options=held) == Recipe(sampler=sampler)
    recipe = Recipe(sampler="AMED", sampler_options={"r": 0.25})
    held = sampler_spec("AMED", sampler_values("AMED", recipe.flat()["sampler_options"]))
    assert Recipe(sampler="AMED", sampler_options=held) == recipe
    assert sampler_spec("DDIM", sampler_values("DDIM", {})) == {}


@pytest.fixture
def play():
    return Play(FakeEngine(seconds_per_step=0.001))


def run(play):
    play.begin("me", FORM)
    return list(play.run("me"))[-1]


def test_a_column_has_its_own_rule(play):
    """Classifier-free and projected guidance side by side, as a person would make them."""
    tick, setting, screen = play.rule("me", FORM, 2.0, 0, 0, {"name": "Projected"}, "")
    assert tick == 1 and setting == Setting.of(2.0, rule='{"name":"Projected"}')
    assert "Projected" in "".join(screen.table) and "投影引导" in screen.mark
    setting, _ = play.add("me", FORM)
    assert setting == Setting.of(5.0, rule='{"name":"Projected"}')
    last = run(play)
    assert "20 pictures" in last.status and "".join(last.table).count("Projected</span>") == 2
    query = play.begin("me", FORM)[0]
    assert read_query(query)[1][-1] == setting
    assert play.pick("me", FORM, 0)[0].rule == RULES["ClassifierFree"](0.0)


def test_another_rule_brings_its_own_strength_when_w_is_none_of_its(play):
    _, setting, _ = play.rule("me", FORM, 2.0, 0, 0, {"name": "CFGPlusPlus"}, "")
    assert setting == Setting.of(0.6, rule='{"name":"CFGPlusPlus"}')
    assert play.add("me", FORM)[0].w == 1.0
    _, setting, screen = play.rule("me", FORM, 0.6, 0, 0, {"name": "Projected", "eta": 7}, "")
    assert setting.rule_name == "CFGPlusPlus" and "rule.eta" in screen.status


def test_a_control_without_effect_is_told():
    from types import SimpleNamespace

    def effect(kind, name, none=True):
        return SimpleNamespace(kind=kind, name=name, none=none)

    effects = [effect("rule", "Interval"), effect("pull", "Colour"), effect("pull", "Style", False)]
    notes = inactive(Recipe(rule="Interval"), effects)
    assert [note.values["control"] for note in notes] == ["ClassifierFree", "Colour"]
    assert inactive(Recipe(w=0.0), effects[:1]) == () == inactive(Recipe(), effects[:1], [Note("no_condition")])
    around = inactive(Recipe(rule="Interval"), [effect("rule", "Interval", False), effect("wrapper", "Interval")])
    assert [(note.key, note.values["control"]) for note in around] == [("no_difference", "Interval")]
    told = note_list((), around)
    assert "Interval made no difference" in told and "区间没有带来差别" in told
    told = note_list((), notes)
    assert "Colour had no effect on these pictures." in told and "颜色对这些图片没有起作用。" in told


@pytest.mark.parametrize(
    "fields, keys",
    [
        (dict(rule="Auto", negative_prompt="cat"), ["no_branch"]),
        (dict(prompt="cat", rule={"name": "Scheduled"}), ["scheduled"]),
        (dict(prompt="cat", rule={"name": "Scheduled"}, w=0.0, negative_prompt="dog"), ["scheduled"]),
        (dict(rule="Perturbed"), []),
        (dict(rule="Projected"), ["no_condition"]),
        (dict(prompt="xyzzy", pulls=["Classifier", "Style"]), ["no_pull", "no_pull"]),
    ],
)
def test_notes_are_those_of_the_rule(fields, keys):
    assert [note.key for note in read(Recipe(**fields)).notes] == keys


def test_every_entry_and_option_has_its_words():
    for control in (*RULE_CONTROLS, *SAMPLER_CONTROLS, *PULL_CONTROLS):
        assert WORDS[f"option {control.key}"] and WORDS[f"option {control.key} help"][1] != control.option.help
    for name in (*RULES, *PULLS, *SAMPLERS):
        for said in ("about", "source", "cost"):
            english, chinese = WORDS[f"{said} {name}"]
            assert english != chinese and re.search("[\u4e00-\u9fff]", chinese), (said, name)


def test_every_choice_of_a_menu_has_its_words():
    """But names of methods, which are the same everywhere."""
    named = {"dpmsolver++", "dpmsolver++ 3", "sde-dpmsolver++", "unipc", "deis", "ddim", "beta", "beta_tilde", "score"}
    for control in (*RULE_CONTROLS, *SAMPLER_CONTROLS, *PULL_CONTROLS):
        assert {f"choice {each}" for each in control.option.choices if each not in named} <= set(WORDS), control.key


def test_a_link_fills_every_control_of_the_page():
    """The event itself: as many values as there are components, the sampler's and the rule's own controls seen."""
    from types import SimpleNamespace

    from studio import frame as wiring

    demo = wiring.build(FakeEngine(0))
    event = next(each for each in demo.fns.values() if each.name == "opened")
    query = write_query([Recipe(prompt="cat", rule="Projected", sampler="Heun")])
    values = event.fn(SimpleNamespace(session_hash="me", query_params=query))
    held = {part.elem_id: value for part, value in zip(event.outputs, values, strict=True)}
    assert held["sampler"] == "Heun" and not held["eta"]["visible"] and held["Heun_variable"]["visible"]
    assert held["Projected_momentum"]["visible"] and not held["Perturbed_blocks"]["visible"]


def test_what_other_sites_add_to_a_link_is_no_field():
    recipe, _, faults = read_query("?prompt=cat&fbclid=IwAR0x&utm_source=mail&w=3")
    assert recipe.prompt == "cat" and recipe.w == 3 and not faults
    assert [fault.field for fault in read_query("?promt=cat&utm_source=mail")[2]] == ["promt"]
