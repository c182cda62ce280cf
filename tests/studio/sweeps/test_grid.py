"""What a sweep is: its axes, its cells, which pictures are the same and which go together."""

import pytest

from pipelines import DDIM, Heun
from studio.recipe import Recipe, RecipeError
from studio.sweeps import Axis, Sweep
from studio.sweeps.grid import BUDGET, batches, drawn_as

BASE = {"prompt": "red apple", "seeds": "2 from 0", "steps": 4}


def w(*values):
    return {"option": "w", "values": list(values)}


def recipes(sweep):
    return [cell.recipes[0] for cell in sweep.cells]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0, 1, 2.5", (0, 1, 2.5)),
        ("0 to 2 by 0.5", (0, 0.5, 1, 1.5, 2)),
        ("1..3", (1, 2, 3)),
        ("0 到 4 每 2", (0, 2, 4)),
        ("−1，0；1", (-1, 0, 1)),
        ("[0, 1]", (0, 1)),
    ],
)
def test_values_as_a_person_writes_them(text, values):
    assert Axis("w", text).values == values


def test_texts_may_hold_commas():
    assert Axis("prompt", "a red, round apple\ncat").values == ("a red, round apple", "cat")
    assert Axis("sampler", "DDIM, Heun").values == ("DDIM", "Heun")
    assert Axis("prompt", "1, 2").values == ("1, 2",) and Axis("prompt", "1; 2").values == ("1", "2")


@pytest.mark.parametrize(
    ("path", "value", "changed"),
    [
        ("w", 3, {"w": 3}),
        ("gamma_clip", 40, {"gamma_clip": 40}),
        ("steps", 7, {"steps": 7}),
        ("eta", 0.5, {"eta": 0.5}),
        ("prompt", "cat", {"prompt": "cat"}),
        ("sampler", "Heun", {"sampler": "Heun"}),
        ("rule", "Projected", {"rule": {"name": "Projected"}}),
        ("rule", {"name": "Projected", "w": 5}, {"rule": {"name": "Projected"}, "w": 5}),
        ("rule.eta", 0.5, {"rule": {"name": "Projected", "eta": 0.5}}),
        ("pulls.0.gamma", 7, {"pulls": [{"name": "Colour", "gamma": 7}]}),
        ("sampler_options.variable", "noise", {"sampler": "Euler", "sampler_options": {"variable": "noise"}}),
    ],
)
def test_any_option_is_an_axis(path, value, changed):
    first = {
        "rule.eta": {"rule": "Projected"},
        "pulls.0.gamma": {"pulls": [{"name": "Colour"}]},
        "sampler_options.variable": {"sampler": "Euler"},
    }.get(path, {})
    sweep = Sweep.grid(BASE | first, [{"option": path, "values": [value]}])
    assert recipes(sweep) == [Recipe.parse(BASE | first | changed)]


def test_an_option_of_a_rule_around_another():
    base = BASE | {"rule": {"name": "Interval", "rule": {"name": "Projected"}}}
    found = recipes(Sweep.grid(base, [{"option": "rule.rule.eta", "values": [0.2, 0.4]}]))
    assert found[1].flat()["rule"]["rule"] == {"name": "Projected", "eta": 0.4}


def test_another_sampler_has_its_own_options():
    base = BASE | {"sampler": "Euler", "sampler_options": {"variable": "noise"}}
    assert [r.sampler for r in recipes(Sweep.grid(base, [{"option": "sampler", "values": ["Heun"]}]))] == [Heun()]


def test_two_axes_are_curves():
    sweep = Sweep.grid(BASE, [w(0, 1, 2), {"option": "eta", "values": [0, 1]}])
    assert [curve.name for curve in sweep.curves] == ["eta = 0", "eta = 1"]
    assert [cell.values for cell in sweep.curves[1].cells] == [(("w", v), ("eta", 1)) for v in (0, 1, 2)]


