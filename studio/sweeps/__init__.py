"""Sweeps: a recipe with one or two of its options moved, drawn with shared work, measured, kept on disk."""

from .axis import Axis
from .grid import Cell, Curve, Sweep
from .keep import Keep
from .measured import measured
from .rows import Row, rows
from .run import Progress, run

__all__ = ["Axis", "Cell", "Curve", "Keep", "Progress", "Row", "Sweep", "measured", "rows", "run"]
