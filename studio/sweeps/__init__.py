"""Sweeps: a recipe with one or two of its options moved, drawn with shared work, measured, kept on disk."""

from .axis import Axis
from .grid import Cell, Curve, Sweep
from .measured import measured
from .picture_cache import PictureCache
from .rows import Row, rows
from .run import Progress, run

__all__ = ["Axis", "Cell", "Curve", "PictureCache", "Progress", "Row", "Sweep", "measured", "rows", "run"]
