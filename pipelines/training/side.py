"""What the trainers of side networks share: the world as it is, held, and the loss of its U-Net told of conditions."""

from __future__ import annotations

import copy

import numpy as np
import torch
from diffusers.models.attention_processor import AttnProcessor
from torch import Tensor, nn

from ..networks.condition_input import ConditionInput
from ..networks.side_network import SideNetwork
from ..runs.denoiser import PatchUNet
from ..runs.guided import GuidedPipeline
from .datasets import DataSet
from .pictures import noised, some, to_model
from .unet import UNetTask

LEVELS = (500, 900)  # times at which the hold-out is looked at


class SideTask(UNetTask):
    """Trains a network beside a U-Net that does not change: x̂0(x_t, text, hint), with the U-Net's own loss."""

    def __init__(self, recipe: dict, data: DataSet | None = None, pipe: GuidedPipeline | None = None):
        self.pipe = pipe or GuidedPipeline.from_pretrained(recipe["world_folder"])
        for part in self.pipe.components.values():
            if isinstance(part, nn.Module):
                part.requires_grad_(False)
        super().__init__(recipe, data, self.pipe.clip)
        self.schedule, self.prompts = self.pipe.schedule, ()
        self.held = self.data.held_out[: recipe["held_out"]]
        self.unet = copy.deepcopy(self.pipe.unet)  # trained through, and compiled for one size of batch
        self.unet.set_attn_processor(AttnProcessor())
        if recipe["compile"]:
            self.unet.compile()

    def side(self, network) -> SideNetwork:
        """The network beside the U-Net."""
        raise NotImplementedError

    def batch(self, indices: np.ndarray, rng: torch.Generator) -> tuple[Tensor, ConditionInput]:
        """Pictures, (B, 3, H, W), and what the network is told of them, at random."""
        raise NotImplementedError

    def ways(self) -> dict[str, object]:
        """Ways to tell of the hold-out, by name, as `held_out_told` takes them."""
        raise NotImplementedError

    def held_out_told(self, way) -> ConditionInput:
        """What the network is told of the hold-out in this way."""
        raise NotImplementedError

    def loss(self, network, rng: torch.Generator) -> Tensor:
        self.unet.to(self.device)
        indices = some(self.data.train, self.recipe["batch"], rng)
        numpy_rng = np.random.default_rng(int(torch.randint(2**62, (), generator=rng)))
        texts = [self.captions.draw(i, numpy_rng) for i in indices]
        texts = ["" if numpy_rng.random() < self.recipe["null"] else text for text in texts]
        pictures, told = self.batch(indices, rng)
        x0 = self.drawn(pictures)
        timesteps = self.levels(len(x0), rng)
        x = noised(x0, timesteps, self.schedule, rng)
        x_hat = self.told_of(self.unet, network, x, timesteps, texts, told, self.layouts(len(x0), rng))
        error = (x_hat.float() - x0.to(self.device)).square().mean((1, 2, 3))
        return (error * self.weight(timesteps).to(self.device)).mean()

    @torch.no_grad()
    def drawn(self, pictures: Tensor) -> Tensor:
        """x0 of pictures in [−1, 1]: themselves, or the latents that the U-Net draws."""
        return self.pipe.space.encode(pictures)

    def layouts(self, count: int, rng: torch.Generator) -> Tensor | None:
        """Whose text's layout each picture of a batch is shown, (B,) long; None: its own."""
        return None

    def told_of(
        self,
        unet,
        network,
        x: Tensor,
        timesteps: Tensor,
        texts: list[str],
        told: ConditionInput,
        layouts: Tensor | None = None,
    ) -> Tensor:
        """x̂0: (B, C, H, W)."""
        with torch.no_grad():
            text = self.pipe.text_encoder.to(self.device)(self.tokenize(texts))
        told = ConditionInput(*(part.to(self.device) for part in told))
        layout = own = self.pipe.layout and self.pipe.layout.to(self.device)
        if own is not None and layouts is not None:
            layout = lambda pooled: own(pooled[layouts.to(self.device)])  # noqa: E731
        space = self.pipe.space
        sees = PatchUNet(unet, self.schedule, space.background, layout, (self.side(network),), space.channels)
        return sees(x.to(self.device), timesteps.to(self.device), text._replace(told=(told,)))

    def evaluate(self, network) -> dict[str, float]:
        """Error of x̂0 on the hold-out told its names, with nothing else and in each way, at fixed noise."""
        x0 = self.drawn(to_model(self.data.images[self.held]))
        texts = [self.captions.name(i) for i in self.held]
        some_told = self.held_out_told(next(iter(self.ways().values())))
        every = {"none": some_told.silenced(True)} | {
            name: self.held_out_told(way) for name, way in self.ways().items()
        }
        errors = {}
        for level in LEVELS:
            timesteps = torch.full((len(x0),), level)
            x = noised(x0, timesteps, self.schedule, torch.Generator().manual_seed(level))
            for name, told in every.items():
                with torch.autocast(self.device.type, torch.bfloat16, enabled=self.recipe["bf16"]):
                    parts = [
                        self.told_of(
                            self.pipe.unet.to(self.device),
                            network,
                            x[rows],
                            timesteps[rows],
                            [texts[i] for i in rows],
                            told.rows(rows),
                        )
                        .float()
                        .cpu()
                        for rows in torch.arange(len(x0)).split(50)
                    ]
                errors[f"{name}_{level}"] = (torch.cat(parts) - x0).square().mean().item()
        judged = [np.log(error) for name, error in errors.items() if not name.startswith("none")]
        return dict(loss=float(np.mean(judged)), **errors)

    def joined(self, **parts: nn.Module) -> GuidedPipeline:
        """The world's pipeline with these parts."""
        kept = {name: self.pipe.config[name] for name in ("background", "clip_sample_range")}
        pipe = GuidedPipeline(**self.pipe.components | parts, **kept)
        pipe.set_progress_bar_config(disable=True)
        return pipe

    def pictures(self, network):
        return None

    def export(self, network, folder) -> None:
        network.half()
        network.save_pretrained(folder)
        network.float()

    def facts(self) -> dict:
        return dict(data=str(self.recipe["data"]), trained_on=len(self.data.train), held_out=len(self.data.held_out))
