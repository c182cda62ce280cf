"""The pictures of a sweep as columns of the history, with the scores that mean there what they mean here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from ...engine.seen import Scores
from ...recipe import Recipe
from ...recipe.prompts import read
from ...sweeps import Cell
from ...sweeps.grid import drawn_as

if TYPE_CHECKING:
    from PIL.Image import Image

    from pipelines.evaluation.intervals import Figure


def columns(
    cell: Cell, images: Sequence[Image], figures: Mapping[str, Figure]
) -> Iterator[tuple[Recipe, Sequence[Image], Scores]]:
    """A column a prompt, by the simplest recipe of its pixels, so that a picture of two cells is one.

    Scores are those of the whole cell. The distance of a sweep is another measure than that of the Play tab, about another
    centre, and its CLIP score may be a real CLIP's: they are left out.
    """
    labels, agreed = {read(recipe).label for recipe in cell.recipes}, figures.get("agreement")
    scores = Scores(
        agreed.n if agreed else cell.n,
        agreement=agreed and agreed.value,
        agreement_ci=agreed and (agreed.low, agreed.high),
        label=labels.pop() if len(labels) == 1 else None,
        clip_by="",
    )
    ends = accumulate((len(recipe.seeds) for recipe in cell.recipes), initial=0)
    for recipe, (start, end) in zip(cell.recipes, pairwise(ends), strict=True):
        yield drawn_as(recipe), images[start:end], scores
