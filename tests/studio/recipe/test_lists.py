"""One grammar for lists, wherever a person writes one."""

import random

import pytest

from studio.page.options import RULE_CONTROLS
from studio.recipe import RecipeError, parse_seeds
from studio.recipe.lists import names, numbers, texts, written
from studio.sweeps import Axis, Sweep
from studio.tabs.lab.flow import Flow

NUMBERS = [
    ("0,5; 1,7", [0.5, 1.7]),
    ("2,25\n−3,5", [2.25, -3.5]),
    ("0,125; 10,5；3", [0.125, 10.5, 3]),
    (",5; ,75", [0.5, 0.75]),
    ("1,2,4", [1, 2, 4]),
    ("1, 2, 4,", [1, 2, 4]),
    ("7 8 9", [7, 8, 9]),
    ("–1，0；1、2", [-1, 0, 1, 2]),
    ("４；−５．５", [4, -5.5]),
    ("0 to 1 by 0,25; 3", [0, 0.25, 0.5, 0.75, 1, 3]),
    ("2..4, 9", [2, 3, 4, 9]),
    ("2…4", [2, 3, 4]),
    ("3 from 100; 7", [100, 101, 102, 7]),
    ("0 到 4 每 2", [0, 2, 4]),
    ("2 从 8", [8, 9]),
    ("[0, 0.5]", [0, 0.5]),
    ("1e-2; 2E1", [0.01, 20]),
]
AMBIGUOUS = ["0,5, 1,7", "0,5 1,7", "3,25，4", "0,05", "1,000", "1,250; 2,500", "1,2,3; 4", ",5"]
WRONG = [
    "banana",
    "1; nan",
    "1; 1e999",
    "0-3",
    "0–3",
    "4 to 0",
    "0 to 5 by 0",
    "1.5.2",
    "0 to 1e9",
    "99 from 0",
    "[1,",
    "1_000",
    "²",
]


@pytest.mark.parametrize("text, values", NUMBERS)
def test_every_field_of_numbers_reads_the_same(text, values):
    assert numbers("w", text, 16) == names("w", text, 16) == values
    assert Axis("w", text).values == Axis("rule.points", text).values == tuple(values)
    control = next(control for control in RULE_CONTROLS if control.option.kind == "numbers")
    assert control.read(text) == values
    if all(-1 <= value <= 3 for value in values):
        assert Flow(points=text).points == tuple(values)
    if all(isinstance(value, int) and value >= 0 for value in values):
        assert parse_seeds(text) == tuple(values)


@pytest.mark.parametrize("text", AMBIGUOUS + WRONG)
def test_what_could_mean_two_things_or_nothing_is_refused_with_what_to_write(text):
    for read in (
        lambda: numbers("w", text, 16),
        lambda: Axis("w", text),
        lambda: parse_seeds(text),
        lambda: Flow(points=text),
    ):
        with pytest.raises(ValueError) as caught:
            read()
        error = caught.value
        assert error.allowed and len(str(error)) < 300
        if text in AMBIGUOUS:
            assert "'0.5; 1.7' for decimals" in error.allowed
    control = next(control for control in RULE_CONTROLS if control.option.kind == "numbers")
    assert control.read(text) == text  # left for the validator


def test_the_element_that_is_wrong_is_named():
    for text, element, value in (("1; 2; x", 2, "x"), ("0 to 2, 5.5.5", 3, "5.5.5"), ("1 2 z", 2, "z")):
        with pytest.raises(RecipeError) as caught:
            numbers("axis w", text, 16)
        assert caught.value.value == value and caught.value.field == f"axis w[{element}]"
    with pytest.raises(RecipeError, match="seeds = '99 from 0'.*1 to 16"):
        parse_seeds("99 from 0")
    with pytest.raises(RecipeError, match=r"seeds\[1\] = 7.5"):
        parse_seeds("3; 7,5")
    with pytest.raises(RecipeError, match=r"prompts\[1\] = "):
        Sweep.grid({}, [Axis("w", "0; 1")], prompts="cat\n" + "x" * 300)


@pytest.mark.parametrize(
    "text, values",
    [
        ("a red, round apple; a cat's hat", ["a red, round apple", "a cat's hat"]),
        ("one, two", ["one, two"]),
        ("a; b\nc; d", ["a; b", "c; d"]),
        ('"a; b"; c', ["a; b", "c"]),
        ("“a; b”；'c'", ["a; b", "c"]),
        ("「红；绿」；蓝", ["红；绿", "蓝"]),
        ('"he said", she; said', ['"he said", she', "said"]),
        ("[a] cat; dog", ["[a] cat", "dog"]),
        ('["a; b", "c"]', ["a; b", "c"]),
        (" \n ; \n", []),
        ("", []),
    ],
)
def test_texts_stand_between_lines_or_semicolons(text, values):
    assert texts("prompts", text) == values
    if values and len(set(values)) == len(values):
        assert Axis("prompt", text).values == Axis("pulls.0.text", text).values == tuple(values)


def test_names_stand_between_commas():
    assert Axis("sampler", "DDIM, Heun").values == Axis("sampler", "DDIM; Heun").values == ("DDIM", "Heun")
    assert names("style", '"a, b", c', 9) == ["a, b", "c"]


def test_written_texts_are_read_again():
    rng = random.Random(0)
    for _ in range(2000):
        values = [
            "".join(rng.choice("ab ;；,'\"“”「」\n[]") for _ in range(rng.randint(1, 9))).strip() for _ in range(3)
        ]
        values = [value for value in values if value and "\n" not in value and not set("\"'“”「」") <= set(value)]
        if values and not (len(values) == 1 and values[0][:1] == "["):
            assert texts("others", written(values)) == values, written(values)
