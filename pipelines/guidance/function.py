"""Guidance by any differentiable function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..lazy import Tensor, torch
from ..process.times import Time
from .gradient import Differentiable


@dataclass(frozen=True)
class Function(Differentiable):
    """γ ∇ φ of a function of one's own, in place of log p (Bansal et al. 2023, universal guidance).

    For a program; a function that people should find in the page is a file beside this one, as `colour.py` is.

    Args:
        gamma: γ.
        phi: (z, t) -> (B,), differentiable in z: (B, C, H, W), the picture with the noise of t; a decoded one in latents.
    """

    of_pictures = True
    summary = "Any differentiable function of the picture."
    equation = r"\hat\varepsilon = \varepsilon - b\,\gamma \nabla \varphi(x_t, y, t)"
    source = "Bansal et al. 2023"
    portable = False

    phi: Callable[[Tensor, Time], Tensor] | None = field(default=None, repr=False)

    def value(self, z: Tensor, t: Time) -> Tensor:
        """φ(z, t): (B,).

        Raises:
            ValueError: no function, or one that gives no finite number an image, or none that depends on the image.
        """
        wanted = f"a function of (z, t) that gives a finite number an image, ({len(z)},), differentiable in z"
        if not callable(self.phi):
            raise ValueError(f"phi is {'missing' if self.phi is None else repr(self.phi)}; allowed: {wanted}.")
        found = self.phi(z, t)
        if not isinstance(found, torch.Tensor) or found.shape != z.shape[:1]:
            shown = f"shape {tuple(found.shape)}" if isinstance(found, torch.Tensor) else type(found).__name__
            raise ValueError(f"phi gave {shown}; allowed: {wanted}.")
        if not found.isfinite().all() or (z.requires_grad and not found.requires_grad):
            what = "a number that does not depend on z" if found.isfinite().all() else "a number that is not finite"
            raise ValueError(f"phi gave {what}; allowed: {wanted}.")
        return found
