"""Samplers: one a file. A new one is a small file and a line here."""

from .base import Sampler
from .ddim import DDIM
from .ddpm import DDPM

SAMPLERS = {sampler.__name__: sampler for sampler in (DDIM, DDPM)}

__all__ = ["Sampler", "DDIM", "DDPM", "SAMPLERS"]
