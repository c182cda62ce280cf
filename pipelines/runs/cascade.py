"""The cascade: the base model's pictures, then a diffusion upsampler (GLIDE, Nichol et al. 2021; Ho et al. 2022)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import torch
from torch import Tensor

from ..declarations.arguments import output_type_of, seeds_of, texts_of
from ..guidance import ClassifierFree, Rule
from ..networks.condition_input import Condition
from ..networks.upsampler import Upsampler
from ..process.noise import Draw
from ..samplers import DDIM, Sampler
from ..samplers.base import no_pull
from .batch import batch_of
from .denoiser import Denoiser
from .guided import GuidedPipeline
from .step import PipelineOutput, Step

STEPS, LEVEL = 2, 0.0  # more steps add grain: measured in pipelines/training/README.md


@torch.no_grad()
def upsampling(
    upsampler: Upsampler,
    pictures: Tensor,
    branches: Mapping[str, Condition],
    draw: Draw,
    *,
    rule: Rule = ClassifierFree(0.0),
    sampler: Sampler = DDIM(),
    num_inference_steps: int = STEPS,
    level: float = LEVEL,
    clip: float | None = 1.0,
) -> Iterator[Step]:
    """The one loop again, on large pictures. Yields a `Step` each, whose x is (B, 3, H, W).

    Args:
        pictures: (B, 3, h, w) in [−1, 1], what the base model drew.
        branches: what the network is told: "conditional", and "null" where the rule asks for it.
        draw: one stream a picture: first the noise on the small picture, then that of the sampler.
        level: standard deviation of the noise that is put on the small picture; the network is told. 0 keeps every
            detail of it and every fault, more lets the network draw more by itself.

    Raises:
        ValueError: pictures of another size, a level outside [0, 1], a count of steps that the schedule has not.
    """
    if tuple(pictures.shape[1:]) != upsampler.small_shape:
        raise ValueError(
            f"pictures of shape {tuple(pictures.shape)} are not allowed; allowed: (B, "
            f"{', '.join(map(str, upsampler.small_shape))})."
        )
    if not 0 <= level <= 1:
        raise ValueError(f"level = {level} is not allowed; allowed: numbers from 0 to 1.")
    n, times = len(pictures), upsampler.schedule.times(num_inference_steps)
    small = pictures.clamp(-1, 1) + level * draw(pictures.shape)

    def network(x: Tensor, timesteps: Tensor, condition: Condition) -> Tensor:
        branches = len(x) // n
        return upsampler(x, timesteps, small.repeat(branches, 1, 1, 1), x.new_full((len(x),), level), condition.pooled)

    denoiser = Denoiser(network, branches, "x0")
    x = draw((n, 3, upsampler.config.size, upsampler.config.size))
    run = sampler.run(partial(rule.begin(), denoiser), no_pull, x, times, draw, clip)
    for index, (t, x, prediction) in enumerate(run):
        yield Step(index, num_inference_steps, t, x, prediction)


def upsample(
    pipe: GuidedPipeline,
    pictures: Tensor,
    prompt: str | Sequence[str] | None = None,
    *,
    seeds: Sequence[int] = (0,),
    w: float = 0.0,
    negative_prompt: str | Sequence[str] | None = None,
    **settings,
) -> Iterator[Step]:
    """Steps of the world's upsampler on pictures of its base model: (B, 3, h, w) in [−1, 1], or latents of them, a seed each.

    prompt: what they show, one text or one a picture. w: classifier-free strength of the upsampler's own, as in
    `ClassifierFree`. The rest as in `upsampling`. The same pictures, prompts and seeds give the same large ones.

    Raises:
        ValueError: a world without an upsampler; what does not fit together, by name.
    """
    if getattr(pipe, "upsampler", None) is None:
        raise ValueError(
            "upsampler is missing: this world has none. Train one with "
            "`python -m pipelines.training.upsampler`, or use a world that has."
        )
    n = len(pictures)
    seeds = seeds_of(seeds)
    if len(seeds) != n:
        raise ValueError(f"seeds has {len(seeds)} numbers for {n} pictures; allowed: one a picture.")
    texts = {"conditional": texts_of("prompt", prompt, n), "null": texts_of("negative_prompt", negative_prompt, n)}
    branches = {name: pipe.encode(each) for name, each in texts.items()}
    draw = Draw.from_seeds(seeds, pictures.device, purpose="upsampler")
    # It draws pictures, whatever the base model draws.
    clip = pipe.config.clip_sample_range if pipe.space.factor == 1 else 1.0
    return upsampling(
        pipe.upsampler, pipe.pictures(pictures), branches, draw, rule=ClassifierFree(w), clip=clip, **settings
    )


class CascadePipeline(GuidedPipeline):
    """`GuidedPipeline` whose pictures are upsampled: twice the side, a few steps more."""

    def __call__(
        self,
        prompt=None,
        *,
        seeds: Sequence[int] = (0,),
        output_type: str = "pil",
        return_dict: bool = True,
        upsampler_w: float = 0.0,
        upsampler_steps: int = STEPS,
        level: float = LEVEL,
        **settings,
    ):
        """Large pictures of a prompt. upsampler_w, upsampler_steps, level: see `upsample`; the rest as `GuidedPipeline`."""
        output_type_of(output_type)
        asked = batch_of(
            prompt,
            seeds=seeds,
            generator=settings.get("generator"),
            num_images_per_prompt=settings.get("num_images_per_prompt"),
        )
        small = super().__call__(prompt, seeds=seeds, output_type="latent", **settings).images
        if (each := asked.seeds) is None:  # a stream of its own a picture, of what its generator gives next
            each = [int(torch.randint(2**32, (), generator=generator)) for generator in asked.generators]
        *_, last = upsample(
            self, small, asked.texts, seeds=each, w=upsampler_w, num_inference_steps=upsampler_steps, level=level
        )
        images = self.postprocess(last.x, output_type)
        return PipelineOutput(images=images) if return_dict else (images,)
