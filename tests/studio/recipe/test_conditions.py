"""Conditions in a recipe: written, read, counted, refused; and those that are not heard are told of."""

import base64
import io
import json

import pytest
from PIL import Image

from pipelines import ClassifierFree
from studio.page.status import note_list
from studio.recipe import Recipe, RecipeError
from studio.recipe.beforehand import beforehand
from studio.recipe.conditions import MAX_CONDITIONS, branching
from studio.recipe.described import brief, differences
from studio.recipe.plan import plan
from studio.recipe.prompts import read
from studio.recipe.snippet import snippet
from studio.recipe.uploads import PREFIX
from tests.studio.recipe.test_uploads import content, half, text

INDEX = {"unet": ["a", "b"], **{part: ["a", "b"] for part in ("clip", "controlnet", "adapter", "global_adapter")}}


@pytest.fixture(autouse=True)
def able(vocabulary_file):
    """The world has every network that is told of conditions."""
    file = vocabulary_file.with_name("model_index.json")
    file.write_text(json.dumps(INDEX))
    return file


def url(colour="white", size=(64, 64), box=(16, 16, 48, 48), ink="black"):
    picture = Image.new("RGB", size, colour)
    picture.paste(ink, box)
    return text(picture)


SHAPE, EMPTY = url(), text(Image.new("RGB", (64, 64), "white"))
MASK = {"name": "ControlNet", "kind": "mask", "images": [SHAPE], "drawn": True}
LIKE = {"name": "GlobalPrompt", "images": [SHAPE], "strength": 0.5}
ALL = [{**MASK, "name": "UniControlNet", "kind": kind} for kind in ("edges", "lines", "mask", "blocks", "labels")]


LARGE = text(Image.effect_noise((700, 500), 90))


