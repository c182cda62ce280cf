"""How clean the paint is: the shares of neighbouring pixels of one colour, of blotches, and of lines."""

from __future__ import annotations

import torch
from torch import Tensor

from ...evaluation.intervals import SHARE, Figure
from ...evaluation.paint import EDGE, FLAT, Paint, paint_shares
from ...worlds import judge_side
from .context import Context
from .setup import Setting
from .tables import Section, Table


def measure(context: Context) -> Section:
    side = context.pipe.picture_shape[-1]
    sets = {"real, never trained on": context.held_out.pictures}
    if context.pipe.vae is not None:
        sets["the same, through the autoencoder"] = through(context, context.held_out.pictures)
    settings = [Setting(told="nothing"), *context.settings()]
    sets |= {str(setting): context.batch(setting).pictures for setting in settings}
    columns = list(Paint._fields)
    sizes = (side, judge_side(context.world) or side)  # their own, and averaged to what the judges know
    tables = {size: Table(f"At {size} × {size} pixels", "pictures", columns) for size in sizes}
    for label, pictures in sets.items():
        for size, table in tables.items():
            if (own := pictures.shape[-1]) >= size:
                table.rows[label] = figures(pictures if own == size else context.for_judge(pictures), context)
    return Section(
        "paint",
        "Clean paint",
        f"""Shares of the pairs of neighbouring pixels, by the largest difference of a colour: flat below {FLAT:g} of 255, a line
above {EDGE:g}, blotched between the two. Emoji are flat paint and sharp lines, so what is more blotched than real pictures is the
network's doing; some of it is drawn, shades and soft rims. The interval is over pictures.""",
        list(tables.values()),
    )


def figures(pictures: Tensor, context: Context) -> list[Figure]:
    """In the order of `Paint`."""
    shares = zip(*(paint_shares(picture[None]) for picture in pictures), strict=True)
    return [Figure.mean(each, context.draws, context.seed, within=SHARE) for each in shares]


@torch.no_grad()
def through(context: Context, pictures: Tensor) -> Tensor:
    """What the autoencoder gives back of pictures, (N, 3, H, W)."""
    parts = pictures.split(128)
    return torch.cat([context.pipe.pictures(context.for_guide(part)).clamp(-1, 1) for part in parts])
