"""Samplers: one a file. A new one is a small file and a line here."""

from .amed import AMED
from .base import Sampler
from .ddim import DDIM
from .ddpm import DDPM
from .flow import Flow
from .foreign import Diffusers
from .ode import Euler, Heun
from .reverse_sde import ReverseSDE

SAMPLERS = {sampler.__name__: sampler for sampler in (DDIM, DDPM, ReverseSDE, Euler, Heun, Diffusers, AMED, Flow)}

__all__ = ["Sampler", "AMED", "DDIM", "DDPM", "Diffusers", "Euler", "Flow", "Heun", "ReverseSDE", "SAMPLERS"]
