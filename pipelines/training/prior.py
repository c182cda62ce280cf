"""The diffusion prior: `python -m pipelines.training.prior`.

‖z − f(z^t, t, y)‖² of the noise-aware CLIP's embeddings of clean pictures, every time alike (Ramesh et al. 2022, eq.
2), in units of each component's standard deviation.
"""

from __future__ import annotations

import numpy as np
import torch
from diffusers.models.attention_processor import AttnProcessor, AttnProcessor2_0
from torch import Tensor
from torch.nn.functional import cosine_similarity

from ..guidance import ClassifierFree
from ..networks.prior import DiffusionPrior
from ..runs.priors import DiffusionPriorPipeline
from .embeddings import EmbeddingTask
from .loop import main

TIMES = (100, 300, 500, 700, 900)  # at which the hold-out is looked at
STEPS = 10


class PriorTask(EmbeddingTask):
    name = "prior"

    def network(self) -> DiffusionPrior:
        sizes = {key: self.recipe[key] for key in ("length", "heads", "head_width", "layers", "dropout", "shift")}
        prior = DiffusionPrior(
            dim=self.embedded.shape[1], text_width=self.text_encoder.config.text_cfg["width"], **sizes
        )
        prior.fit(self.embedded[torch.from_numpy(self.data.train)])
        prior.transformer.set_attn_processor(AttnProcessor())  # faster backwards for few tokens
        self.schedule, self.scaled = prior.schedule, prior.scaled
        return prior

    def matrix(self, name: str, parameter) -> bool:
        return parameter.ndim == 2 and "transformer_blocks" in name

    def loss(self, network, rng: torch.Generator) -> Tensor:
        embedded, told = self.batch(rng)
        x0, n, total = self.scaled(embedded), len(embedded), len(self.schedule)
        spread = (torch.rand((), generator=rng) + torch.arange(n) / n) % 1  # as evenly as they can lie
        timesteps = (spread * total).long().clamp(max=total - 1).to(self.device)
        noise = torch.randn(x0.shape, generator=rng).to(self.device)
        found = network(self.schedule.add_noise(x0, noise, timesteps), timesteps, told)
        return (found.float() - x0).square().mean()

    @torch.no_grad()
    def evaluate(self, network) -> dict[str, float]:
        """Errors of x̂0 on the hold-out told its names, by time; cosines with the truth of the names' own embeddings
        and of what is drawn for the names, and for the names with their styles, at w = 0 and 1."""
        truth, names = self.held_out()
        told, x0, rng = self.told(names), network.scaled(truth), torch.Generator().manual_seed(1)
        errors = {}
        for time in TIMES:
            times = torch.full((len(x0),), time, device=self.device)
            x = self.schedule.add_noise(x0, torch.randn(x0.shape, generator=rng).to(self.device), times)
            errors[f"error_{time}"] = (network(x, times, told) - x0).square().mean().item()
        pipe = DiffusionPriorPipeline(network, self.text_encoder, network.schedule, clip_sample_range=None)
        pipe.set_progress_bar_config(disable=True)
        settings = dict(seeds=range(len(names)), num_inference_steps=STEPS)
        cosines = dict(cosine_text=cosine_similarity(told.pooled, truth).mean().item())
        for key, texts in (("name", names), ("styled", self.held_out(styled=True)[1])):
            for w in (0.0, 1.0):
                drawn = pipe(texts, rules=[ClassifierFree(w)], **settings).image_embeds
                cosines[f"cosine_{key}_w{w:g}"] = cosine_similarity(drawn, truth).mean().item()
        return dict(loss=float(np.mean(list(errors.values()))), **errors, **cosines)

    def export(self, network, folder) -> None:
        network.transformer.set_attn_processor(AttnProcessor2_0())
        super().export(network, folder)
        network.transformer.set_attn_processor(AttnProcessor())


if __name__ == "__main__":
    main(PriorTask)
