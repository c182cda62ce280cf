"""Two recipes and the same seeds: what changes in the pictures, and what in the recipes."""

from .desk import Desk, Screen, Taken
from .difference import Difference, difference

__all__ = ["Desk", "Difference", "Screen", "Taken", "difference"]
