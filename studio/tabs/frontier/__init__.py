"""The Frontier tab: fidelity against diversity, a point a setting, several rules over each other."""

from .first import load
from .handlers import Handlers

__all__ = ["Handlers", "load"]
