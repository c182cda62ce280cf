"""What the networks cost: parameters, operations, and pictures a second."""

from __future__ import annotations

import os

import torch
from torch.utils.flop_counter import FlopCounterMode

from ...evaluation.intervals import ABOVE_ZERO, Figure
from .context import Context
from .setup import Setting
from .tables import Section, Table


def measure(context: Context) -> Section:
    networks = Table("Of one forward of one picture", "network", ["parameters, million", "GFLOP"])
    for name, (module, call) in forwards(context).items():
        with torch.no_grad(), FlopCounterMode(display=False) as counter:
            call()
        networks.rows[name] = [
            Figure(sum(p.numel() for p in module.parameters()) / 1e6),
            Figure(counter.get_total_flops() / 1e9),
        ]
    speed = Table(f"Pictures a second, {context.steps} steps of DDIM", "setting", ["pictures a second"])
    for setting in (Setting(w=0), Setting(w=2), *(Setting(gamma=gamma) for gamma in context.gammas[:1])):
        batch = context.batch(setting)
        figure = Figure.of(
            lambda sizes, seconds: sizes.sum() / seconds.sum(),
            batch.sizes,
            batch.seconds,
            seed=context.seed,
            within=ABOVE_ZERO,
        )
        speed.rows[str(setting)] = [
            figure._replace(n=int(batch.sizes.sum()), **({} if len(batch.sizes) > 1 else dict(low=None, high=None)))
        ]
    return Section(
        "cost",
        "Cost",
        f"""Operations are counted by `torch.utils.flop_counter`, a multiplication
and an addition as two. Pictures are made in batches of {int(context.batch(Setting(w=0)).sizes.max())} on
{torch.get_num_threads()} threads of {os.cpu_count()} processor cores, with all that the report does besides;
the interval is over batches.""",
        [networks, speed],
    )


def forwards(context: Context) -> dict[str, tuple[torch.nn.Module, object]]:
    """Each network with one forward of one picture."""
    pipe, judge = context.pipe, context.judge
    x, condition = torch.zeros(1, *pipe.sample_shape), pipe.encode([context.names[0]])
    picture = torch.zeros(1, *pipe.picture_shape)
    small = context.for_judge(picture)
    found = {
        "denoising U-Net": (pipe.unet, lambda: pipe.network(x, torch.zeros(1), condition)),
        "text or class encoder, once a run": (pipe.text_encoder, lambda: pipe.encode([context.names[0]])),
        "classifier": (pipe.classifier, lambda: pipe.classifier(x, torch.zeros(1))),
        "CLIP, of a picture": (pipe.clip, lambda: pipe.clip.encode_image(x)),
        "autoencoder, to a picture": (pipe.vae, lambda: pipe.space.decode(x)),
        "autoencoder, of a picture": (pipe.vae, lambda: pipe.space.encode(picture)),
        "judge": (judge, lambda: judge(small)),
        "judge CLIP, of a picture": (context.judge_clip, lambda: context.judge_clip.encode_image(small)),
    }
    return {name: pair for name, pair in found.items() if pair[0] is not None}
