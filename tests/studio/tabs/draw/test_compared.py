"""Two columns of the Draw tab as A and B of the Compare tab."""

import base64

import pytest

from studio.page.forms import shared_of
from studio.recipe import Recipe, RecipeError
from studio.tabs.compare import Handlers as Comparing
from studio.tabs.draw.compared import pair
from tests.studio.tabs.draw.test_handlers import LAYERS, REFERENCE, SETTING, asked, drawn, handlers  # noqa: F401

FORM = shared_of(Recipe(prompt="cat"))


def columns(handlers, **fields):  # noqa: F811
    return {
        each["key"]: [one["png"] for one in each["pictures"]] for each in drawn(handlers, asked(**fields))[-1].columns
    }


def test_a_column_without_conditions_and_one_with_them(handlers):  # noqa: F811
    made = columns(handlers, columns="each", reference=REFERENCE)
    sides = pair(made["none"], made["all"])
    assert [sides[name].title[0] for name in "ab"] == ["No condition", "All together"]
    assert [len(sides[name].recipe.conditions) for name in "ab"] == [0, 3]
    for side in sides.values():
        assert side.recipe.seeds == (0, 1) == tuple(side.pictures) and side.pictures[1].mode == "RGB"
    assert pair(made["none"], made["mask"])["b"].title[0] == "shape"
    assert "Like" in pair(made["none"], made["reference"])["b"].title[0]


def test_what_follows_a_stroke_is_held_to_the_same_without_conditions(handlers):  # noqa: F811
    made = columns(handlers, setting={**SETTING, "w_condition": 1.0})
    sides = pair([], made["all"])
    assert sides["a"].recipe == sides["b"].recipe.but(conditions=(), rule="") and not sides["a"].pictures
    comparing = Comparing(handlers.play)
    comparing.show("me", FORM)
    screen = comparing.take("me", "draw", lambda: sides)
    assert screen.sources.count('aria-pressed="true"') == 2 and screen.sources.count("All together") == 2
    assert screen.seeds == "0, 1" and screen.pair is None and "Draw both" in screen.status
    comparing.begin("me", screen.seeds)
    last = list(comparing.run("me"))[-1]
    assert last.pair is not None and "2 pictures" in last.status  # those of B were there
    assert comparing.show("me", FORM).pair is not None  # the tab is opened again
    assert comparing.swap("me").sources.count('aria-pressed="true"') == 2
    assert comparing.choose("me", FORM, "b", "draw b").words.count("Nothing") == 1  # now A and B are the same


@pytest.mark.parametrize("wrong", [None, "x", [7], ["data:image/png;base64,AAAA"], ["data:,"] * 99])
def test_what_holds_no_recipe_is_refused_with_a_reason(handlers, wrong):  # noqa: F811
    with pytest.raises(RecipeError):
        pair([], wrong)
    comparing = Comparing(handlers.play)
    screen = comparing.take("me", "draw", lambda: pair([], wrong))
    assert "error" in screen.status and screen.pair is None


def test_pictures_of_two_columns_or_damaged_ones_are_no_column(handlers):  # noqa: F811
    made = columns(handlers, layers=LAYERS[:1], columns="each")
    with pytest.raises(RecipeError, match="one column"):
        pair([], [made["none"][0], made["all"][1]])
    content = base64.b64decode(made["all"][0].partition(",")[2])
    with pytest.raises(RecipeError):
        pair([], ["data:image/png;base64," + base64.b64encode(content[: len(content) // 2]).decode()])
