"""The torch side of what is seen of a run: its calls are counted, and with an observer, what judge and guide say of its x̂0."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor

from pipelines import CONDITIONS
from pipelines.evaluation.measures import clip_scores, cosines
from pipelines.process.times import CLEAN
from pipelines.runs.observe import Observation, Observer

from ..recipe import Recipe
from ..recipe.plan import plan
from ..recipe.prompts import Reading
from .judging import Judging
from .seen import Moment


@contextmanager
def counting(pipe) -> Iterator[Counter]:
    """A counter whose `calls` grows by the batch at each call of a drawing network while the context is open.

    A network that is told of conditions is worth a share of a call, as in the recipe's cost.
    """
    counter = Counter()
    names = {"unet": 1.0, "weak": 1.0, "upsampler": 1.0}
    names |= {part: kind.share for kind in CONDITIONS.values() for part in kind.needs if kind.share}
    parts = {name: getattr(pipe, name, None) for name in names}
    networks = {name: network for name, network in parts.items() if network is not None}
    for name, network in networks.items():
        network.forward = _counted(network.forward, counter, names[name])
    try:
        yield counter
    finally:
        for network in networks.values():
            del network.forward  # the class's own shows again


class Counter:
    """Network calls: `calls` is a whole number."""

    def __init__(self):
        self.total = 0.0

    @property
    def calls(self) -> int:
        return round(self.total)


def _counted(forward, counter: Counter, worth: float):
    def counted(sample, *arguments, **named):
        counter.total += worth * len(sample)
        return forward(sample, *arguments, **named)

    return counted


@torch.no_grad()
def watched(pipe, judging: Judging, recipe: Recipe, reading: Reading) -> Iterator[Moment]:
    """The moments of a run: one before each step, and one when it is over. The pictures are those of the plain run.

    A step that asks the rules several times has the numbers of the first time, at its own x_t. Its x̂0 is the one that
    the sampler used; `AMED` uses that of its second. Latents are shown as the decoder draws them, x_t with its noise.
    """
    observer, scores, factor = Observer(), Scores(pipe, judging, reading), pipe.space.factor
    latent = factor > 1
    with counting(pipe) as counter:
        for step in pipe.steps(**plan(recipe, reading), observer=observer):
            first, *others = observer.take()
            x0 = pipe.pictures(step.prediction.x0).clamp(-1, 1)
            yield Moment(
                step.index,
                step.total,
                step.t.a,
                step.t.b,
                _pixels(pipe.pictures(first.x)),
                _pixels(x0),
                _array(_enlarged(first.heat, factor)),
                _guidance(first)
                | scores(x0, step.prediction.x0 if latent else None)
                | scores.noised(first.x, first.t.index),
                1 + len(others),
                counter.calls - observer.extra,
                observer.extra,
                latent,
            )
        x = pipe.pictures(step.x).clamp(-1, 1)
        end = (step.total, step.total, CLEAN.a, CLEAN.b, _pixels(x), _pixels(x))
        heat = np.zeros((len(x), *x.shape[2:]), np.float32)
        yield Moment(
            *end, heat, scores(x, step.x if latent else None), 0, counter.calls - observer.extra, observer.extra, latent
        )


class Scores:
    """What the models of a world say of x, (B, C, H, W), and of its pictures: a dictionary of (B,)."""

    def __init__(self, pipe, judging: Judging, reading: Reading):
        self.pipe, self.judging, self.label = pipe, judging, reading.label
        self.clip = judging.clip if reading.text else None
        self.text = self.clip and self.clip.encode_text([reading.text])

    def __call__(self, x: Tensor, latents: Tensor | None = None) -> dict[str, np.ndarray]:
        """Of clean pictures in [-1, 1]: judge, CLIP, and the variance over all values; of them or their latents, the guide."""
        found = {"variance": _array(x.flatten(1).var(1, correction=0))}
        if self.label is not None and self.judging.judge is not None:
            head, index = self.judging.judge.find(self.label)
            found["judge"] = _array(self.judging.judge(self.judging.sized(x))[head].softmax(-1)[:, index])
        if self.text is not None:
            seen = _array(self.clip.encode_image(self.judging.sized(x)))
            found["clip_score"] = clip_scores(cosines(seen, _array(self.text)))
        return found | self._guide("guide", x if latents is None else latents, 0)

    def noised(self, x: Tensor, index: float) -> dict[str, np.ndarray]:
        """Of x_t: what the guide sees when it guides."""
        return self._guide("guide_noised", x, index)

    def _guide(self, name: str, x: Tensor, index: float) -> dict[str, np.ndarray]:
        classifier = self.pipe.classifier
        if self.label is None or classifier is None:
            return {}
        timesteps = torch.full((len(x),), float(max(index, 0)), device=x.device)
        return {name: _array(classifier.log_prob(x, timesteps, self.label).exp())}


def _guidance(look: Observation) -> dict[str, np.ndarray]:
    names = ("difference", "cosine", "change", "pull", "pull_cosine")
    found = {name: _array(getattr(look, name)) for name in names}
    return found | {"pull": look.t.b * found["pull"]}  # in the units of ε̂, as the rule's change


def _enlarged(heat: Tensor, factor: int) -> Tensor:
    """A value a pixel, (B, H, W), of one a place of the latents."""
    return heat.repeat_interleave(factor, 1).repeat_interleave(factor, 2)


def _pixels(x: Tensor) -> np.ndarray:
    """(B, 3, H, W) around [-1, 1] -> (B, H, W, 3) uint8, rounded as the pipeline rounds."""
    x = (x / 2 + 0.5).clamp(0, 1).permute(0, 2, 3, 1).float().cpu().numpy()
    return np.nan_to_num(x * 255).round().astype(np.uint8)


def _array(values: Tensor) -> np.ndarray:
    return values.float().cpu().numpy()