def test_prompts_are_pooled_in_every_cell():
    cell = Sweep.grid(BASE, [w(1)], prompts=["cat", "whale"]).cells[0]
    assert [p.prompt for p in cell.pictures] == ["cat", "cat", "whale", "whale"] and cell.groups == (0, 0, 1, 1)


@pytest.mark.parametrize(
    ("axes", "said"),
    [
        ([w(*range(1000)), {"option": "eta", "values": [i / 1000 for i in range(1000)]}], "1000000 cells"),
        ([w(*range(10)), {"option": "steps", "values": list(range(1, 11))}], "100 cells"),
        ([w(*range(1_000_000))], "1 to 32 values"),
        ([{"option": "w", "values": "0 to 1000000"}], "at most 32 values"),
        ([{"option": "w", "values": [0, "one", None]}], "values of one kind"),
        ([{"option": "w", "values": [0, True]}], "values of one kind"),
        ([{"option": "w", "values": [1, 1.0]}], "each value once"),
        ([{"option": "w", "values": [0, float("nan")]}], "plain values"),
        ([{"option": "w", "values": ["a", "b"]}], "w = 'a'"),
        ([w(0, 99)], "w = 99"),
        ([{"option": "seeds", "values": [1]}], "axis = 'seeds'"),
        ([{"option": "__class__", "values": [1]}], "axis = '__class__'"),
        ([{"option": "rule.nothing", "values": [1]}], "nothing"),
        ([{"option": "pulls.3.gamma", "values": [1]}], "there is none"),
        ([{"option": "w.x", "values": [1]}], "axis = 'w.x'"),
        ([w(1), w(2)], "two different"),
        ([], "one or two"),
        ("w", "one or two"),
        ([{"option": "w"}], "a dictionary"),
    ],
)
def test_what_is_not_allowed_is_said_before_anything_runs(axes, said):
    with pytest.raises(RecipeError, match=said):
        Sweep.grid(BASE, axes)


def test_a_sweep_has_a_budget():
    with pytest.raises(RecipeError, match=str(BUDGET)):
        Sweep.grid(BASE | {"steps": 250, "seeds": "16 from 0"}, [w(*range(1, 20))])


def test_equal_pictures_are_drawn_once():
    curves = [
        (name, "other", {"rule": name}, Axis("w", (0, 2))) for name in ("ClassifierFree", "Projected", "Perturbed")
    ]
    sweep = Sweep.of_curves(BASE, curves)
    assert len(sweep.cells) == 6 and len(sweep.work) == 2 * 4  # at w = 0 all are one
    assert len(Sweep.grid(BASE | {"sampler": "Heun"}, [{"option": "eta", "values": [0, 1]}]).work) == 2
    star = Recipe.parse(BASE | {"rule": "CFGZeroStar", "w": 0})
    assert drawn_as(star) == star  # its first steps differ
    for rule in ("Rescale", {"name": "Scheduled", "end": 0.0}, {"name": "CFGZeroStar", "zero_steps": 0}):
        assert drawn_as(Recipe.parse(BASE | {"rule": rule, "w": 0})) == Recipe.parse(BASE | {"w": 0})


def test_pictures_whose_noise_goes_another_way_do_not_go_with_others():
    """At λ = 0 one branch is all that CFG++ asks, and its noise is that of the picture."""
    sweep = Sweep.grid(BASE | {"rule": "CFGPlusPlus", "w": 0.6}, [w(0, 0.3, 0.6)])
    assert [{recipe.w for recipe in batch} for batch in batches(sweep.work)] == [{0.0}, {0.3, 0.6}]


def test_pictures_of_one_sampler_go_together():
    sweep = Sweep.grid(BASE, [w(0, 1, 2), {"option": "sampler", "values": ["DDIM", "Heun"]}])
    found = list(batches(sweep.work))
    assert [{r.sampler for r in batch} for batch in found] == [{DDIM()}, {Heun()}]
    assert [r.seeds for r in found[0]] == [(0, 1)] * 3
    assert all(sum(len(r.seeds) for r in batch) == 1 for batch in batches(sweep.work, cost=1))
