"""The numbers under a column of the Draw tab: how well each layer is kept, and what is left of class and variety."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ...engine.seen import Scores
from ...recipe.uploads import square
from ...words import WORDS
from .layers import REFERENCE, Layer, seen

if TYPE_CHECKING:
    from PIL.Image import Image

Figure = list  # [[English, Chinese], the number as text]


def figures(layers: Sequence[Layer], pictures: Sequence[Image], scores: Scores | None, seconds: float) -> list[Figure]:
    """Means over the pictures: of each local layer what `pipelines.evaluation.adherence` measures; class; variety; time."""
    import numpy as np

    from pipelines.conditions.extract import extract
    from pipelines.evaluation.adherence import MEASURES

    found = []
    for layer in layers:
        if layer.kind == REFERENCE:
            continue
        wanted = seen(layer.kind, layer.picture, layer.drawn)[0]
        made = np.stack([extract(layer.kind, np.asarray(each.convert("RGB")), len(wanted)) for each in pictures])
        value = MEASURES[layer.kind](made, np.broadcast_to(wanted, made.shape)).mean()
        found.append(_figure(f"kept_{layer.kind}", f"{value:.2f}"))
    if scores is not None and scores.agreement is not None:
        found.append(_figure("kept_agreement", f"{100 * scores.agreement:.0f} %"))
    if scores is not None and scores.diversity is not None:
        found.append(_figure("kept_diversity", f"{scores.diversity:.2f}"))
    return [*found, _figure("kept_time", f"{seconds:.1f} s · n = {len(pictures)}")]


def likeness(cosine: float, ssim: float) -> list[Figure]:
    """What a column has of the picture that it was made from: in meaning, and place by place."""
    return [_figure("kept_reference", f"{cosine:.2f}"), _figure("kept_ssim", f"{ssim:.2f}")]


def comparing(world: Any, reference: str, columns: Sequence[Sequence[Image]]) -> Callable[[Any], Iterator]:
    """A job of the engine's thread: for each column the means over its pictures of two likenesses to the reference, the cosine of
    the judging CLIP and the structural similarity.
    """

    def job(stop) -> Iterator[tuple[list[tuple[float, float]] | None, bool]]:
        import numpy as np
        from PIL import Image

        from pipelines.evaluation.measures import cosines

        judging = world.judging
        if getattr(judging, "clip", None) is None:
            yield None, True
            return
        picture, flat = Image.fromarray(square(reference, REFERENCE)), [each for column in columns for each in column]
        ends = np.cumsum([len(pictures) for pictures in columns])[:-1]
        alike = cosines(judging.embed(flat), judging.embed([picture])[0]), _ssims(flat, picture)
        yield [tuple(float(each.mean()) for each in pair) for pair in zip(*(np.split(a, ends) for a in alike))], True

    return job


def _ssims(pictures: Sequence[Image], reference: Image):
    """The structural similarity of each picture and the reference, in the picture's size. (n,)"""
    import numpy as np
    import torch

    from pipelines.evaluation.similarity import ssim

    def tensor(each: Image):
        return torch.from_numpy(np.asarray(each.convert("RGB"))).permute(2, 0, 1).float()[None] / 127.5 - 1

    return np.array([float(ssim(tensor(each), tensor(reference.resize(each.size)))) for each in pictures])


def _figure(key: str, text: str) -> Figure:
    return [list(WORDS[key]), text]
