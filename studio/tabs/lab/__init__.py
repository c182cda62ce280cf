"""What the Lab computes: plain values in, plain values out. No gradio, and torch only when something is computed."""

from .handlers import Handlers

__all__ = ["Handlers"]
