"""Whether the judge gives generated pictures the labels that were asked for, beside what it says of real ones."""

from __future__ import annotations

import numpy as np

from ...evaluation.intervals import Figure
from .context import Context
from .setup import Setting
from .tables import Section, Table


def measure(context: Context) -> Section:
    heads = context.setup.heads
    table = Table("Share of pictures that the judge gives the label that was asked for", "pictures", list(heads))
    features = context.features
    for label, seen, truth in (
        ("real, never trained on", features.held_out, features.held_out_labels),
        ("real, trained on", features.train, features.train_labels),
    ):
        table.rows[label] = [Figure.share(context.said(seen, head) == truth[head]) for head in heads]
    for setting in context.settings():
        table.rows[str(setting)] = [Figure.share(hits(context, setting, head)) for head in heads]
    return Section(
        "agreement",
        "What the judge says",
        f"""The judge is a classifier of clean pictures that
guides nothing. γ is the classifier's, towards the {context.setup.pulled}, at w = 0; γ = 0 is w = 0. Things to
ask for are drawn from the training pictures.""",
        [table],
    )


def hits(context: Context, setting: Setting, head: str) -> np.ndarray:
    """Whether the judge agrees, (N,) bool."""
    wanted = [context.judge.labels[head].index(thing.labels[head]) for thing in context.asked(setting)]
    return context.said(context.judged(setting), head) == wanted
