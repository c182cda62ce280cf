"""Who can read a noised picture: the noise-aware networks that guide, and the clean ones, asked the same x_t."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ...evaluation.intervals import Figure
from .context import Context
from .retrieval import ranks, seen
from .tables import Section, Table

LEVELS = (0, 200, 400, 600, 800, 900)
AWARE, CLEAN = "noise-aware classifier", "judge"
CLIP_AWARE, CLIP_CLEAN = "noise-aware CLIP", "judge CLIP"


def measure(context: Context) -> Section | None:
    pipe, real = context.pipe, context.held_out
    n, heads, clips = min(context.n, len(real.names)), [], []
    if not context.lacks("classifier", "what a classifier reads in noise"):
        heads = [head for head in context.setup.heads if head in pipe.classifier.labels][:2]
    if not any(context.lacks(part, "what a CLIP reads in noise") for part in ("clip", "judge_clip")):
        pair = ((CLIP_AWARE, pipe.clip), (CLIP_CLEAN, context.judge_clip))
        clips = [(name, clip, context.named(clip)) for name, clip in pair]
    if not heads and not clips:
        return None
    columns = [f"{name}, {head}" for head in heads for name in (AWARE, CLEAN)] + [
        f"{name}, {first(context)}" for name, *_ in clips
    ]
    table = Table("Share that is right about real pictures that were never trained on, with noise", "time", columns)
    place = {name: index for index, name in enumerate(context.names)}
    right = np.array([place[name] for name in real.names[:n]])
    for level in LEVELS:
        t = pipe.schedule.at(level)
        x = context.noised(context.for_judge(real.pictures[:n]), level)
        read = context.noised(context.for_guide(real.pictures[:n]), level)  # what guides read
        networks = ((pipe.classifier, read, level), (context.judge, x, None)) if heads else ()
        both = [(network, answers(network, asked, time)) for network, asked, time in networks]
        row = [
            Figure.share([network.labels[head][k] == label for k, label in zip(said[head], real.labels[head])])
            for head in heads
            for network, said in both
        ]
        row += [
            Figure.share(ranks(seen(clip, read if clip is pipe.clip else x), texts, right) <= few(context))
            for _, clip, texts in clips
        ]
        table.rows["clean" if level == 0 else f"t = {level}, {t.b**2:.0%} noise"] = row
    return Section(
        "noise",
        "Why the networks that guide are noise-aware",
        """A classifier or CLIP that
guides must read x_t. The judges, trained on clean pictures, are asked the same noised pictures; beyond a little
noise they are lost, and a gradient of theirs says nothing. The time t is of the schedule; noise is b², the
share of variance. Where guides read latents, these have the same noise as the picture that the judges are asked.""",
        [table],
        ["noise.png"],
    )


def few(context: Context) -> int:
    """Names among which the right one must be."""
    return 5 if len(context.names) > 50 else 1


def first(context: Context) -> str:
    return "name in first 5" if few(context) == 5 else "name first"


@torch.no_grad()
def answers(network, x: Tensor, level: int | None = None) -> dict[str, list[int]]:
    """The label that a network gives each picture, a head each; `level` for one that is told the time."""
    time = () if level is None else (torch.tensor(float(level)),)
    parts = [network(part, *time) for part in x.split(128)]
    return {head: torch.cat([part[head] for part in parts]).argmax(1).tolist() for head in parts[0]}
