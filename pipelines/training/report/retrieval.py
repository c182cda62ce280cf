"""Whether the judge CLIP finds the prompt's name again among all names."""

from __future__ import annotations

import numpy as np
import torch

from ...evaluation.intervals import Figure
from ...worlds.reference import load_features
from .context import Context
from .setup import Setting
from .tables import Section, Table

FIRST = (1, 5)
SEEN, HELD_OUT = "names seen, {}", "held-out pairs, {}"


def measure(context: Context) -> Section | None:
    if context.lacks("judge_clip", "whether the name is found again"):
        return None
    clip = context.judge_clip
    texts = context.named(clip)
    columns = [f"first {k}" if k > 1 else "first" for k in FIRST]
    table = Table(
        f"Share of pictures whose name is the judge CLIP's first, or in its first five, of {len(context.names):,}",
        "pictures",
        columns,
    )
    real = load_features(context.world, "judge_clip")
    add = lambda row, pictures, names: table.rows.update({row: figures(pictures, names, texts, context.names)})  # noqa: E731
    add("real, trained on: the ceiling", real.train, context.thumbnails.names[:: real.every])
    add("real, never trained on", real.held_out, context.held_out.names[: len(real.held_out)])
    for w in context.setup.strengths:
        setting = Setting(w=w)
        add(
            SEEN.format(setting),
            seen(clip, context.for_judge(context.batch(setting).pictures)),
            [thing.name for thing in context.asked(setting)],
        )
    for w in (0.0, 2.0) if context.setup.new_pairs else ():
        setting = Setting(w=w, told="held_out")
        add(
            HELD_OUT.format(f"w = {w:g}"),
            seen(clip, context.for_judge(context.batch(setting).pictures)),
            [thing.name for thing in context.asked(setting)],
        )
    return Section(
        "retrieval",
        "Whether the name is found again",
        """The judge CLIP was trained on clean
pictures and guides nothing. It is given a picture and every name there is, in English, without a style; chance
is one in the number of names. Held-out pairs are names in a style that nothing was trained on.""",
        [table],
    )


@torch.no_grad()
def seen(clip, pictures) -> np.ndarray:
    """(N, D), of length 1. pictures: (N, 3, H, W) in [−1, 1]."""
    return torch.cat([clip.encode_image(part) for part in pictures.split(128)]).numpy()


def ranks(pictures: np.ndarray, texts: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Place of each picture's right text, 1 the most similar; a tie counts against it. (N, D), (T, D), (N,) -> (N,)."""
    similarity = pictures @ texts.T
    return (similarity >= similarity[np.arange(len(right)), right][:, None]).sum(1)


def figures(pictures: np.ndarray, names: list[str], texts: np.ndarray, every: list[str]) -> list[Figure]:
    """A share for each of FIRST."""
    place = {name: index for index, name in enumerate(every)}
    found = ranks(pictures, texts, np.array([place[name] for name in names]))
    return [Figure.share(found <= k) for k in FIRST]
