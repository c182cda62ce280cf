"""A smaller U-Net for auto-guidance to move away from (Karras et al. 2024): `python -m pipelines.training.weak`.

It is told what the world's U-Net is told, by the same text or class encoder, which is held: train it after the U-Net.
"""

from __future__ import annotations

from pathlib import Path

from ..networks.class_encoder import ClassEncoder
from ..networks.text_encoder import TextEncoder
from .loop import main
from .unet import TextToPicture, UNetTask


class WeakTask(UNetTask):
    name = "weak"

    def encoder(self, dim: int) -> TextEncoder | ClassEncoder:
        """That of the world, as it is."""
        kind = TextEncoder if self.clip else ClassEncoder
        return kind.from_pretrained(self.recipe["text_folder"]).float().requires_grad_(False)

    def export(self, network: TextToPicture, folder: Path) -> None:
        network.unet.half().save_pretrained(folder)
        network.unet.float()


if __name__ == "__main__":
    main(WeakTask)
