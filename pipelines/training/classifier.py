"""Train the noise-aware classifier: `python -m pipelines.training.classifier`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import cross_entropy

from ..networks.classifier import NoisyClassifier
from ..process.schedule import NoiseSchedule
from .datasets import DataSet, load
from .loop import Task, main
from .pictures import moved, noised, some, to_model

LEVELS = (0, 200, 400, 600, 800)  # the noise of the evaluation; 0 is a clean picture


class LabelTask(Task):
    """The labels of the pictures, a head each. `see` says what the network gets."""

    def __init__(self, recipe: dict, data: DataSet | None = None):
        super().__init__(recipe)
        self.data = data or load(recipe)
        self.truth = self.data.truth

    def see(self, network: nn.Module, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """Logits of a training batch x: (B, 3, S, S) in [-1, 1]."""
        raise NotImplementedError

    def loss(self, network: nn.Module, rng: torch.Generator) -> Tensor:
        indices = some(self.data.train, self.recipe["batch"], rng)
        with sdpa_kernel(SDPBackend.MATH):  # its backward pass is much faster than flash's on a CPU
            logits = self.see(network, to_model(self.data.images[indices]), rng)
        return sum(
            cross_entropy(
                logits[head].float(),
                torch.from_numpy(truth[indices]).to(self.device),
                label_smoothing=self.recipe["smoothing"],
            )
            for head, truth in self.truth.items()
        )

    def figures(self, logits: dict[str, Tensor], indices: np.ndarray) -> tuple[float, dict[str, float]]:
        """(mean loss, accuracy of every head) on these pictures."""
        truth = {head: torch.from_numpy(values[indices]) for head, values in self.truth.items()}
        loss = sum(cross_entropy(logits[head].cpu(), truth[head]).item() for head in truth)
        return loss, {head: (logits[head].cpu().argmax(1) == truth[head]).float().mean().item() for head in truth}

    def matrix(self, name: str, parameter: nn.Parameter) -> bool:
        return parameter.ndim >= 2 and not name.startswith(("stem", "time", "heads", "body.conv1"))

    def export(self, network: nn.Module, folder: Path) -> None:
        network.half().save_pretrained(folder)
        network.float()

    def facts(self) -> dict:
        return dict(data=str(self.recipe["data"]), trained_on=len(self.data.train), held_out=len(self.data.held_out))


class ClassifierTask(LabelTask):
    name = "classifier"

    def __init__(self, recipe: dict, data: DataSet | None = None):
        super().__init__(recipe, data)
        self.schedule = NoiseSchedule(shift=recipe["shift"])

    def network(self) -> NoisyClassifier:
        keys = ("channels", "blocks", "groups", "dropout")
        return NoisyClassifier(self.data.labels, **{key: self.recipe[key] for key in keys if key in self.recipe})

    def see(self, network, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        timesteps = (torch.rand(len(x), generator=rng) * len(self.schedule)).long()
        x = noised(moved(x, rng, background=self.data.background), timesteps, self.schedule, rng)
        return network(x.to(self.device), timesteps.to(self.device))

    def evaluate(self, network: NoisyClassifier) -> dict[str, float]:
        """Accuracy on the held-out pictures by head and noise: group_0 is that of clean pictures."""
        held, rng, losses, figures = self.data.held_out, torch.Generator().manual_seed(1), [], {}
        x0 = to_model(self.data.images[held])
        for level in LEVELS:
            time = torch.full((len(x0),), level)
            x = noised(x0, time, self.schedule, rng) if level else x0
            parts = [network(*(part.to(self.device) for part in pair)) for pair in zip(x.split(200), time.split(200))]
            loss, right = self.figures({head: torch.cat([p[head] for p in parts]) for head in parts[0]}, held)
            losses.append(loss)
            figures |= {f"{head}_{level}": value for head, value in right.items()}
        return dict(loss=float(np.mean(losses)), **figures)


if __name__ == "__main__":
    main(ClassifierTask)
