"""The gradient of a scalar of each image with respect to that image."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def gradient(function: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """∇ f(x). function: (B, C, H, W) -> (B,), each value a function of its own image; x: (B, C, H, W)."""
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        # Summing is exact: no image's value depends on another image.
        return torch.autograd.grad(function(x).sum(), x)[0]
