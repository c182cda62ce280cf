"""The ControlNet that is also Uni-ControlNet's local adapter: `python -m pipelines.training.controlnet`.

A copy of the U-Net's encoder that is told any subset of the maps, with joins that start at zero. The U-Net is held.
"""

from __future__ import annotations

import inspect

import numpy as np
import torch
from diffusers import ControlNetModel, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor, AttnProcessor2_0
from torch import Tensor

from ..conditions import UniControlNet
from ..conditions.extract import KINDS, shown
from ..conditions.hint import WIDTHS
from ..declarations.inline import as_url
from ..guidance import ClassifierFree
from ..networks.condition_input import ConditionInput
from ..networks.side_network import ControlSideNetwork, SideNetwork
from . import maps
from .loop import main
from .pictures import sheet
from .side import SideTask


class ControlNetTask(SideTask):
    name = "controlnet"
    condition, part = UniControlNet, "controlnet"

    def __init__(self, recipe: dict, data=None, pipe=None):
        super().__init__(recipe, data, pipe)
        self.maps = maps.Maps(self.data.images)

    def network(self):
        network = make_controlnet(self.pipe.unet, self.recipe["embedding"])
        network.set_attn_processor(AttnProcessor())
        network.to(memory_format=torch.channels_last)
        if self.recipe["compile"]:
            network.compile()
        return network

    def matrix(self, name: str, parameter) -> bool:
        outer = ("conv_in", "time_embedding", "class_embedding", "controlnet_")  # the joins start at zero
        return parameter.ndim >= 2 and not any(part in name for part in outer)

    def side(self, network) -> SideNetwork:
        return ControlSideNetwork(network, WIDTHS)

    def batch(self, indices: np.ndarray, rng: torch.Generator) -> tuple[Tensor, ConditionInput]:
        recipe = self.recipe
        return maps.batch(
            self.data.images,
            self.maps,
            indices,
            rng,
            recipe["moved"],
            self.data.background,
            recipe["single"],
            recipe["thick"],
        )

    def layouts(self, count: int, rng: torch.Generator) -> Tensor:
        """Some are shown that of another text: where a thing is, the map says, and not the usual shape of what is asked for."""
        own, other = torch.arange(count), torch.randint(count, (count,), generator=rng)
        return torch.where(torch.rand(count, generator=rng) < self.recipe["misled"], other, own)

    def ways(self) -> dict[str, Tensor]:
        return dict(zip(KINDS, torch.eye(len(KINDS)).bool())) | {"all": torch.ones(len(KINDS)).bool()}

    def held_out_told(self, way: Tensor) -> ConditionInput:
        return maps.told(self.maps.hint(self.held), way.expand(len(self.held), -1))

    def pictures(self, network):
        """Held-out pictures; then of each kind the map and what is drawn with it, told the name."""
        held = self.data.held_out[:: max(1, len(self.data.held_out) // 10)][:10]
        pipe = self.joined(**{self.part: network})
        seeds, names = range(len(held)), [self.captions.name(i) for i in held]
        rows = [[_picture(self.data.images[i]) for i in held]]
        for kind in KINDS:
            drawn = [shown(kind, self.maps.maps[kind][i]) for i in held]
            condition = self.condition(kind=kind, images=tuple(as_url(each) for each in drawn), drawn=True)
            with torch.autocast(self.device.type, torch.bfloat16, enabled=self.recipe["bf16"]):
                made = pipe(
                    names, rules=[ClassifierFree(1.0)], conditions=[condition], seeds=seeds, num_inference_steps=14
                )
            rows += [drawn, made.images]
        return sheet(rows)

    def export(self, network, folder) -> None:
        network.set_attn_processor(AttnProcessor2_0())
        super().export(network, folder)
        network.set_attn_processor(AttnProcessor())


def make_controlnet(unet: UNet2DConditionModel, embedding=(16, 32)) -> ControlNetModel:
    """A ControlNet for all kinds of maps: the U-Net's encoder with its weights, and of the middle its first block.

    The whole middle is as large as the encoder, and at 4 × 4 it has little to say of places. embedding: channels of the
    layers that take the map to the U-Net's grid, each halving its side: two for patches of 4 pixels.
    """
    taken = inspect.signature(ControlNetModel.__init__).parameters
    settings = {name: value for name, value in unet.config.items() if name in taken}
    network = ControlNetModel(
        **settings
        | dict(
            mid_block_type="UNetMidBlock2D",
            conditioning_channels=sum(WIDTHS),
            conditioning_embedding_out_channels=(*embedding, unet.config.block_out_channels[0]),
        )
    )
    for name in ("conv_in", "time_proj", "time_embedding", "class_embedding", "down_blocks"):
        if getattr(network, name) is not None:
            getattr(network, name).load_state_dict(getattr(unet, name).state_dict())
    network.mid_block.resnets[0].load_state_dict(unet.mid_block.resnets[0].state_dict())
    return network


def _picture(array: np.ndarray):
    from PIL import Image

    return Image.fromarray(array)


if __name__ == "__main__":
    main(ControlNetTask)
