"""The global adapter: `python -m pipelines.training.global_adapter`.

ConditionInput the embedding of the picture itself by the noise-aware CLIP, and half of the time nothing else: what the embedding says of a
picture becomes a part of the prompt. The U-Net and the CLIP are held.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ..conditions import GlobalPrompt
from ..declarations.inline import as_url
from ..guidance import ClassifierFree
from ..networks.condition_input import ConditionInput
from ..networks.global_adapter import GlobalAdapter
from ..networks.side_network import GlobalSideNetwork, SideNetwork
from .loop import main
from .pictures import moved, sheet, to_model
from .side import SideTask


class GlobalAdapterTask(SideTask):
    name = "global_adapter"

    def __init__(self, recipe: dict, data=None, pipe=None):
        super().__init__(recipe, data, pipe)
        with torch.no_grad():
            self.embedded = torch.cat(
                [
                    self.pipe.clip.encode_image(self.drawn(to_model(self.data.images[rows])))
                    for rows in np.array_split(np.arange(len(self.data.images)), len(self.data.images) // 200 + 1)
                ]
            )

    def network(self) -> GlobalAdapter:
        return GlobalAdapter(
            dim=self.embedded.shape[1],
            hidden=self.recipe["hidden"],
            tokens=self.recipe["tokens"],
            width=self.pipe.unet.config.cross_attention_dim,
            pooled=self.pipe.unet.config.projection_class_embeddings_input_dim,
        )

    def matrix(self, name: str, parameter) -> bool:
        return False

    def side(self, network) -> SideNetwork:
        return GlobalSideNetwork(network)

    def batch(self, indices: np.ndarray, rng: torch.Generator) -> tuple[Tensor, ConditionInput]:
        x0 = moved(
            to_model(self.data.images[indices]), rng, share=self.recipe["moved"], background=self.data.background
        )
        return x0, _told(self.embedded[indices])

    def ways(self) -> dict[str, None]:
        return {"picture": None}

    def held_out_told(self, way) -> ConditionInput:
        return _told(self.embedded[self.held])

    def pictures(self, network):
        """Held-out pictures, each above what is drawn like it, without a prompt and told its name."""
        held = self.data.held_out[:: max(1, len(self.data.held_out) // 10)][:10]
        pipe = self.joined(global_adapter=network)
        shown = [self.data.images[i] for i in held]
        condition = GlobalPrompt(images=tuple(as_url(picture) for picture in to_model(np.stack(shown))))
        settings = dict(conditions=[condition], num_inference_steps=14)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.recipe["bf16"]):
            rows = [
                pipe(prompt, rules=[ClassifierFree(1.0)], seeds=[seed + i for i in range(len(held))], **settings).images
                for seed, prompt in ((0, ""), (50, ""), (0, [self.captions.name(i) for i in held]))
            ]
        from PIL import Image

        return sheet([[Image.fromarray(each) for each in shown], *rows])


def _told(embedded: Tensor) -> ConditionInput:
    one = torch.ones(len(embedded), 1)
    return ConditionInput(embedded, one, 0 * one, one)


if __name__ == "__main__":
    main(GlobalAdapterTask)
