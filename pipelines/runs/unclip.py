"""unCLIP: a text, an embedding of a picture that it may mean, the picture, the large picture (Ramesh et al. 2022,
arXiv 2204.06125)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import torch

from ..conditions import GlobalPrompt
from ..guidance import ClassifierFree
from ..process.noise import stream
from .batch import batch_of
from .cascade import CascadePipeline
from .guided import GuidedPipeline
from .priors import AutoregressivePriorPipeline, DiffusionPriorPipeline, PriorOutput

KINDS = {"prior": DiffusionPriorPipeline, "autoregressive_prior": AutoregressivePriorPipeline}


class UnCLIPCascadePipeline(CascadePipeline):
    """text → prior → decoder → upsampler, the system of DALL-E 2.

    The decoder is the base network told the embedding by the `global_adapter`. Its text is told beside the embedding
    or not: the paper's decoder has both, and finds that the text adds little (section 2.1); here it adds much, see the
    prior's card. diffusers' `UnCLIPPipeline` has the same stages.
    """

    def __call__(
        self,
        prompt=None,
        *,
        kind: str = "prior",
        prior_settings: Mapping | None = None,
        image_embeds: torch.Tensor | None = None,
        tell_text: bool = True,
        w: float = 2.0,
        strength: float = 1.0,
        start: float | None = None,
        seeds: Sequence[int] = (0,),
        num_images_per_prompt: int | None = None,
        conditions=(),
        rules=(),
        **settings,
    ):
        """Large pictures of a prompt, the decoder's own where there is no upsampler; the rest as `CascadePipeline`.

        Args:
            kind: "prior" or "autoregressive_prior".
            prior_settings: of `DiffusionPriorPipeline`, as rules, sampler and num_inference_steps, or of
            `AutoregressivePriorPipeline`.
            image_embeds: (B, D) in place of the prior's: those of other pictures give variations of them.
            tell_text: whether the decoder is told the prompt beside the embedding.
            w: of the decoder, whose null branch knows neither the text nor the embedding. rules: beside it.
            strength, start: of the embedding, see `GlobalPrompt`; strength 0 leaves the base. None starts after a
                fifth of the steps where the text is told and lays the picture out, at once where it is not.

        Raises:
            ValueError: no such prior here, no global adapter, and what `CascadePipeline` raises.
            TypeError: a generator; the prior's noise and the picture's are two streams of a seed.
        """
        if "generator" in settings:
            raise TypeError("generator is no argument here; give seeds.")
        asked = batch_of(prompt, seeds=seeds, num_images_per_prompt=num_images_per_prompt)
        if image_embeds is None and strength:
            image_embeds = self.embed(asked.texts, kind=kind, seeds=asked.seeds, **prior_settings or {}).image_embeds
        start = (0.2 if tell_text else 0.0) if start is None else start
        told = GlobalPrompt(
            strength=strength,
            start=start,
            branches="conditional",
            embeddings=() if image_embeds is None else image_embeds,
        )
        draw = super().__call__ if self.upsampler is not None else partial(GuidedPipeline.__call__, self)
        return draw(
            asked.texts if tell_text else None,
            seeds=asked.seeds,
            conditions=(told, *conditions),
            rules=(ClassifierFree(w), *rules),
            **settings,
        )

    def embed(self, prompt=None, *, kind: str = "prior", seeds: Sequence[int] = (0,), **settings) -> PriorOutput:
        """What the prior says of a prompt, an embedding a seed; the noise is another one than the picture's.

        Raises:
            ValueError: an unknown kind, or one that this pipeline does not have.
        """
        if kind not in KINDS:
            raise ValueError(f"kind = {kind!r} is not allowed; choose from {sorted(KINDS)}.")
        network = getattr(self, kind)
        if network is None:
            raise ValueError(
                f'{kind} is missing: this pipeline has none. Give one, as `load_prior("emoji", "{kind}")`.'
            )
        pipe = KINDS[kind].of(network, self.clip)
        if kind == "prior":
            numbers = (int(stream(seed, "prior").integers(2**63)) for seed in batch_of(prompt, seeds=seeds).seeds)
            return pipe(prompt, generator=[torch.Generator().manual_seed(number) for number in numbers], **settings)
        return pipe(prompt, seeds=seeds, **settings)
