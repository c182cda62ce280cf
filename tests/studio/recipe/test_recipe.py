import math
import random
import subprocess
import sys

import pytest

from studio.recipe import BUDGET, MAX_COLUMNS, OPTIONS, Recipe, RecipeError, check_budget, parse_seeds

LETTERS = "abc XYZ09 红苹果微笑é🍎'\"&=?#+%/\\<>"


def any_recipe(number):
    """A valid recipe at random, from the whole range of every field."""
    rng = random.Random(number)
    values = {"seeds": rng.sample(range(2**32), rng.randint(1, 16))}
    for option in OPTIONS.values():
        if option.kind == "choice":
            values[option.name] = rng.choice(option.choices)
        elif option.whole:
            values[option.name] = rng.randint(int(option.low), int(option.high))
        elif option.kind == "number":
            values[option.name] = rng.choice([option.low, option.high, 0.0, rng.uniform(option.low, option.high)])
    for name in ("prompt", "negative_prompt"):
        values[name] = "".join(rng.choice(LETTERS) for _ in range(rng.randint(0, 200)))
    return Recipe(**values, style=rng.choice(["", "flat", "3d"]), category=rng.choice(["", "fruit", "animals"]))


def test_defaults_need_no_words():
    assert Recipe().to_query() == "" and Recipe.from_query("") == Recipe() == Recipe.parse({})


def test_recipes_differ_in_hash_by_every_field():
    other = dict(
        prompt="x",
        negative_prompt="x",
        style="flat",
        category="fruit",
        w=1,
        gamma_classifier=1,
        gamma_clip=1,
        sampler="DDPM",
        eta=1,
        variance="beta",
        route="mean",
        steps=9,
        seeds=[7],
    )
    beside = {"variance": {"sampler": "DDPM"}, "route": {"sampler": "DDPM"}}
    found = {Recipe(**{name: value}, **beside.get(name, {})).hash for name, value in other.items()}
    assert len({Recipe().hash, *found}) == 1 + len(other)


def test_text_is_cleaned_and_labels_are_understood_in_both_languages():
    recipe = Recipe(prompt="  red \n apple　", style="扁平", category=" Fruit ", w=-0.0)
    assert (recipe.prompt, recipe.style, recipe.category) == ("red apple", "flat", "fruit")
    assert Recipe(category="水果") == Recipe(category="fruit")
    assert math.copysign(1, recipe.w) == 1


BAD = [
    ("w", math.nan),
    ("w", math.inf),
    ("w", -math.inf),
    ("w", True),
    ("w", "2"),
    ("w", None),
    ("w", [2]),
    ("w", {}),
    ("w", -1.01),
    ("w", 20.01),
    ("w", 10**400),
    ("w", -(10**5000)),
    ("w", 2 + 0j),
    ("gamma_classifier", 51),
    ("gamma_clip", -501),
    ("eta", 1.1),
    ("eta", -0.1),
    ("steps", 0),
    ("steps", 251),
    ("steps", 2.5),
    ("steps", "25"),
    ("steps", math.nan),
    ("sampler", "ddim"),
    ("sampler", ""),
    ("sampler", 1),
    ("sampler", None),
    ("variance", "x"),
    ("route", ["score"]),
    ("prompt", "x" * 201),
    ("prompt", "x" * 10_000_000),
    ("prompt", None),
    ("prompt", 5),
    ("prompt", b"red"),
    ("prompt", "a\0b"),
    ("prompt", "a\x1b[31m"),
    ("prompt", "\ud800"),
    ("prompt", "a\u202eb"),
    ("negative_prompt", "\x7f"),
    ("style", "cubist"),
    ("style", 3),
    ("category", "fruits of the forest"),
    ("category", "flat"),
    ("category", "\0"),
    ("world", "../../etc"),
    ("world", ""),
    ("world", "moon"),
    ("world", None),
    ("seeds", []),
    ("seeds", ""),
    ("seeds", None),
    ("seeds", -1),
    ("seeds", 2**32),
    ("seeds", "x"),
    ("seeds", 1.5),
    ("seeds", True),
    ("seeds", [1, 1]),
    ("seeds", list(range(17))),
    ("seeds", [True]),
    ("seeds", ["1"]),
    ("seeds", [math.nan]),
    ("seeds", [[1]]),
    ("seeds", "1,,-2"),
    ("seeds", "17 from 0"),
    ("seeds", "2 from 4294967295"),
    ("seeds", "1" * 5000),
    ("seeds", 10**5000),
    ("seeds", {"a": 1}),
    ("seeds", "0 from 5"),
    ("seeds", "1_000"),
    ("seeds", "²"),
    ("seeds", [[]] * 3),
    ("seeds", range(2**40)),
]


