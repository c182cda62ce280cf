"""Muon for matrices, AdamW for the rest, in one optimiser.

torch.optim.Muon takes matrices only and nothing beside them; here kernels (O, I, h, w) are flattened to
(O, I·h·w), and one optimiser (one state, one schedule) serves a whole network.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .task import Task


def orthogonal(g: Tensor, steps: int = 5) -> Tensor:
    """The nearest semi-orthogonal matrices to g (N, rows, columns), about: quintic Newton-Schulz in bfloat16.

    Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024.
    """
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = g.size(1) > g.size(2)
    x = (g.mT if tall else g).bfloat16()
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(steps):
        s = x @ x.mT
        x = a * x + (b * s + c * s @ s) @ x
    return (x.mT if tall else x).to(g.dtype)


class Muon(torch.optim.AdamW):
    """Groups with `muon=True` take Muon steps, the others AdamW steps, at the same learning rate.

    The update is scaled by 0.2·√max(rows, columns), so that its size is that of AdamW's (Liu et al. 2025,
    "Muon is scalable for LLM training").
    """

    def __init__(self, groups: list[dict], lr: float = 1e-3, momentum: float = 0.95, **adamw):
        super().__init__([{"muon": False} | group for group in groups], lr=lr, **adamw)
        self.momentum = momentum

    @torch.no_grad()
    def step(self, closure=None):
        shapes: dict[tuple, list] = {}
        for group in self.param_groups:
            for p in group["params"] if group["muon"] else ():
                if p.grad is not None:
                    state = self.state[p]
                    if not state:
                        state.update(step=torch.tensor(0.0), momentum=torch.zeros_like(p))  # AdamW looks for step
                    buffer = state["momentum"]
                    buffer.lerp_(p.grad, 1 - self.momentum)
                    update = p.grad.lerp(buffer, self.momentum).flatten(1)  # Nesterov
                    shapes.setdefault((update.shape, id(group)), []).append((p, update, group))
                    p.grad = None  # not AdamW's
        for entries in shapes.values():  # all matrices of one shape in one product
            updates = orthogonal(torch.stack([update for _, update, _ in entries]))
            for (p, _, group), update in zip(entries, updates):
                p.mul_(1 - group["lr"] * group["weight_decay"])
                scale = 0.2 * max(update.shape) ** 0.5
                p.add_(update.view(p.shape), alpha=-group["lr"] * scale)
        return super().step(closure)


def make_optimizer(task: Task, network: nn.Module) -> torch.optim.Optimizer:
    """AdamW, or Muon for the matrices and AdamW for the rest; no weight decay on vectors."""
    recipe, groups = task.recipe, {}
    if recipe["optimizer"] not in ("adamw", "muon"):
        raise ValueError(f"optimizer is {recipe['optimizer']!r}; it may be 'adamw' or 'muon'.")
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            muon = recipe["optimizer"] == "muon" and task.matrix(name, parameter)
            groups.setdefault((muon, parameter.ndim >= 2), []).append(parameter)
    return Muon(
        [
            dict(params=parameters, muon=muon, weight_decay=recipe["weight_decay"] * decays)
            for (muon, decays), parameters in groups.items()
        ],
        lr=recipe["lr"],
        betas=tuple(recipe["betas"]),
        fused=True,
    )
