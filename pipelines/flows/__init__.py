"""Flows: ordinary differential equations dx/dt = f(x, t) that carry a prior at t = 1 to data at t = 0.

A path says how one data point x0 and one draw x1 of the prior are joined; the field of all points is the mean of the
paths' velocities; a network learns it by flow matching, or is an x0 network read as one.
"""

from .continuity import relative_residual, residual
from .demo import UniformDemo, uniform_demo
from .matching import NetworkFlow, flow_loss, gradient_added, to_eps, to_x0
from .paths import PATHS, LinearPath, Path, Spiral, velocity_of
from .priors import Gaussian, Prior, Sampled, Uniform
from .superposition import Superposition

__all__ = [
    "PATHS",
    "Gaussian",
    "LinearPath",
    "NetworkFlow",
    "Path",
    "Prior",
    "Sampled",
    "Spiral",
    "Superposition",
    "Uniform",
    "UniformDemo",
    "flow_loss",
    "gradient_added",
    "relative_residual",
    "residual",
    "to_eps",
    "to_x0",
    "uniform_demo",
    "velocity_of",
]
