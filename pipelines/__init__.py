"""Guided diffusion: schedules, predictions, samplers, rules and pulls, and the pipelines that join them.

Names are loaded when they are first used, so that `pipelines.options` costs no torch import.
"""

from importlib import import_module

_WHERE = {
    "GuidedPipeline": "guided",
    "Step": "guided",
    "PipelineOutput": "guided",
    "GuidanceWarning": "beforehand",
    "ClassifierGuidancePipeline": "classifier_guidance",
    "SemanticGuidancePipeline": "semantic_guidance",
    "ClassifierFreePipeline": "classifier_free",
    "CascadePipeline": "cascade",
    "Upsampler": "upsampler",
    "load_world": "worlds",
    "load_judge": "worlds",
    "load_judge_clip": "worlds",
    "NoiseSchedule": "schedule",
    "Time": "schedule",
    "Prediction": "prediction",
    "Denoiser": "denoiser",
    "Condition": "condition",
    "ClassifierFree": "guidance",
    "Classifier": "guidance",
    "Semantic": "guidance",
    "Auto": "guidance",
    "CFGPlusPlus": "guidance",
    "CFGZeroStar": "guidance",
    "Colour": "guidance",
    "Function": "guidance",
    "Interval": "guidance",
    "LabelMap": "guidance",
    "Perturbed": "guidance",
    "Projected": "guidance",
    "Rescale": "guidance",
    "Scheduled": "guidance",
    "Style": "guidance",
    "TwoScales": "guidance",
    "RULES": "guidance",
    "PULLS": "guidance",
    "DDPM": "samplers",
    "DDIM": "samplers",
    **dict.fromkeys(("AMED", "Diffusers", "Euler", "Flow", "Heun", "ReverseSDE", "SAMPLERS"), "samplers"),
    **dict.fromkeys(("ControlNet", "UniControlNet", "T2IAdapter", "GlobalPrompt", "CONDITIONS"), "conditions"),
    "GaussianMixture": "exact",
}

__all__ = sorted(_WHERE)


def __getattr__(name):
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)


def __dir__():
    return __all__
