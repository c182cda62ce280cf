"""Guided diffusion: schedules, predictions, samplers, rules and pulls, and the pipelines that join them.

Names are loaded when they are first used, so that `pipelines.declarations.options` costs no torch import.
"""

from importlib import import_module

_MODULES = {
    "runs.guided": "GuidedPipeline",
    "runs.step": "PipelineOutput Step",
    "runs.named": "ClassifierFreePipeline ClassifierGuidancePipeline SemanticGuidancePipeline",
    "runs.cascade": "CascadePipeline",
    "runs.priors": "AutoregressivePriorPipeline DiffusionPriorPipeline",
    "runs.unclip": "UnCLIPCascadePipeline",
    "runs.beforehand": "GuidanceWarning",
    "runs.denoiser": "Denoiser",
    "worlds": "load_judge load_judge_clip load_prior load_world",
    "process.schedule": "NoiseSchedule",
    "process.times": "Time",
    "process.prediction": "Prediction",
    "networks.condition_input": "Condition",
    "networks.upsampler": "Upsampler",
    "guidance": "Auto CFGPlusPlus CFGZeroStar Classifier ClassifierFree Colour Function Interval LabelMap Perturbed Projected "
    "Rescale Scheduled Semantic Style TwoScales PULLS RULES WRAPPERS",
    "samplers": "AMED DDIM DDPM Diffusers Euler Flow Heun ReverseSDE SAMPLERS",
    "conditions": "ControlNet GlobalPrompt T2IAdapter UniControlNet CONDITIONS",
    "exact": "GaussianMixture",
}
_WHERE = {name: module for module, names in _MODULES.items() for name in names.split()}

__all__ = sorted(_WHERE)


def __getattr__(name):
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)


def __dir__():
    return __all__
