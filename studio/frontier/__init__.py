"""The Frontier tab: fidelity against diversity, a point a setting, several rules over each other."""

from .desk import Desk, Screen
from .first import load

__all__ = ["Desk", "Screen", "load"]
