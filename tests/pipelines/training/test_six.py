"""The picture of six prompts with what is drawn and shown, on tiny networks."""

import numpy as np
import pytest
from PIL import Image

from pipelines.conditions import drawings
from pipelines.conditions.extract import KINDS, extract, is_empty
from pipelines.declarations.inline import as_url, picture_of
from pipelines.training.report.six import CELL, CHOSEN, GROUP, HEAD, LABEL, PAIR, Row, chosen, groups, six
from pipelines.worlds.reference import load_reference
from tests.tiny import SIZE, tiny_conditioned

ROWS = [
    Row("red apple", as_url(drawings.small(drawings.pear)), as_url(Image.new("RGB", (SIZE, SIZE), "red"))),
    Row("cat", as_url(drawings.small(drawings.house)), as_url(Image.new("RGB", (SIZE, SIZE), "blue"))),
]


def test_each_condition_stands_alone_and_all_together_change_the_picture():
    found = groups(tiny_conditioned(), ROWS, 2)
    assert [bool(group.inputs) for group in found] == [False, True, True, True, True, False]
    plain = [np.asarray(picture) for picture in found[0].made]
    for group in found[1:]:
        assert len(group.made) == 2 and len(group.inputs) in (0, 2)
        assert all((np.asarray(made) != one).any() for made, one in zip(group.made, plain, strict=True)), group.title
    assert found[4].inputs[0].getpixel((3, 3)) == (255, 0, 0)
    again = groups(tiny_conditioned(), ROWS[1:], 2)
    np.testing.assert_allclose(np.asarray(again[0].made[0], float), plain[1], atol=1)  # a row has its own seed


def test_a_world_that_has_no_network_for_a_reference_leaves_its_column_out():
    pipe = tiny_conditioned()
    whole = six(pipe, ROWS, 1)
    pipe.register_modules(global_adapter=None)
    found = groups(pipe, ROWS, 1)
    assert len(found) == 5 and "reference" in found[-1].title
    fewer = six(pipe, ROWS, 1)
    assert whole.width - fewer.width == 2 * CELL + PAIR + GROUP
    assert fewer.size == (LABEL + 8 * CELL + 3 * PAIR + 4 * GROUP, HEAD + 2 * CELL + PAIR)
    pipe.register_modules(controlnet=None)
    with pytest.raises(ValueError, match="UniControlNet"):
        six(pipe, ROWS, 1)


def test_six_prompts_have_drawings_that_every_map_shows_and_references_of_their_own():
    rows = chosen(load_reference("emoji"))
    assert [len(set(part)) for part in zip(*rows, strict=True)] == [6, 6, 6]
    for row in rows:
        picture = picture_of(row.drawing)
        assert picture.size == (drawings.SIDE, drawings.SIDE)
        assert not any(is_empty(kind, extract(kind, picture)) for kind in KINDS), row.prompt
    with pytest.raises(ValueError, match=str(CHOSEN[0][2][0])):
        chosen(load_reference("fashion"))
