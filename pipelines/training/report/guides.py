"""Guide against judge: what a guide sees gained of its own guidance, and what one sees that did not guide."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ...evaluation.intervals import Figure
from .agreement import hits
from .context import Context
from .setup import Setting
from .tables import Section, Table

COUNT, MOST = 128, 400
GUIDE, JUDGE = "the guide itself", "the judge"


def measure(context: Context) -> Section | None:
    tables = [table for table in (of_classifier(context), of_clip(context)) if table is not None]
    return (
        Section(
            "guides",
            "Guide against judge",
            """Guidance raises what its guide looks at, and that can
be less than what is there: pictures that please a guide need not please another network. CLIP's gain is the
rise of the cosine of picture and prompt over that of the same seeds unguided, as a share of what the same
network sees between right and wrong names of real pictures that were never trained on.""",
            tables,
        )
        if tables
        else None
    )


def of_classifier(context: Context) -> Table | None:
    """Share of pictures that have the label that the classifier pulled to, says the classifier and says the judge."""
    if not context.gammas:
        return None
    head = context.setup.pulled
    table = Table(
        f"Classifier guidance: share of pictures of the {head} that was asked for", "pictures", [GUIDE, JUDGE]
    )
    labels = context.pipe.classifier.labels[head]
    for setting in [Setting(w=0), *(Setting(gamma=gamma) for gamma in context.gammas)]:
        said = said_by(context.pipe.classifier, context.for_guide(context.batch(setting).pictures), head)
        own = [labels[k] == thing.labels[head] for k, thing in zip(said, context.asked(setting), strict=True)]
        table.rows[str(setting)] = [Figure.share(own), Figure.share(hits(context, setting, head))]
    return table


def of_clip(context: Context) -> Table | None:
    """The gain of CLIP guidance, says the CLIP that guided and says the judge CLIP."""
    if any(context.lacks(part, "CLIP guidance") for part in ("clip", "judge_clip")):
        return None
    count = min(COUNT, context.n)
    setting = Setting(semantic=context.setup.semantic, count=count)
    prompts = [thing.prompt for thing in context.asked(setting)]
    before, after = context.batch(Setting(w=0)).pictures[:count], context.batch(setting).pictures
    table = Table(
        "CLIP guidance: rise of the cosine, in gaps between right and wrong names", "pictures", [GUIDE, JUDGE]
    )
    table.rows[str(setting)] = [
        Figure.mean(
            gains(clip, view(before), view(after), prompts)
            / gap(clip, view(context.held_out.pictures[:MOST]), context.held_out.names[:MOST]),
            context.draws,
            context.seed,
        )
        for clip, view in ((context.pipe.clip, context.for_guide), (context.judge_clip, context.for_judge))
    ]
    return table


@torch.no_grad()
def said_by(classifier, pictures: Tensor, head: str) -> list[int]:
    """The label that the noise-aware classifier gives to clean pictures."""
    return torch.cat([classifier(part, torch.tensor(0.0))[head] for part in pictures.split(128)]).argmax(1).tolist()


@torch.no_grad()
def gains(clip, before: Tensor, after: Tensor, prompts: list[str]) -> np.ndarray:
    """How much nearer each picture came to its prompt, a difference of cosines, (N,)."""
    texts = clip.encode_text(prompts)
    return ((clip.encode_image(after) - clip.encode_image(before)) * texts).sum(-1).numpy()


@torch.no_grad()
def gap(clip, pictures: Tensor, names: list[str]) -> float:
    """Mean cosine of real pictures with their own names, less that with each other's: the scale of a CLIP's cosine."""
    images = torch.cat([clip.encode_image(part) for part in pictures.split(128)])
    cosines = images @ clip.encode_text(names).T
    different = torch.tensor([[one != other for other in names] for one in names])
    return float(cosines.diagonal().mean() - cosines[different].mean())
