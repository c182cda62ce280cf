"""A row of a sweep alone says what was drawn."""

import json
from pathlib import Path

import pytest

from pipelines.evaluation.intervals import Figure
from studio.recipe import Recipe, RecipeError
from studio.sweeps import Sweep, rows
from studio.tabs.frontier import load
from studio.tabs.frontier.presets import curves_of, rules_sweep
from studio.tabs.frontier.view import view

BASE = Recipe(prompt="red apple", steps=3, seeds=(0, 1), pulls=[{"name": "Colour", "colour": "#ff0000"}])


def grid(*axes, base=BASE, prompts=()):
    return Sweep.grid(base, [{"option": path, "values": values} for path, values in axes], prompts)


def test_what_moves_stands_in_every_row():
    found = rows(grid(("sampler", ["DDIM", "Euler"]), ("pulls.0.gamma", [0, 2.5]), prompts=["whale", "cat"]))
    assert [row.options["sampler"] for row in found] == ["DDIM", "Euler"] * 2
    assert [row.options["pulls.0.gamma"] for row in found] == [0, 0, 2.5, 2.5]
    assert [row.options["eta"] for row in found] == [0.0, ""] * 2  # an option of one of the samplers
    assert all("2.5" in row.options["pulls"] for row in found[2:])
    assert {row.prompts for row in found} == {("whale", "cat")} and {row.world for row in found} == {"emoji"}
    assert {row.rule for row in found} == {"Classifier-free"} and "steps" not in found[0].options


def test_a_rule_is_told_with_what_is_around_it():
    wrapped = {"name": "Interval", "low": 0.3, "rule": {"name": "Projected", "eta": 0.5}}
    found = rows(grid(("rule", [{"name": "ClassifierFree"}, wrapped])))
    assert found[0].rule == "Classifier-free"
    assert "0.3" in found[1].rule and "Projected" in found[1].rule and "0.5" in found[1].rule
    inner = rows(grid(("rule.rule.eta", [0, 0.25]), base=BASE.but(rule=json.dumps(wrapped))))
    assert [row.options["rule.rule.eta"] for row in inner] == [0, 0.25] and "0.25" in inner[1].rule


def test_an_axis_of_prompts_gives_each_row_its_own():
    assert [row.prompts for row in rows(grid(("prompt", ["whale", "cat"])))] == [("whale",), ("cat",)]
    with pytest.raises(RecipeError, match="prompts = .*an axis moves the prompt"):
        grid(("prompt", ["whale", "cat"]), prompts=["red apple"])


def test_one_value_that_does_not_move_is_told_too():
    (row,) = rows(grid(("steps", [7])))
    assert row.options == {"steps": 7}


def test_rules_over_each_other_tell_all_three_strengths():
    names = [name for name, *_ in curves_of("emoji")]
    sweep = rules_sweep(BASE, ["whale"], None)
    found = rows(sweep, names)
    assert [row.curve for row in found] == [name for name in names for _ in range(5)]
    for row, cell in zip(found, sweep.cells, strict=True):
        recipe = cell.recipes[0]
        assert {name: row.options[name] for name in ("w", "gamma_classifier", "gamma_clip")} == {
            name: getattr(recipe, name) for name in ("w", "gamma_classifier", "gamma_clip")
        }
    assert len({(row.rule, *row.options.values()) for row in found}) == len({cell.recipes for cell in sweep.cells})


@pytest.mark.parametrize(
    "sweep",
    [
        grid(("w", [0, 1]), prompts=["whale", ""], base=BASE.but(category="food")),
        grid(("w", [0, 1]), prompts=["whale"]),
        grid(("w", [0, 1])),
        grid(("prompt", ["whale", "cat"]), ("steps", [2, 3])),
    ],
    ids=["prompts", "one prompt", "own prompt", "an axis"],
)
def test_the_page_holds_every_recipe_whole(sweep):
    """As `recipesOf` of the page reads them."""
    figures = {"distance": Figure(1.0, 0.5, 1.5, 4)}
    shown = view(sweep, dict.fromkeys(range(len(sweep.cells)), (figures, "")))
    for cell, held in zip(sweep.cells, shown["cells"], strict=True):
        told = [{**held["recipe"], "prompt": prompt} for prompt in shown["asked"]] or [held["recipe"]]
        assert tuple(Recipe.parse(each) for each in told) == cell.recipes
    if not shown["asked"]:  # what the pictures are headed by is true of all cells
        assert shown["prompts"] in ([""], [cell.recipes[0].prompt])


def test_what_is_shown_first_tells_it_too(monkeypatch):
    from studio.recipe import vocabulary

    monkeypatch.setattr(
        "studio.recipe.vocabulary.WORLDS", Path(vocabulary.__file__).resolve().parents[2] / "assets" / "worlds"
    )
    first = load()
    assert first is not None and len(first["asked"]) == len(first["prompts"])
    for curve in first["curves"]:
        for i in curve["cells"]:
            cell = first["cells"][i]
            recipe = Recipe.parse(cell["recipe"])
            assert cell["rule"] and recipe.revision == first["revision"]
            assert {name: cell["options"][name] for name in ("w", "gamma_clip")} == {
                "w": recipe.w,
                "gamma_clip": recipe.gamma_clip,
            }
            for name, (value, low, high, _) in cell["figures"].items():
                assert low <= value <= high and (low >= 0 or name == "kernel")
                assert high <= 1 or name not in ("agreement", "confidence", "precision", "recall", "coverage")
