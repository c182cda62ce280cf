"""Train the judge: `python -m pipelines.training.judge`. Clean pictures, own network, seed, crops."""

from __future__ import annotations

import torch
from torch import Tensor

from ..networks.judge import Judge
from .classifier import LabelTask
from .loop import main
from .pictures import to_model, varied


class JudgeTask(LabelTask):
    name = "judge"

    def network(self) -> Judge:
        keys = ("architecture", "layers", "channels", "dropout")
        return Judge(self.data.labels, **{key: self.recipe[key] for key in keys if key in self.recipe})

    def see(self, network, x: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        return network(varied(x, rng, self.recipe["grain"], self.data.background).to(self.device))

    def evaluate(self, network: Judge) -> dict[str, float]:
        """Accuracy on the held-out pictures, a head each."""
        held = self.data.held_out
        parts = [network(part.to(self.device)) for part in to_model(self.data.images[held]).split(200)]
        loss, right = self.figures({head: torch.cat([part[head] for part in parts]) for head in parts[0]}, held)
        return dict(loss=loss, **right)


if __name__ == "__main__":
    main(JudgeTask)
