"""From a text to the CLIP's image embedding of a picture that it may mean (Ramesh et al. 2022, arXiv 2204.06125,
section 2.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import torch
from diffusers import DiffusionPipeline
from diffusers.utils import BaseOutput
from torch import Tensor

from ..networks.autoregressive_prior import AutoregressivePrior
from ..networks.clip import CLIP
from ..networks.decoding import Generated
from ..networks.prior import DiffusionPrior
from ..networks.text_encoder import TextEncoder
from .batch import batch_of
from .guided import GuidedPipeline


@dataclass
class PriorOutput(BaseOutput):
    """image_embeds: (B, D), of length 1. generated: how they were chosen, of the autoregressive prior."""

    image_embeds: Tensor
    generated: Generated | None = None


class DiffusionPriorPipeline(GuidedPipeline):
    """`GuidedPipeline` in the space of embeddings: the same loop, samplers and rules, with a `DiffusionPrior` as its
    `unet` and the CLIP's own text encoder."""

    @classmethod
    def of(cls, prior: DiffusionPrior, clip: CLIP) -> Self:
        """The pipeline of a prior and the CLIP whose embeddings it was trained on."""
        pipe = cls(prior, TextEncoder.from_clip(clip).eval(), prior.schedule, clip_sample_range=None)
        pipe.set_progress_bar_config(disable=True)
        return pipe

    def __call__(self, prompt=None, *, return_dict: bool = True, **settings):
        """A `PriorOutput`, an embedding a seed. The keywords are those of `GuidedPipeline`, without `output_type`."""
        x = super().__call__(prompt, output_type="latent", **settings).images
        found = self.unet.embedding(x)
        return PriorOutput(image_embeds=found) if return_dict else (found,)


class AutoregressivePriorPipeline(DiffusionPipeline):
    """Embeddings a principal component at a time, with the knobs of `AutoregressivePrior.generate`."""

    def __init__(self, prior: AutoregressivePrior, text_encoder: TextEncoder):
        super().__init__()
        self.register_modules(prior=prior, text_encoder=text_encoder)

    @classmethod
    def of(cls, prior: AutoregressivePrior, clip: CLIP) -> Self:
        """The pipeline of a prior and the CLIP whose embeddings it was trained on."""
        return cls(prior, TextEncoder.from_clip(clip).eval())

    @torch.no_grad()
    def __call__(
        self,
        prompt=None,
        *,
        seeds: Sequence[int] = (0,),
        num_images_per_prompt: int | None = None,
        w: float = 0.0,
        return_dict: bool = True,
        **knobs,
    ):
        """A `PriorOutput`, an embedding a seed; prompt and seeds as `GuidedPipeline`.

        w: classifier-free strength on the log probabilities. knobs: do_sample, num_beams, temperature, top_k and
        top_p, see `AutoregressivePrior.generate`.
        """
        asked = batch_of(prompt, seeds=seeds, num_images_per_prompt=num_images_per_prompt)
        told, null = self.text_encoder.encode(asked.texts), self.text_encoder.encode([""] * len(asked))
        found = self.prior.generate(told, null, w=w, seeds=asked.seeds, **knobs)
        embeds = self.prior.embedding(found.codes)
        return PriorOutput(image_embeds=embeds, generated=found) if return_dict else (embeds,)
