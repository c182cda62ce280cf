"""Train the judge CLIP: `python -m pipelines.training.judge_clip`.

It measures and never guides, so it shares nothing with the CLIP that does: clean pictures, a residual network in the
place of the transformer, its own seed, crops and tokenizer.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .clip import ClipTask
from .loop import main
from .pictures import varied


class JudgeClipTask(ClipTask):
    name = "judge_clip"
    levels = (0,)
    noise = "clean pictures with a little grain"

    def seen(self, x: Tensor, rng: torch.Generator) -> Tensor:
        return varied(x, rng, self.recipe["grain"], self.data.background)

    def matrix(self, name: str, parameter) -> bool:
        inner = ".resblocks." in name or ".layer" in name
        return parameter.ndim in (2, 4) and inner


if __name__ == "__main__":
    main(JudgeClipTask)
