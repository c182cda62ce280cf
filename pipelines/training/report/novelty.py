"""How far generated pictures are from the nearest training picture, how many are near copies, and which it is."""

from __future__ import annotations

import numpy as np
from PIL import Image
from torch import Tensor
from torch.nn.functional import interpolate

from ...evaluation.intervals import SHARE, Figure
from ...evaluation.novelty import AROUND, QUANTILE, Nearest, copy_threshold, nearest
from ..pictures import sheet
from .context import Context
from .setup import Setting
from .tables import Section, Table

CALIBRATED = 1_000
SETTINGS = (Setting(told="nothing"), Setting(w=0), Setting(w=2))
PICTURE, SHOWN, SIDE = "novelty.jpg", 16, 64


def measure(context: Context) -> Section:
    thumbnails = context.thumbnails
    threshold = between_different(context)
    table = Table(
        f"Distance to the nearest of {len(thumbnails.names):,} training pictures",
        "pictures",
        ["distance", "ratio to the 50 nearest", "near copies"],
    )
    train = thumbnails.pictures
    whole = {str(s): smaller(context.batch(s).pictures, train) for s in SETTINGS}
    found = {label: nearest(rows(pictures), rows(train)) for label, pictures in whole.items()}
    unseen = nearest(rows(smaller(context.held_out.pictures, train)), rows(train))
    most = 2 * train[0].numel() ** 0.5  # the distance of black and white
    for label, one in {"real, never trained on": unseen, **found}.items():
        middle = [
            Figure.of(np.median, values, draws=context.draws, seed=context.seed, within=SHARE)
            for values in (one.distance / most, one.ratio)
        ]
        table.rows[label] = [*middle, Figure.share(one.ratio < threshold)]
    draw(context, found).save(context.folder / PICTURE, quality=88)
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
{", then ".join(str(s) for s in SETTINGS)}.""",
        [table],
        [PICTURE],
    )


def between_different(context: Context) -> float:
    """The ratio below which a share QUANTILE of training pictures are to the nearest one that is different."""
    names = np.unique(context.thumbnails.names, return_inverse=True)[1]
    things = names if context.setup.different == "name" else np.arange(len(names))
    return copy_threshold(rows(context.thumbnails.pictures), things, CALIBRATED, context.seed)


def rows(pictures: Tensor) -> np.ndarray:
    """A picture a row: (N, 3, S, S) -> (N, 3 S²)."""
    return pictures.flatten(1).numpy()


def smaller(pictures: Tensor, like: Tensor) -> Tensor:
    """(N, 3, H, W) at the size of the thumbnails, the mean of what each pixel covers."""
    return pictures if pictures.shape[-1] == like.shape[-1] else interpolate(pictures, like.shape[-2:], mode="area")


def draw(context: Context, found: dict[str, Nearest]) -> Image.Image:
    """Two rows a setting: generated, and nearest; SHOWN of them, evenly from the smallest ratio to the largest."""
    lines = []
    for setting in SETTINGS:
        one = found[str(setting)]
        order = np.argsort(one.ratio)
        order = order[np.linspace(0, len(order) - 1, min(SHOWN, len(order))).round().astype(int)]
        lines += [
            [_large(picture) for picture in context.batch(setting).pictures[order]],
            [_large(picture) for picture in context.thumbnails.pictures[one.index[order]]],
        ]
    return sheet(lines, gap=4)


def _large(picture: Tensor) -> Image.Image:
    levels = ((picture / 2 + 0.5).clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()
    return Image.fromarray(levels).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
