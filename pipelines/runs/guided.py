"""GuidedPipeline: components in, pictures out, with any rules, pulls and sampler in the one loop."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import torch
from torch import Tensor

from ..conditions import Conditioning, combine
from ..declarations.arguments import one, output_type_of, several
from ..declarations.options import placed
from ..guidance import Pull, Rule

# Diffusers loads a component of ours only when its module was imported before.
from ..networks import class_encoder as _class_encoder  # noqa: F401
from ..networks import global_adapter as _global_adapter  # noqa: F401
from ..networks import latent_preview as _latent_preview  # noqa: F401
from ..networks.precision import wide
from ..process.prediction import TARGETS
from ..process.window import Place
from ..samplers import DDIM, Sampler
from .batch import batch_of
from .beforehand import tell, tell_silent
from .called import TENSORS, Callback, drained, refuse_elsewhere
from .denoiser import Denoiser
from .effects import Controls
from .networks import Networks
from .observe import Observer
from .step import PipelineOutput, Step


class GuidedPipeline(Networks):
    """A text-to-picture diffusion pipeline in which guidance is data: rules, pulls, a sampler.

    Args:
        unet: diffusers' `UNet2DConditionModel` on patches (see `PatchUNet`), or a module that takes the pictures
            themselves, (x, timesteps, condition) -> (B, C, H, W), and says so by `sees_pictures` and `sample_shape`.
        text_encoder: the `TextEncoder` that was trained with it.
        schedule: the `NoiseSchedule` that they were trained with.
        clip: the noise-aware `CLIP` that `Semantic` asks.
        classifier: the noise-aware classifier that `Classifier` asks.
        weak: a worse copy of the U-Net, smaller or less trained, that is told the same; `Auto` asks it.
        clean_classifier: a classifier that never saw noise; `Classifier(encoder="clean")` asks it, to see why noise matters.
        clean_clip: the same of a CLIP, for `Semantic(encoder="clean")`.
        controlnet: diffusers' `ControlNetModel` of this U-Net, for `ControlNet` and `UniControlNet`; adapter: its `T2IAdapter`;
            global_adapter: the `GlobalAdapter` that `GlobalPrompt` asks. They see what the U-Net sees.
        layout: the `Layout` whose small picture of the text the U-Net sees, when it was trained with one.
        upsampler: the `Upsampler` that makes its pictures twice as large; see `pipelines.runs.cascade`.
        prior, autoregressive_prior: from texts to the `clip`'s embeddings of pictures; see `pipelines.runs.unclip`.
        vae: one of diffusers' autoencoders, when the U-Net denoises its latents; see `pipelines.process.space`.
        latent_preview: the `LatentPreview` that shows latents on the way; without it they are decoded.
        target: what the U-Net gives: "x0", "eps", "v" or "score".
        clip_sample_range: x̂0 is held within ± this at each step; None for no bound.
        background: value of empty space in x: of a pixel, in [−1, 1], or of a latent.
        bilateral: passes of a filter over what `vae` decodes, see `pipelines.process.space`.
    """

    _callback_tensor_inputs = list(TENSORS)
    _interrupt, _num_timesteps = False, 0
    model_cpu_offload_seq = "text_encoder->unet"
    _optional_components = [
        "clip",
        "classifier",
        "weak",
        "upsampler",
        "clean_classifier",
        "clean_clip",
        "layout",
        "controlnet",
        "adapter",
        "global_adapter",
        "vae",
        "prior",
        "autoregressive_prior",
        "latent_preview",
    ]

    def __init__(
        self,
        unet,
        text_encoder,
        schedule,
        clip=None,
        classifier=None,
        target: str = "x0",
        clip_sample_range: float | None = 1.0,
        background: float = 1.0,
        weak=None,
        upsampler=None,
        clean_classifier=None,
        clean_clip=None,
        layout=None,
        controlnet=None,
        adapter=None,
        global_adapter=None,
        vae=None,
        prior=None,
        autoregressive_prior=None,
        latent_preview=None,
        bilateral: int = 0,
    ):
        super().__init__()
        if target not in TARGETS:
            raise ValueError(f"Unknown target {target!r}; choose from {sorted(TARGETS)}.")
        self.register_modules(
            unet=unet,
            text_encoder=text_encoder,
            schedule=schedule,
            clip=clip,
            classifier=classifier,
            weak=weak,
            upsampler=upsampler,
            clean_classifier=clean_classifier,
            clean_clip=clean_clip,
            layout=layout,
            controlnet=controlnet,
            adapter=adapter,
            global_adapter=global_adapter,
            vae=vae,
            prior=prior,
            autoregressive_prior=autoregressive_prior,
            latent_preview=latent_preview,
        )
        self.register_to_config(
            target=target, clip_sample_range=clip_sample_range, background=background, bilateral=bilateral
        )

    def __call__(
        self,
        prompt=None,
        *,
        num_inference_steps: int = 25,
        output_type: str = "pil",
        return_dict: bool = True,
        callback_on_step_end: Callback | None = None,
        callback_on_step_end_tensor_inputs: Sequence[str] = ("latents",),
        **settings,
    ):
        """Sample pictures; the keywords beyond these are those of `steps`.

        Words that do not fit into a context, and settings that cannot act, are told as a `GuidanceWarning`.

        Args:
            output_type: "pil"; "pt" (B, 3, H, W) or "np" (B, H, W, 3) in [0, 1]; "latent" the raw x.
            return_dict: a `PipelineOutput`, or a tuple of the images.
            callback_on_step_end: called as (pipeline, step index, t.index, tensors) after each step; "latents" in the
                dictionary that it returns, if it does, take the place of x. After `pipeline._interrupt = True` the run ends.
            callback_on_step_end_tensor_inputs: what it is given of "latents", "x0" and "eps": x after the step, and the
                prediction that the step went by.
        """
        output_type_of(output_type)
        refuse_elsewhere(self, settings)
        settings["num_inference_steps"] = num_inference_steps
        steps = self.steps(prompt, **settings)
        tell(self, prompt, settings)
        last = drained(self, steps, num_inference_steps, callback_on_step_end, callback_on_step_end_tensor_inputs)
        tell_silent(self, last.effects, settings)
        images = self.postprocess(last.x, output_type)
        return PipelineOutput(images=images) if return_dict else (images,)

    @torch.no_grad()
    def steps(
        self,
        prompt: str | Sequence[str] | None = None,
        *,
        negative_prompt: str | Sequence[str] | None = None,
        rules: Sequence[Rule] = (),
        pulls: Sequence[Pull] = (),
        conditions: Sequence[Conditioning] = (),
        sampler: Sampler = DDIM(),
        num_inference_steps: int = 25,
        seeds: Sequence[int] = (0,),
        generator: torch.Generator | Sequence[torch.Generator] | None = None,
        num_images_per_prompt: int | None = None,
        latents: Tensor | None = None,
        observer: Observer | None = None,
    ) -> Generator[Step, Tensor | None, None]:
        """The one loop, a step at a time. An x that is sent to it takes the place of the last step's.

        Args:
            prompt: one text for all pictures, or one a picture; None or "" is no condition.
            negative_prompt: takes the place of the null condition.
            rules: change the prediction; the changes of several add up.
            pulls: add gradients; those of several add up.
            conditions: local and global conditions, such as `ControlNet`.
            num_inference_steps: 1 to the schedule's length.
            seeds: one picture a seed; with a list of prompts, one seed a prompt or one for all. The same list gives the same
                pictures to the bit. A seed alone has the noise that it has among others, and is rounded otherwise: in float32
                at most one level of 255 off, in at most one value in a hundred.
            generator: instead of seeds, one a picture, or one from which all pictures draw in turn.
            num_images_per_prompt: so many of each prompt, side by side. Seeds are then one a picture, or the same for each
                prompt: so many, or a first one from which they count on.
            latents: (B, C, H, W), what the pictures begin with in place of noise.
            observer: sees what the rules and pulls say; the pictures are the same, to the bit.

        Raises:
            ValueError: what does not fit together, by name.
        """
        one(Sampler, "sampler", sampler, "DDIM()")
        batch = batch_of(prompt, negative_prompt, seeds, generator, num_images_per_prompt, latents)
        denoiser = self.denoiser(batch.texts, batch.null, combine(conditions, self, len(batch)))
        controls = Controls(
            denoiser,
            self.begun(rules),
            self.bound(pulls, denoiser),
            negative=any(batch.null),
        )
        if observer is not None:
            controls = observer.of(controls)
        times, draw = self.schedule.times(num_inference_steps), batch.draw(self.unet.device)
        x = batch.begin(draw, self.sample_shape, wide(self.unet.dtype))
        run = sampler.bound(self).run(controls.denoise, controls.pull, x, times, draw, self.config.clip_sample_range)
        return self._steps(run, denoiser, controls, num_inference_steps)

    @torch.no_grad()
    def _steps(self, run: Generator, denoiser: Denoiser, controls, total: int) -> Generator[Step, Tensor | None, None]:
        changed = None
        for index in range(total):
            denoiser.place = Place(index, total)
            t, x, prediction = run.send(changed)
            changed = yield Step(index, total, t, x, prediction, controls.effects)

    @property
    def num_timesteps(self) -> int:
        """Steps of the present or the last call."""
        return self._num_timesteps

    @property
    def interrupt(self) -> bool:
        """Whether the present call is to end after its step; `_interrupt = True` asks for it."""
        return self._interrupt

    def begun(self, rules: Sequence[Rule]) -> list[Rule]:
        """The rules with fresh run state. ValueError for one that cannot work here, by its place."""
        found = []
        for place, rule in enumerate(several(Rule, "rules", rules, "ClassifierFree(2)")):
            if missing := rule.lacks(self):
                raise ValueError(f"rules[{place}]: {type(rule).__name__} cannot be used here. {missing}")
            found.append(rule.begin())
        return found

    def bound(self, pulls: Sequence[Pull], denoiser: Denoiser) -> list[Pull]:
        """The pulls with the models that they ask. ValueError for one that cannot work here, by its place."""
        found = []
        for place, pull in enumerate(several(Pull, "pulls", pulls, "Classifier(3, 'food')")):
            with placed(f"pulls[{place}]"):
                found.append(pull.begin(self).bind(denoiser))
        return found
