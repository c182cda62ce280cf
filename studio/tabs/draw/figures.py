"""The numbers under a column of the Draw tab: how well each layer is kept, and what is left of class and variety."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ...engine.metrics import Scores
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


def likeness(value: float) -> Figure:
    """The figure of a cosine."""
    return _figure("kept_reference", f"{value:.2f}")


def comparing(world: Any, reference: str, columns: Sequence[Sequence[Image]]) -> Callable[[Any], Iterator]:
    """A job of the engine's thread: mean cosines of each column's pictures and the reference, by the judging CLIP."""

    def job(stop) -> Iterator[tuple[list[float] | None, bool]]:
        import numpy as np
        from PIL import Image

        from pipelines.evaluation.measures import cosines

        judging = world.judging
        if getattr(judging, "clip", None) is None:
            yield None, True
            return
        wanted = judging.embed([Image.fromarray(square(reference, REFERENCE))])[0]
        embedded = judging.embed([picture for pictures in columns for picture in pictures])
        ends = np.cumsum([len(pictures) for pictures in columns])[:-1]
        yield [float(each.mean()) for each in np.split(cosines(embedded, wanted), ends)], True

    return job


def _figure(key: str, text: str) -> Figure:
    return [list(WORDS[key]), text]
