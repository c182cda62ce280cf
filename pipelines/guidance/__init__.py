"""Guidance: one rule or pull a file. A new one is a small file and a line here."""

from .base import Plain, Pull, Rule
from .classifier import Classifier
from .classifier_free import ClassifierFree
from .semantic import Semantic

RULES = {rule.__name__: rule for rule in (ClassifierFree,)}
PULLS = {pull.__name__: pull for pull in (Classifier, Semantic)}

__all__ = ["Plain", "Pull", "Rule", "Classifier", "ClassifierFree", "Semantic", "RULES", "PULLS"]
