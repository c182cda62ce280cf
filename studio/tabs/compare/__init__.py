"""Two recipes and the same seeds: what changes in the pictures, and what in the recipes."""

from .difference import Difference, difference
from .handlers import Handlers, Screen
from .sides import Taken

__all__ = ["Difference", "Handlers", "Screen", "Taken", "difference"]
