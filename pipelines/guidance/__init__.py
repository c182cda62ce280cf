"""Guidance: one rule or pull a file. A new one is a small file and a line here."""

from .auto import Auto
from .base import Plain, Pull, Rule
from .cfg_plus_plus import CFGPlusPlus
from .cfg_zero_star import CFGZeroStar
from .classifier import Classifier
from .classifier_free import ClassifierFree
from .colour import Colour
from .dynamic_threshold import DynamicThreshold
from .function import Function
from .interval import Interval
from .label_map import LabelMap
from .perturbed import Perturbed
from .projected import Projected
from .rescale import Rescale
from .scheduled import Scheduled
from .semantic import Semantic
from .style import Style
from .sum import Sum
from .two_scales import TwoScales
from .wrapper import Wrapper

_RULES = (
    ClassifierFree,
    Auto,
    Perturbed,
    Projected,
    CFGPlusPlus,
    CFGZeroStar,
    TwoScales,
    DynamicThreshold,
    Interval,
    Rescale,
    Scheduled,
)
_PULLS = (Classifier, Semantic, Style, Colour, LabelMap)

RULES = {rule.__name__: rule for rule in _RULES}
PULLS = {pull.__name__: pull for pull in _PULLS}
WRAPPERS = {name: rule for name, rule in RULES.items() if issubclass(rule, Wrapper)}

__all__ = ["Plain", "Pull", "Rule", "Function", "Sum", "RULES", "PULLS", "WRAPPERS", *RULES, *PULLS]
