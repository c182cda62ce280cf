"""The T2I-Adapter: `python -m pipelines.training.adapter`.

Features of the map alone for a U-Net that is held. Its loss weighs high noise more, where the shape is decided: Mou et al. 2023
(section 3.4) draw the times by a cubic law for the same reason.
"""

from __future__ import annotations

import torch
from diffusers import T2IAdapter as Network
from torch import Tensor

from ..conditions import T2IAdapter
from ..conditions.hint import WIDTHS
from ..networks.side_network import AdapterSideNetwork, SideNetwork
from .controlnet import ControlNetTask
from .loop import main
from .side import SideTask


class AdapterTask(ControlNetTask):
    name = "adapter"
    condition, part = T2IAdapter, "adapter"

    def network(self) -> Network:
        config = self.pipe.unet.config
        patch = self.data.images.shape[1] // config.sample_size
        return Network(
            in_channels=sum(WIDTHS),
            channels=list(config.block_out_channels),
            num_res_blocks=self.recipe["residual_blocks"],
            downscale_factor=patch,
        )

    def matrix(self, name: str, parameter) -> bool:
        return parameter.ndim >= 2 and "conv_in" not in name

    def side(self, network) -> SideNetwork:
        return AdapterSideNetwork.of(network, self.pipe.unet)

    def levels(self, count: int, rng: torch.Generator) -> Tensor:
        """t = (1 − u³) T, u uniform. (count,)"""
        uniform = torch.rand(count, generator=rng)
        return ((1 - uniform**3) * (len(self.schedule) - 1)).round().long()

    def export(self, network, folder) -> None:
        SideTask.export(self, network, folder)


if __name__ == "__main__":
    main(AdapterTask)
