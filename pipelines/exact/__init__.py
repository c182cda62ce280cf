"""Worlds in which the truth is known: every answer that a network only estimates is here in closed form."""

from .branches import MixtureClassifier, MixtureDenoiser
from .kernel import first_order_kernel, reverse_kernel
from .mixture import GaussianMixture
from .tilted import Tilted, tilted_gaussian

__all__ = [
    "GaussianMixture",
    "MixtureClassifier",
    "MixtureDenoiser",
    "Tilted",
    "first_order_kernel",
    "reverse_kernel",
    "tilted_gaussian",
]
