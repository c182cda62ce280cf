"""Conditions: what a picture must keep, drawn or taken from another picture, and the networks that hold it to it."""

from .base import Conditioning
from .condition_set import ConditionSet, combine
from .control_net import ControlNet
from .global_prompt import GlobalPrompt
from .local import Local
from .t2i_adapter import T2IAdapter
from .uni_control_net import UniControlNet

CONDITIONS = {kind.__name__: kind for kind in (ControlNet, UniControlNet, T2IAdapter, GlobalPrompt)}
LOCAL = {name: kind for name, kind in CONDITIONS.items() if issubclass(kind, Local)}  # of a place in the picture

__all__ = ["Conditioning", "ConditionSet", "combine", "CONDITIONS", "LOCAL", *CONDITIONS]
