"""What the Lab computes: plain values in, plain values out. No gradio, and torch only when something is computed."""

from .handlers import Desk

__all__ = ["Desk"]
