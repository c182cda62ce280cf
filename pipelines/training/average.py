"""Averages of the weights over the steps of a run."""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import nn


def power(width: float) -> float:
    """Exponent γ of the power-function average of relative width σ_rel (Karras et al. 2024, eq. 123)."""
    return float(np.roots([1, 7, 16 - width**-2, 12 - width**-2]).real.max())


class Average:
    """Power-function EMA: β = (1 − 1/step)^(γ+1); it forgets the initial weights and needs no warm-up."""

    def __init__(self, network: nn.Module, width: float):
        self.width, self.power = width, power(width)
        self.network = copy.deepcopy(network).eval().requires_grad_(False)

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        weight = 1 - (1 - 1 / step) ** (self.power + 1)
        pairs = list(zip(self.network.state_dict().values(), network.state_dict().values()))
        floats = [(mine, theirs) for mine, theirs in pairs if mine.is_floating_point()]
        torch._foreach_lerp_([mine for mine, _ in floats], [theirs for _, theirs in floats], weight)
        for mine, theirs in pairs:
            if not mine.is_floating_point():
                mine.copy_(theirs)