def cut(picture):
    """The text of a picture whose last third did not arrive."""
    whole = base64.b64decode(picture.partition(",")[2])
    return PREFIX + base64.b64encode(whole[: 2 * len(whole) // 3]).decode()


def recipe(*conditions, **fields):
    return Recipe(**{"prompt": "cat", "conditions": conditions, "steps": 10, "seeds": (1, 2)} | fields)


@pytest.mark.parametrize("conditions", [[MASK], [LIKE, MASK], [*ALL, LIKE]], ids=len)
def test_every_form_gives_the_recipe_back(conditions):
    made = recipe(*conditions)
    assert len(made.conditions) == len(conditions) and made != recipe()
    assert Recipe.from_json(made.to_json()) == made == Recipe.parse(made.as_dict())
    assert Recipe.from_query(made.to_query()) == made
    assert Recipe.from_png(made.to_png(Image.new("RGB", (4, 4)))) == made
    assert Recipe.parse(made.as_dict()).hash == made.hash != recipe().hash


def test_the_hash_of_a_recipe_without_conditions_is_what_it_was():
    """Pictures of sweeps are kept under it."""
    assert Recipe().hash == Recipe(conditions=[]).hash == "25aa80755b01eecf"


def test_what_is_the_default_is_not_written():
    said = {"name": "ControlNet", "kind": "edges", "strength": 1, "start": 0.0, "images": SHAPE}
    (written,) = recipe(said).as_dict()["conditions"]
    assert written == {"name": "ControlNet", "images": [SHAPE]}


def test_pictures_are_made_small_whatever_they_were():
    big = text(half((900, 600)), "JPEG")
    (condition,) = recipe({**MASK, "images": [big]}).conditions
    (kept,) = condition.images
    with Image.open(io.BytesIO(base64.b64decode(kept[len(PREFIX) :]))) as picture:
        assert picture.size == (128, 128)
    noise = text(Image.effect_noise((512, 512), 90).convert("RGB"))
    full = recipe(*[{**each, "images": [noise]} for each in ALL], {**LIKE, "images": [noise]})
    assert Recipe.from_json(full.to_json()) == full  # five layers and a reference of the worst kind
    assert Recipe.from_png(full.to_png(Image.new("RGB", (4, 4)))) == full
    assert full.but(w=3.0).conditions == full.conditions


@pytest.mark.parametrize(
    "conditions, message",
    [
        ([MASK] * (MAX_CONDITIONS + 1), "conditions = .*at most 6"),
        ([{"name": "Canny"}], r"conditions\[0\].name = 'Canny' .*'ControlNet'"),
        ([{**MASK, "strength": 3}], r"conditions\[0\].strength = 3 .*from 0 to 2"),
        ([MASK, {**MASK, "kind": "depth"}], r"conditions\[1\].kind = 'depth' .*'labels'"),
        ([{**MASK, "start": 0.8, "end": 0.2}], r"conditions\[0\].start = 0.8 .*to end, 0.2"),
        ([{**MASK, "images": [SHAPE, SHAPE]}], r"conditions\[0\].images = 2 pictures"),
        ([{**MASK, "images": ["/etc/passwd"]}], r"conditions\[0\].images\[0\] = '/etc/passwd'.*data:image"),
        ([{**MASK, "images": 5}], r"conditions\[0\].images"),
        ([{**MASK, "images": [[SHAPE]]}], r"conditions\[0\].images"),
        (["ControlNet"], r"conditions\[0\].images = \[\] .*a picture"),
        ([MASK, {"name": "GlobalPrompt"}], r"conditions\[1\].images = \[\] .*a picture"),
        ([{**MASK, "strength": 0, "images": []}], r"conditions\[0\].images = \[\] .*a picture"),
        ([{**MASK, "images": [cut(SHAPE)]}], r"conditions\[0\].images\[0\] = .*truncated"),
        ([MASK, {**LIKE, "images": [cut(LARGE)]}], r"conditions\[1\].images\[0\] = .*truncated"),
        ([ALL[0], ALL[0]], r"conditions\[1\].kind = 'edges' .*each kind once with UniControlNet"),
        ([{**MASK, "colour": 1}], r"conditions\[0\].colour = 1 .*only"),
        ("[" * 200_000, "conditions = .*characters"),
        (7, "conditions = 7"),
    ],
)
def test_what_is_wrong_is_named(conditions, message):
    with pytest.raises(RecipeError, match=message):
        Recipe(conditions=conditions)


def test_a_world_without_the_network_says_so(able):
    able.write_text(json.dumps({"unet": ["a", "b"]}))
    with pytest.raises(RecipeError, match=r"conditions\[0\] = 'ControlNet' .*This model has no ControlNet"):
        recipe(MASK)
    with pytest.raises(RecipeError, match="has no network that turns a picture"):
        recipe(LIKE)
    assert recipe({**MASK, "strength": 0.0}).conditions


@pytest.mark.parametrize(
    "conditions, fields, calls",
    [
        ([], {}, 2),
        ([MASK], {}, 2.8),
        ([MASK], {"w": 0.0}, 1.4),
        ([MASK, {**MASK, "kind": "edges"}], {}, 3.6),
        (ALL, {}, 2.8),
        ([{**MASK, "branches": "conditional"}], {}, 2.4),
        ([LIKE, {**MASK, "name": "T2IAdapter"}], {}, 2),
        ([{**MASK, "strength": 0}], {}, 2),
        ([MASK], {"rule": "TwoScales"}, 3.8),
        ([MASK], {"sampler": "Heun"}, 5.6),
    ],
)
def test_what_they_cost(conditions, fields, calls):
    made = recipe(*conditions, **fields)
    assert made.calls_per_step == pytest.approx(calls)
    assert made.cost == round(10 * 2 * calls) and isinstance(made.cost, int)


def keys(made):
    return [(note.key, note.values.get("control")) for note in read(made).notes]


def test_an_empty_drawing_is_no_condition_and_is_told():
    made = recipe({**MASK, "images": [EMPTY]}, MASK | {"kind": "lines"})
    assert [each.kind for each in plan(made)["conditions"]] == ["lines"]
    assert keys(made) == [("empty_drawing", "choice mask")]
    html = note_list((), read(made).notes)
    assert "shape was left out: nothing is drawn" in html and "没有使用形状" in html
    assert not keys(recipe(MASK))


@pytest.mark.parametrize(
    "conditions, fields, found",
    [
        ([MASK], {}, ()),
        ([{**MASK, "strength": 0}], {}, ("choice mask",)),
        ([{**LIKE, "strength": 0}], {}, ("GlobalPrompt",)),
        ([{**MASK, "start": 0.91, "end": 1.0}], {}, ("choice mask",)),  # of ten steps the last begins at 0.9
        ([{**MASK, "start": 0.9, "end": 1.0}], {}, ()),
        ([{**MASK, "start": 0.91, "end": 1.0}], {"steps": 25}, ()),
        ([{**MASK, "start": 0.0, "end": 0.09}], {}, ("choice mask",)),  # and the first ends at 0.1
        ([{**MASK, "start": 0.3, "end": 0.3}], {"sampler": "Heun"}, ("choice mask",)),
        ([{**MASK, "start": 0.2, "end": 0.3}], {"sampler": "Flow"}, ()),
        ([{**MASK, "start": 0.01, "end": 0.05}], {"sampler": "DDPM"}, ("choice mask",)),
        ([{**MASK, "branches": "conditional"}], {"w": -1.0}, ("choice mask",)),
        ([{**MASK, "branches": "conditional"}], {"w": 0.0, "rule": "CFGPlusPlus"}, ("choice mask",)),
        ([{**MASK, "branches": "conditional"}], {"w": 2.0}, ()),
        ([{**MASK, "images": [EMPTY]}], {}, ()),  # said already
        ([MASK], {"rule": "TwoScales"}, ()),
        ([], {"rule": "TwoScales"}, ("option TwoScales_w_condition",)),
        ([{**MASK, "images": [EMPTY]}], {"rule": "TwoScales"}, ("option TwoScales_w_condition",)),
    ],
)
def test_what_is_not_heard_is_known_beforehand(conditions, fields, found):
    told = [
        note.values["control"]
        for note in beforehand(recipe(*conditions, **fields))
        if note.key in ("idle", "no_step_inside")
    ]
    assert tuple(told) == found


def test_without_a_prompt_the_branches_may_still_differ():
    rule = lambda *conditions, **fields: plan(recipe(*conditions, prompt="", **fields))["rules"][0]
    assert rule(MASK) == ClassifierFree(-1.0)
    assert rule({**MASK, "branches": "conditional"}) == ClassifierFree(2.0)
    assert type(rule(MASK, rule="TwoScales")).__name__ == "TwoScales"
    assert rule(rule="TwoScales") == ClassifierFree(-1.0)
    assert not branching(recipe().rule, ()) and keys(recipe(MASK, prompt="")) == [("no_condition", None)]
    assert keys(recipe(MASK, prompt="", rule="TwoScales")) == []


def test_a_negative_prompt_is_heard_beside_conditions_that_are_weighed():
    assert keys(recipe(MASK, negative_prompt="dog", w=0.0)) == [("no_negative", None)]
    assert keys(recipe(MASK, negative_prompt="dog", w=0.0, rule="TwoScales")) == []


def test_the_pipeline_is_given_them():
    from pipelines import ControlNet, GlobalPrompt

    given = plan(recipe({**MASK, "strength": 0.7}, LIKE))["conditions"]
    assert given == (
        ControlNet(kind="mask", images=(SHAPE,), drawn=True, strength=0.7),
        GlobalPrompt(0.5, images=(SHAPE,)),
    )


def test_the_program_has_them():
    code = snippet(recipe({**MASK, "strength": 0.7}))
    assert "import ClassifierFree, ControlNet, DDIM, load_world" in code
    assert f"conditions=[ControlNet(strength=0.7, kind='mask', images=['{SHAPE}'], drawn=True)]" in code
    compile(code, "snippet", "exec")


def test_they_are_told_in_words():
    made = recipe({**MASK, "start": 0.5}, LIKE)
    said = {fact.key: fact.value for fact in brief(made)}["conditions"]
    assert said[0].startswith("ControlNet (from 0.5, kind shape, picture #") and said[0].count("; ") == 1
    assert "drawn" in said[0] and "drawn True" not in said[0] and "种类 形状" in said[1] and "像这一张" in said[1]
    (only,) = differences(made, recipe(LIKE))
    assert only.label == ("Conditions", "条件") and only.b[0].startswith("Like this one (strength 0.5")


def test_the_schema_says_what_they_may_be():
    from jsonschema import Draft202012Validator

    checks = Draft202012Validator(Recipe.schema())
    written = json.loads(json.dumps(recipe(MASK, LIKE).flat()))
    assert checks.is_valid(written), list(checks.iter_errors(written))
    assert not checks.is_valid({"conditions": [{"name": "Canny"}]})
    assert not checks.is_valid({"conditions": [{**MASK, "strength": 5}]})


def test_bytes_of_a_file_are_no_json_but_their_text_is():
    with pytest.raises(RecipeError):
        Recipe(conditions=[{**MASK, "images": [content(half())[:10]]}])
