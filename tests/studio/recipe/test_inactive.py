"""Controls that change nothing are told: those known beforehand, held to the pictures of a tiny network."""

import pytest
import torch

from pipelines import PULLS, RULES, GuidedPipeline
from pipelines.declarations.options import options_of
from studio.engine import Engine
from studio.engine import world as opened
from studio.recipe import Recipe
from studio.recipe.inactive import inactive
from studio.recipe.prompts import read
from tests.tiny import tiny_judge, tiny_pipeline

PULL = [{"name": "Colour", "gamma": 5.0}]
CURVE = {"name": "Scheduled", "start": 1.0, "end": 3.0}
# What is set, and which of it nothing listens to.
CASES = [
    (dict(sampler="DDPM", route="mean"), ["route"]),
    (dict(sampler="DDPM", route="mean", pulls=PULL), []),
    (dict(sampler="DDPM", sampler_options={"at": "mean"}, pulls=PULL), ["option DDPM_at"]),
    (dict(sampler="DDPM", route="mean", sampler_options={"at": "mean"}, pulls=PULL), []),
    (dict(sampler="DDPM", variance="beta"), []),
    (dict(sampler="DDPM", variance="beta", steps=1), ["variance"]),
    (dict(eta=0.5), []),
    (dict(eta=0.5, steps=1), ["eta"]),
    (dict(sampler="Heun", sampler_options={"variable": "angle"}), []),
    (dict(sampler="Heun", sampler_options={"variable": "angle"}, steps=1), ["option Heun_variable"]),
    (dict(sampler="Flow", sampler_options={"shift": 3.0}, steps=1), ["option Flow_shift"]),
    (dict(sampler="ReverseSDE", sampler_options={"noise": 0.3}, steps=1), ["option ReverseSDE_noise"]),
    (dict(sampler="AMED", sampler_options={"r": 0.2}, steps=1), []),
    (dict(rule={**CURVE, "points": [4, 1]}), ["option Scheduled_points"]),
    (dict(rule={**CURVE, "shape": "points", "points": [4, 1]}), ["option Scheduled_end", "option Scheduled_start"]),
    (
        dict(pulls=[{"name": "Classifier", "gamma": 1, "label": "food", "tempering": "normalised"}]),
        ["option Classifier_tempering"],
    ),
]


@pytest.fixture(scope="module")
def pipe():
    from pipelines.training.controlnet import make_controlnet
    from pipelines.training.unet import make_unet

    parts = {name: getattr(tiny_pipeline(), name) for name in ("text_encoder", "schedule", "clip", "classifier")}
    torch.manual_seed(1)
    networks = [make_unet([16], [True], patch=4, size=16, text_width=24, text_dim=16).eval() for _ in range(2)]
    for network in networks:  # louder weights make branches that differ
        for parameter in network.parameters():
            parameter.data.mul_(1.5)
    return GuidedPipeline(networks[0], weak=networks[1], controlnet=make_controlnet(networks[0]), **parts)


def drawn(pipe, recipe):
    for step in opened.World(pipe).steps(recipe, read(recipe)):
        pass
    return step.x


def plain(fields):
    """The same without what nothing listens to."""
    recipe = Recipe(**fields)
    options, rule, pulls = (recipe.flat()[name] for name in ("sampler_options", "rule", "pulls"))
    for key in inactive(recipe):
        name = key.split("_", 1)[-1]
        fields = {k: v for k, v in fields.items() if k != key}
        options.pop(name, None)
        if rule:
            rule.pop(name, None)
        for pull in pulls:
            pull.pop(name, None)
    return Recipe(**fields | dict(sampler_options=options, rule=rule, pulls=pulls))


@pytest.mark.parametrize("fields, keys", CASES, ids=str)
def test_what_is_said_to_be_idle_changes_nothing(pipe, fields, keys):
    fields = dict(prompt="cat", steps=3, seeds=(1,)) | fields
    recipe = Recipe(**fields)
    assert sorted(inactive(recipe)) == keys
    if keys:
        assert plain(fields) != recipe
        assert torch.allclose(drawn(pipe, recipe), drawn(pipe, plain(fields)), atol=1e-5)


