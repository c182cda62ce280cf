"""What a trainer says about its network, and the keys that every recipe has."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

DEFAULTS = dict(
    world="emoji",
    dataset="emoji",
    data=".data/emoji.npz",
    shift=0.5,
    seed=0,
    minutes=10.0,
    steps=0,
    batch=64,
    bf16=False,
    threads=0,
    compile=False,
    optimizer="adamw",
    lr=5e-4,
    betas=[0.9, 0.99],
    weight_decay=0.01,
    clip=1.0,
    warmup=200,
    cooldown=0.2,
    ema=[0.1],
    keep=[],
    log_seconds=15.0,
    evaluate_minutes=5.0,
    checkpoint_minutes=10.0,
)


class Task:
    """What a trainer says about its network. `recipe` is the flat dict of its TOML file over `DEFAULTS`."""

    name: str
    part: str = ""  # of a pipeline that the network becomes: its folder in a world; the name where it says nothing
    device: torch.device = torch.device("cpu")  # set by the loop before the first loss

    def __init__(self, recipe: dict):
        self.recipe = recipe

    def network(self) -> nn.Module:
        """A fresh network, on the CPU, in float32. Called once, with the global seed already set."""
        raise NotImplementedError

    def loss(self, network: nn.Module, rng: torch.Generator) -> Tensor:
        """The loss of one batch, a scalar. All that is random is drawn from `rng`, a CPU generator.

        `network` may be wrapped (several devices): call it, do not reach into it.
        """
        raise NotImplementedError

    def evaluate(self, network: nn.Module) -> dict[str, float]:
        """Held-out figures of an averaged network; the average with the smallest "loss" is exported."""
        return {}

    def pictures(self, network: nn.Module):
        """A PIL grid to look at, or None."""
        return

    def export(self, network: nn.Module, folder: Path) -> None:
        """Write what ships into the empty folder `folder`."""
        raise NotImplementedError

    def facts(self) -> dict:
        """What else `training.json` shall say (data, counts)."""
        return {}

    def matrix(self, name: str, parameter: nn.Parameter) -> bool:
        """Whether Muon may take this parameter: an inner matrix or kernel, of no first or last layer."""
        return parameter.ndim >= 2 and "embed" not in name
