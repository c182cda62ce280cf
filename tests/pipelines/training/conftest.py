"""A tiny data set."""

import numpy as np
import pytest

from pipelines.training import data
from pipelines.training.data import EmojiData
from pipelines.training.taxonomy import GROUPS, SUBGROUPS


def thing(en, zh, group, subgroup, code="1F34E", tags_en=(), tags_zh=()):
    return {
        "en": en,
        "zh": zh,
        "tags_en": list(tags_en),
        "tags_zh": list(tags_zh),
        "group": list(GROUPS).index(group),
        "subgroup": list(SUBGROUPS).index(subgroup),
        "hexcode": code,
        "emoji": chr(int(code, 16)),
        "label": en,
    }


@pytest.fixture
def tiny():
    """Three things in five styles, at 4×4 pixels; the flat apple is held out."""
    entries = [
        thing("red apple", "红苹果", "food-drink", "food-fruit", "1F34E", ["fruit", "ripe", "flat"], ["水果"]),
        thing("elephant", "大象", "animals-nature", "animal-mammal", "1F418", ["trunk"]),
        thing("grapes", "葡萄", "food-drink", "food-fruit", "1F347"),
    ]
    name, style = np.divmod(np.arange(15), 5)
    images = np.random.default_rng(0).integers(0, 256, (15, 4, 4, 3), dtype=np.uint8)
    return EmojiData(
        images=images,
        name=name,
        style=style,
        heldout=np.arange(15) == 1,
        entries=entries,
        **{f"{kind}s": [item.label for item in table.values()] for kind, table in data.TABLES.items()},
        **{f"{kind}s_zh": [item.zh for item in table.values()] for kind, table in data.TABLES.items()},
        licences={"flat": "MIT"},
        versions={"flat": "1"},
    )
