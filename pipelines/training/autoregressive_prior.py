"""The autoregressive prior: `python -m pipelines.training.autoregressive_prior`.

The cross entropy of the classes of the embedding's principal components, each told those before it and the text.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, cross_entropy

from ..networks.autoregressive_prior import AutoregressivePrior
from .embeddings import EmbeddingTask
from .loop import main


class AutoregressivePriorTask(EmbeddingTask):
    name = "autoregressive_prior"

    def network(self) -> AutoregressivePrior:
        keys = ("length", "components", "classes", "span", "width", "heads", "layers", "dropout")
        prior = AutoregressivePrior(
            dim=self.embedded.shape[1],
            text_width=self.text_encoder.config.text_cfg["width"],
            **{key: self.recipe[key] for key in keys},
        )
        prior.fit(self.embedded[torch.from_numpy(self.data.train)])
        self.codes = prior.codes
        return prior

    def matrix(self, name: str, parameter) -> bool:
        return parameter.ndim == 2 and ".h." in name

    def loss(self, network, rng: torch.Generator) -> Tensor:
        embedded, told = self.batch(rng)
        codes = self.codes(embedded)
        return cross_entropy(network(codes, told).float().flatten(0, 1), codes.flatten())

    @torch.no_grad()
    def evaluate(self, network: AutoregressivePrior) -> dict[str, float]:
        """On the hold-out told its names: the cross entropy in nats a component; R² of the mean of the predicted
        classes, of the first component, and of the first 4, 16 and all on average; cosines with the truth of the
        names' own embeddings, of the truth in classes, and of what is drawn greedily and at random."""
        truth, names = self.held_out()
        told, codes, values = self.told(names), network.codes(truth), network.values(truth)
        logits = network(codes, told).float()
        left = values - logits.softmax(-1) @ network.centres
        explained = 1 - left.square().mean(0) / values.var(0)
        drawn = {
            "truth_in_classes": codes,
            "greedy": network.generate(told, do_sample=False).codes,
            "drawn": network.generate(told, seeds=range(len(names))).codes,
        }
        return dict(
            loss=cross_entropy(logits.flatten(0, 1), codes.flatten()).item(),
            **{f"r2_{k}": explained[:k].mean().item() for k in (1, 4, 16, len(explained))},
            cosine_text=cosine_similarity(told.pooled, truth).mean().item(),
            **{
                f"cosine_{key}": cosine_similarity(network.embedding(c), truth).mean().item()
                for key, c in drawn.items()
            },
        )


if __name__ == "__main__":
    main(AutoregressivePriorTask)
