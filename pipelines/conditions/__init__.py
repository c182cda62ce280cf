"""Conditions: what a picture must keep, drawn or taken from another picture, and the networks that hold it to it.

Names are loaded when they are first used: to look at a drawing (`extract`) no torch is needed.
"""

from importlib import import_module

_WHERE = {
    "Conditioning": "base",
    "ControlNet": "control_net",
    "UniControlNet": "uni_control_net",
    "T2IAdapter": "t2i_adapter",
    "GlobalPrompt": "global_prompt",
    "Joined": "condition_set",
    "join": "condition_set",
}
_KINDS = ("ControlNet", "UniControlNet", "T2IAdapter", "GlobalPrompt")

__all__ = [*_WHERE, "CONDITIONS"]


def __getattr__(name):
    if name == "CONDITIONS":
        found = {kind: __getattr__(kind) for kind in _KINDS}
    elif name in _WHERE:
        found = getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__():
    return __all__
