"""Guidance by any differentiable function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from torch import Tensor

from ..schedule import Time
from .gradient import Differentiable


@dataclass(frozen=True)
class Function(Differentiable):
    """γ ∇ φ of a function of one's own, in place of log p (Bansal et al. 2023, universal guidance).

    For a program; a function that people should find in the page is a file beside this one, as `colour.py` is.

    Args:
        gamma: γ.
        phi: (z, t) -> (B,), differentiable in z: (B, C, H, W), the picture with the noise of t.
    """

    summary = "Any differentiable function of the picture."
    equation = r"\hat\varepsilon = \varepsilon - b\,\gamma \nabla \varphi(x_t, y, t)"
    source = "Bansal et al. 2023"
    portable = False

    phi: Callable[[Tensor, Time], Tensor] | None = field(default=None, repr=False)

    def value(self, z: Tensor, t: Time) -> Tensor:
        """φ(z, t): (B,)."""
        if self.phi is None:
            raise ValueError("phi is missing; allowed: a function of (z, t) that gives one number an image.")
        return self.phi(z, t)
