"""Two recipes and the same seeds: what changes in the pictures, and what in the recipes."""

from .difference import Difference, difference
from .handlers import Desk, Screen, Taken

__all__ = ["Desk", "Difference", "Screen", "Taken", "difference"]
