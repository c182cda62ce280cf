"""How far generated pictures are from the nearest training picture, how many are near copies, and which it is.

On pixels of 32 × 32: copying is a matter of pixels, while a judge's features forget what does not tell labels apart, so
that two different pictures of a kind lie together. A plain threshold on pixel distances calls every small or pale
picture a copy, since those lie near everything. So a picture's distance to the nearest is taken relative to the mean of
its 50 nearest (as in Carlini et al. 2023, section 5), and the threshold on that ratio is set by real pictures.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import interpolate

from ...evaluation.intervals import SHARE
from ..sheet import sheet
from .context import Context
from .figures import Figure, Section, Table
from .setup import Setting

AROUND, QUANTILE, CALIBRATED = 50, 0.05, 1_000
PICTURE, SHOWN, SIDE = "novelty.jpg", 16, 64


class Nearest(NamedTuple):
    """index: (N,) of the nearest training picture; distance: (N,), root mean square difference of levels from 0 to 1;
    ratio: (N,), the distance over the mean of the nearest AROUND."""

    index: np.ndarray
    distance: np.ndarray
    ratio: np.ndarray


@torch.no_grad()
def nearest(pictures: Tensor, train: Tensor, allowed: np.ndarray | None = None, chunk: int = 128) -> Nearest:
    """pictures: (N, 3, S, S), train: (M, 3, S, S) in [−1, 1]; allowed: (N, M) bool, training pictures to look among."""
    x, y = pictures.flatten(1), train.flatten(1)
    squares, found = y.square().sum(1), []
    for start in range(0, len(x), chunk):
        part = x[start : start + chunk]
        apart = (part.square().sum(1)[:, None] + squares - 2 * part @ y.T).clamp(min=0).div(4 * x.shape[1]).sqrt()
        if allowed is not None:
            apart = apart.masked_fill(~torch.from_numpy(allowed[start : start + chunk]), torch.inf)
        close, index = apart.topk(min(AROUND, apart.shape[1]), largest=False)
        mean = torch.where(close.isfinite(), close, 0).sum(1) / close.isfinite().sum(1)
        found.append((index[:, 0], close[:, 0], close[:, 0] / mean.clamp(min=1e-9)))
    return Nearest(*(torch.cat(parts).numpy() for parts in zip(*found)))


def measure(context: Context) -> Section:
    thumbnails = context.thumbnails
    threshold = between_different(context)
    table = Table(
        f"Distance to the nearest of {len(thumbnails.names):,} training pictures",
        "pictures",
        ["distance", "ratio to the 50 nearest", "near copies"],
    )
    whole = {str(s): smaller(context.batch(s).pictures, thumbnails.pictures) for s in settings(context)}
    found = {label: nearest(pictures, thumbnails.pictures) for label, pictures in whole.items()}
    unseen = nearest(smaller(context.held_out.pictures, thumbnails.pictures), thumbnails.pictures)
    for label, one in {"real, never trained on": unseen, **found}.items():
        middle = [
            Figure.of(np.median, values, draws=context.draws, seed=context.seed, within=SHARE)
            for values in (one.distance, one.ratio)
        ]
        table.rows[label] = [*middle, Figure.share(one.ratio < threshold)]
    draw(context, whole, found).save(context.folder / PICTURE, quality=88)
    other = "picture of another thing" if context.setup.different == "name" else "other picture"
    return Section(
        "novelty",
        "Novelty",
        f"""Pictures at 32 × 32 against thumbnails of the training pictures.
Distance: root mean square difference of levels from 0 to 1, the median; ratio: that over the mean distance of
the {AROUND} nearest, the median. A near copy is nearer to one training picture, by this ratio, than
{1 - QUANTILE:.0%} of training pictures are to any {other}: ratio below {threshold:.3f}. Pixels and not
features, since a judge's features forget what does not tell labels apart. Real pictures never trained on are
the measure of what is usual: many things look alike in two styles. In the picture, from the nearest to the
farthest: generated above, nearest training picture below; first
{", then ".join(str(s) for s in settings(context))}.""",
        [table],
        [PICTURE],
    )


def settings(context: Context) -> list[Setting]:
    return [Setting(told="nothing"), Setting(w=0), Setting(w=2)]


def between_different(context: Context) -> float:
    """The ratio below which a share QUANTILE of training pictures are to the nearest one that is different."""
    pictures, names = context.thumbnails.pictures, np.unique(context.thumbnails.names, return_inverse=True)[1]
    rows = np.random.default_rng(context.seed).permutation(len(pictures))[:CALIBRATED]
    mine = (
        names[rows][:, None] == names if context.setup.different == "name" else rows[:, None] == np.arange(len(names))
    )
    return float(np.quantile(nearest(pictures[rows], pictures, ~mine).ratio, QUANTILE))


def smaller(pictures: Tensor, like: Tensor) -> Tensor:
    """(N, 3, H, W) at the size of the thumbnails, the mean of what each pixel covers."""
    return pictures if pictures.shape[-1] == like.shape[-1] else interpolate(pictures, like.shape[-2:], mode="area")


def draw(context: Context, whole: dict[str, Tensor], found: dict[str, Nearest]) -> Image.Image:
    """Two rows a setting: generated, and nearest; SHOWN of them, evenly from the smallest ratio to the largest."""
    rows = []
    for setting in settings(context):
        one = found[str(setting)]
        order = np.argsort(one.ratio)
        order = order[np.linspace(0, len(order) - 1, min(SHOWN, len(order))).round().astype(int)]
        rows += [
            [_large(picture) for picture in context.batch(setting).pictures[order]],
            [_large(picture) for picture in context.thumbnails.pictures[one.index[order]]],
        ]
    return sheet(rows, gap=4)


def _large(picture: Tensor) -> Image.Image:
    levels = ((picture / 2 + 0.5).clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()
    return Image.fromarray(levels).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