@pytest.mark.parametrize("sampler, fields", [("Euler", {"eta": 0.5}), ("Flow", {"variance": "beta", "route": "mean"})])
def test_what_another_sampler_has_is_no_part_of_a_recipe(sampler, fields):
    recipe = Recipe(sampler=sampler, **fields)
    assert recipe == Recipe(sampler=sampler) and inactive(recipe) == inactive(recipe.stamped()) == tuple(sorted(fields))


def test_amed_says_when_it_has_learned_nothing(vocabulary_file):
    from pipelines.samplers.amed import FILE, write
    from studio.page.status import note_list

    recipe = Recipe(prompt="cat", sampler="AMED", sampler_options={"r": 0.4})
    (note,) = read(recipe).notes
    assert note.key == "no_amed" and "python -m pipelines.training.amed emoji" in str(note) and "r = 0.4" in str(note)
    assert "训练它" in note_list((), [note])
    assert (
        not read(recipe.but(sampler_options={"coefficients": "fixed"})).notes and not read(Recipe(prompt="cat")).notes
    )
    write(vocabulary_file.parent, {4: {"r": [0.4] * 4, "c": [1.1] * 4}})
    assert not read(recipe).notes and inactive(recipe) == ("option AMED_r",)
    assert inactive(recipe.but(sampler_options={"coefficients": "fixed", "r": 0.4})) == ()
    vocabulary_file.with_name(FILE).write_text("damaged")
    assert inactive(recipe) == () and [note.key for note in read(recipe).notes] == ["no_amed"]


def test_amed_cannot_learn_for_a_world_that_is_made(monkeypatch):
    monkeypatch.setattr("studio.recipe.recipe.worlds", lambda: ["emoji", "memory"])
    notes = [note.key for note in read(Recipe(world="memory", sampler="AMED", w=0.0)).notes]
    assert notes == ["no_amed_here"]


def told(pipe, **fields):
    engine = Engine(lambda name: opened.World(pipe, tiny_judge()))
    frame = list(engine.run(Recipe(**dict(prompt="cat", steps=2, seeds=(1,)) | fields)))[-1]
    return [note.values["control"] for note in frame.notes if note.key in ("no_effect", "idle")]


@pytest.mark.parametrize("name", [name for name, kind in RULES.items() if kind.strength])
def test_every_rule_is_told_when_it_changes_nothing(pipe, name):
    """A strength so small that no shade of a picture can change by it; the same rule at its own strength is not.

    But CFG++, which takes the noise of the null branch at any λ.
    """
    options = {"zero_steps": 0} if name == "CFGZeroStar" else {}
    own = next(o.default for o in options_of(RULES[name]) if o.name == RULES[name].strength)
    tiny = {"CFGZeroStar": {"scale": "one"}, "Projected": {"eta": 1.0, "threshold": 0.0}}.get(name, {})
    always = ["option TwoScales_w_condition"] if name == "TwoScales" else []  # there are no conditions here
    said = [] if name == "CFGPlusPlus" else [name]
    assert told(pipe, rule={"name": name, **options, **tiny}, w=1e-7) == [*always, *said]
    assert told(pipe, rule={"name": name, **options}, w=own) == always


@pytest.mark.parametrize("name", sorted(PULLS))
def test_every_pull_is_told_when_it_changes_nothing(pipe, name):
    from tests.studio.page.test_options import drawing, url

    spec = {"name": name} | (
        {"images": [url(drawing().quantize(4).convert("RGB"))]} if name in ("Style", "LabelMap") else {}
    )
    spec |= {"label": "food"} if name == "Classifier" else {}
    assert told(pipe, pulls=[{**spec, "gamma": 1e-9}]) == [name]
    assert told(pipe, pulls=[{**spec, "gamma": 50.0}]) == []


def test_words_are_there_for_all_that_can_be_told():
    from studio.words import WORDS

    assert {key for _, keys in CASES for key in keys} <= set(WORDS)
