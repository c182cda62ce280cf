"""The engine: worlds loaded once, one job at a time, frames streamed; and the judging of what was drawn."""

from .engine import SILENT, Engine, Frame, enlarge

__all__ = ["SILENT", "Engine", "Frame", "enlarge"]
