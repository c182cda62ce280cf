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
from .latents import Latents, source_of
from .loop import Task, main
from .pictures import noised, some

LEVELS = (0, 200, 400, 600, 800)  # the noise of the evaluation; 0 is a clean picture


class LabelTask(Task):
    """The labels of the pictures, a head each. `see` says what the network gets."""

    def __init__(self, recipe: dict, data: DataSet | None = None, vae: nn.Module | None = None):
        super().__init__(recipe)
        self.data = data or load(recipe)
        self.source = source_of(recipe, self.data, vae)
        self.truth = self.data.truth

    def see(self, network: nn.Module, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """Logits of a training batch x: (B, 3, S, S) in [-1, 1], or latents."""
        raise NotImplementedError

    def loss(self, network: nn.Module, rng: torch.Generator) -> Tensor:
        indices = some(self.data.train, self.recipe["batch"], rng)
        with sdpa_kernel(SDPBackend.MATH):  # its backward pass is much faster than flash's on a CPU
            logits = self.see(network, self.source.x0(indices), rng)
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
        counts = dict(trained_on=len(self.data.train), held_out=len(self.data.held_out))
        return dict(data=str(self.recipe["data"]), **counts, **self.source.facts())


class ClassifierTask(LabelTask):
    name = "classifier"

    def __init__(self, recipe: dict, data: DataSet | None = None, vae=None, start: NoisyClassifier | None = None):
        super().__init__(recipe, data, vae)
        self.schedule = NoiseSchedule(shift=recipe["shift"])
        self.start = start or (NoisyClassifier.from_pretrained(recipe["start"]) if recipe.get("start") else None)

    def network(self) -> NoisyClassifier:
        keys = ("channels", "blocks", "groups", "dropout")
        settings = {key: self.recipe[key] for key in keys if key in self.recipe}
        if isinstance(self.source, Latents):
            settings |= dict(colours=self.source.channels, opened=2)
        network = NoisyClassifier(self.data.labels, **settings)
        if self.start is not None:
            network.load_state_dict(self.moved_in(network))
        return network

    def moved_in(self, network: NoisyClassifier) -> dict[str, Tensor]:
        """The weights that it begins with: those of `start`, the stem turned into latents, and of each head the labels that it has."""
        state = dict(self.start.state_dict())
        for head, names in network.labels.items():
            known = self.start.labels.get(head, [])
            rows = {names.index(name): known.index(name) for name in names if name in known}
            for kind in ("weight", "bias"):
                key = f"heads.{head}.{kind}"
                fresh = network.state_dict()[key].clone()
                if rows:
                    fresh[list(rows)] = state[key][list(rows.values())].to(fresh)
                state[key] = fresh
        if isinstance(self.source, Latents):
            wide = places_of_stem(state.pop("stem.weight"))
            weight, lift = self.source.turned(wide)
            bias = state.pop("stem.bias").repeat_interleave(4) + lift
            state |= {"stem.0.weight": weight, "stem.0.bias": bias}
        return {key: value for key, value in state.items() if key in network.state_dict()}

    def see(self, network, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        timesteps = (torch.rand(len(x), generator=rng) * len(self.schedule)).long()
        x = noised(self.source.moved(x, rng), timesteps, self.schedule, rng)
        return network(x.to(self.device), timesteps.to(self.device))

    def evaluate(self, network: NoisyClassifier) -> dict[str, float]:
        """Accuracy on the held-out pictures by head and noise: group_0 is that of clean pictures."""
        held, rng, losses, figures = self.data.held_out, torch.Generator().manual_seed(1), [], {}
        x0 = self.source.x0(held)
        for level in LEVELS:
            time = torch.full((len(x0),), level)
            x = noised(x0, time, self.schedule, rng) if level else x0
            parts = [network(*(part.to(self.device) for part in pair)) for pair in zip(x.split(200), time.split(200))]
            loss, right = self.figures({head: torch.cat([p[head] for p in parts]) for head in parts[0]}, held)
            losses.append(loss)
            figures |= {f"{head}_{level}": value for head, value in right.items()}
        return dict(loss=float(np.mean(losses)), **figures)


def places_of_stem(weight: Tensor) -> Tensor:
    """A convolution of pixels with a kernel of 5 and a stride of 2 as one that goes by patches of 4: it sees three of them a side,
    and gives the four numbers of the middle one. (O, 3, 5, 5) -> (4 O, 3, 12, 12), in the order of `PixelShuffle`.
    """
    wide = weight.new_zeros(len(weight), 2, 2, 3, 12, 12)
    for down in (0, 1):
        for right in (0, 1):
            at = (slice(2 * down + 2, 2 * down + 7), slice(2 * right + 2, 2 * right + 7))
            wide[:, down, right, :, *at] = weight
    return wide.flatten(0, 2)


if __name__ == "__main__":
    main(ClassifierTask)
