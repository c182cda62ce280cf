"""The upsampler as image to image: held-out pictures enlarged, beside bicubic ones, against w."""

from __future__ import annotations

import torch

from ...evaluation.intervals import ABOVE_ZERO, COSINE, Figure
from ...evaluation.similarity import cosine, psnr, ssim
from ...runs.cascade import STEPS, upsample
from ...worlds.reference import LARGER_EVERY, load_larger
from .context import Context
from .tables import Section, Table

STRENGTHS = (0.0, 1.0, 3.0)
MEASURES = {"SSIM": (ssim, COSINE), "cosine similarity": (cosine, COSINE), "PSNR, dB": (psnr, ABOVE_ZERO)}


@torch.no_grad()
def measure(context: Context) -> Section | None:
    """None for a world without an upsampler."""
    if context.lacks("upsampler", "the upsampler"):
        return None
    pipe = context.pipe
    larger = load_larger(context.world)
    count = min(context.n, len(larger.names))
    truth, names = larger.pictures[:count], larger.names[:count]
    small = context.held_out.pictures[::LARGER_EVERY][:count]
    seeds = range(context.seed, context.seed + count)
    made = {"bicubic": pipe.upsampler.enlarged(small).clamp(-1, 1)}
    for w in STRENGTHS:
        *_, last = upsample(pipe, small, names, seeds=seeds, w=w)
        made[f"w = {w:g}"] = last.x
    table = Table("Held-out pictures enlarged", "enlarged by", list(MEASURES))
    for label, pictures in made.items():
        table.rows[label] = [
            Figure.mean(each(pictures, truth).numpy(), context.draws, within=within)
            for each, within in MEASURES.values()
        ]
    return Section(
        "enlarged",
        "Upsampler",
        f"""{count} held-out pictures of 64 pixels, enlarged to 128 in {STEPS} steps, told their names, held to the drawing rendered
at 128 pixels. The cosine is of pictures as vectors, relative to white.""",
        [table],
    )
