"""A pipeline's call as users of diffusers know it: progress bar, callbacks that look and change, and interruption."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace

from diffusers import DiffusionPipeline
from diffusers.callbacks import MultiPipelineCallbacks, PipelineCallback
from torch import Tensor

from ..declarations.arguments import each_of
from .batch import latents_of
from .step import Step

TENSORS = ("latents", "x0", "eps")  # what a callback may be given: x after the step, and what the step went by
Callback = Callable[[DiffusionPipeline, int, float, dict[str, Tensor]], Mapping | None]

# What other pipelines of diffusers are called with -> what says it here.
ELSEWHERE = {
    "guidance_scale": "give rules=[ClassifierFree.from_s({value!r})]",
    "guidance_rescale": "give rules=[Rescale(rule=ClassifierFree(2), phi={value!r})]",
    "eta": "give sampler=DDIM(eta={value!r})",
    "height": "the pictures of this model are {height} pixels high",
    "width": "the pictures of this model are {width} pixels wide",
    "image": "give conditions=[ControlNet(images=[picture])]",
    "controlnet_conditioning_scale": "give conditions=[ControlNet(strength={value!r}, images=[picture])]",
    "control_guidance_start": "give conditions=[ControlNet(start={value!r}, images=[picture])]",
    "control_guidance_end": "give conditions=[ControlNet(end={value!r}, images=[picture])]",
    "adapter_conditioning_scale": "give conditions=[T2IAdapter(strength={value!r}, images=[picture])]",
    "ip_adapter_image": "give conditions=[GlobalPrompt(images=[picture])]",
    "prompt_embeds": "give the text, as prompt",
    "negative_prompt_embeds": "give the text, as negative_prompt",
    "timesteps": "give num_inference_steps; a sampler has its own times",
    "sigmas": "give num_inference_steps; a sampler has its own times",
    "callback": "give callback_on_step_end",
    "callback_steps": "give callback_on_step_end, which is called after every step",
}


def refuse_elsewhere(pipe: DiffusionPipeline, settings: Mapping) -> None:
    """Raises TypeError for a keyword of other pipelines, with what to give instead."""
    for name, value in settings.items():
        if name in ELSEWHERE:
            _, height, width = pipe.picture_shape
            shown = "" if isinstance(value, Tensor) else f" = {value!r}"
            raise TypeError(
                f"{name}{shown} is no argument here; {ELSEWHERE[name].format(value=value, height=height, width=width)}."
            )


def names_of(callback, inputs: Sequence[str]) -> list[str]:
    """Names of the tensors that a callback is given; a `PipelineCallback` of diffusers says so itself.

    Raises:
        ValueError: a name that there is not, by its place; or a callback that is none.
    """
    if not callable(callback):
        raise ValueError(
            f"callback_on_step_end is {callback!r}; allowed: a function of (pipeline, step, time, tensors)."
        )
    if isinstance(callback, (PipelineCallback, MultiPipelineCallbacks)):
        inputs = callback.tensor_inputs
    names = ", ".join(map(repr, TENSORS))
    return each_of("callback_on_step_end_tensor_inputs", inputs, TENSORS.__contains__, "one_of", names=names)


def drained(
    pipe: DiffusionPipeline, steps: Generator, total: int, callback: Callback | None, inputs: Sequence[str]
) -> Step:
    """Take all steps, or those until the pipeline is interrupted; the last one, with the x that the callback made of it."""
    names = [] if callback is None else names_of(callback, inputs)
    pipe._interrupt, pipe._num_timesteps = False, total
    with pipe.progress_bar(total=total) as bar:
        step = next(steps)
        while True:
            if callback is not None:
                step = replace(step, x=_called(pipe, callback, names, step))
            bar.update()
            if pipe.interrupt:
                steps.close()
                return step
            try:
                step = steps.send(step.x)
            except StopIteration:
                return step


def _called(pipe: DiffusionPipeline, callback: Callback, names: Sequence[str], step: Step) -> Tensor:
    """x after a callback: its own, or the one that the callback gives back as "latents"."""
    there = {"latents": step.x, "x0": step.prediction.x0, "eps": step.prediction.eps}
    given = {name: there[name] for name in names}
    found = callback(pipe, step.index, step.t.index, dict(given))
    if found is None:
        return step.x
    if not isinstance(found, Mapping):
        raise ValueError(
            f"callback_on_step_end gave {type(found).__name__}; allowed: nothing, or a dictionary with 'latents'."
        )
    for name, value in found.items():
        if name != "latents" and value is not given.get(name):
            raise ValueError(f"callback_on_step_end gave another {name!r}; allowed: only 'latents' can be changed.")
    changed = found.get("latents", step.x)
    return latents_of("latents of callback_on_step_end", changed, step.x.shape).detach().to(step.x)