@pytest.mark.parametrize("field, value", BAD, ids=[f"{field}-{number}" for number, (field, _) in enumerate(BAD)])
def test_bad_values_are_refused_by_name(field, value):
    with pytest.raises(RecipeError) as caught:
        Recipe.parse({field: value})
    assert caught.value.field.split("[")[0] == field and field in str(caught.value) and "allowed:" in str(caught.value)
    assert len(str(caught.value)) < 700
    str(caught.value).encode()  # can be shown and logged


def test_unknown_fields_and_near_matches_are_named():
    with pytest.raises(RecipeError, match="did you mean 'prompt'"):
        Recipe.parse({"promt": "x"})
    with pytest.raises(RecipeError, match="did you mean 'fruit'"):
        Recipe.parse({"category": "fruits"})
    with pytest.raises(RecipeError, match="水果"):
        Recipe.parse({"category": "水"})
    with pytest.raises(RecipeError, match="mapping"):
        Recipe.parse([1])
    with pytest.raises(RecipeError):
        Recipe.parse({7: 1})


def test_budget_is_joint_and_names_the_fields():
    with pytest.raises(RecipeError, match=r"steps × seeds × network calls a step = '250×16×3 = 12000'"):
        Recipe.parse({"steps": 250, "seeds": "16 from 0", "gamma_clip": 1})
    assert Recipe.parse({"steps": 250, "seeds": "16 from 0", "gamma_clip": 1}, budget=None).cost == 12000
    assert Recipe.parse({"steps": 250, "seeds": "16 from 0"}).cost <= BUDGET
    with pytest.raises(RecipeError, match="at most"):
        check_budget([Recipe(steps=250, seeds=range_seeds(16)), Recipe(w=0)])
    for count in (0, MAX_COLUMNS + 1):
        with pytest.raises(RecipeError, match="columns"):
            check_budget([Recipe()] * count)


def range_seeds(count):
    return tuple(range(count))


@pytest.mark.parametrize("w, calls", [(-1, 1), (0, 1), (0.1, 2), (-0.5, 2)])
def test_cost_counts_what_a_setting_needs(w, calls):
    assert Recipe(w=w, steps=10, seeds=(1, 2)).cost == 20 * calls
    assert Recipe(w=w, gamma_clip=1, gamma_classifier=-1).calls_per_step == calls + 2


@pytest.mark.parametrize(
    "text, seeds",
    [
        ("3, 5, 9", (3, 5, 9)),
        ("4 from 100", (100, 101, 102, 103)),
        ("2 FROM 7", (7, 8)),
        ("2从7", (7, 8)),
        ("3，5、9", (3, 5, 9)),
        ("[1, 2]", (1, 2)),
        (5, (5,)),
        (5.0, (5,)),
        ([1, 2.0], (1, 2)),
        ((0, 2**32 - 1), (0, 2**32 - 1)),
        (" 8 ", (8,)),
        (range(3), (0, 1, 2)),
    ],
)
def test_seeds(text, seeds):
    assert parse_seeds(text) == seeds


def test_a_missing_or_damaged_vocabulary_is_named_and_found_again(vocabulary_file):
    good = vocabulary_file.read_text()
    for content in (None, "{", "{}", '{"labels": 3}'):
        vocabulary_file.unlink() if content is None else vocabulary_file.write_text(content)
        assert Recipe(prompt="red apple")  # needs no vocabulary
        with pytest.raises(ValueError, match="vocabulary.json.*git checkout"):
            Recipe(style="flat")
        vocabulary_file.write_text(good)
        assert Recipe(style="flat").style == "flat"


def test_nothing_heavy_is_imported():
    code = (
        "import sys; import studio.recipe, studio.engine, studio.recipe.prompts, studio.page.examples; "
        "print(sorted({'torch', 'gradio', 'diffusers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
