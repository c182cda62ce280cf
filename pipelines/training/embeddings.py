"""What the trainers of the two priors share: the CLIP's embeddings of clean pictures, and what is told of their
captions."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..networks.clip import CLIP
from ..networks.condition_input import Condition
from ..networks.text_encoder import TextEncoder
from .captions import with_style
from .datasets import DataSet, load
from .latents import fingerprint
from .pictures import some, to_model
from .task import Task


class EmbeddingTask(Task):
    """Trains a network of image embeddings told a text. The CLIP is held, so a text's states are read once."""

    def __init__(self, recipe: dict, data: DataSet | None = None, clip: CLIP | None = None):
        super().__init__(recipe)
        self.data = data or load(recipe)
        clip = (clip or CLIP.from_pretrained(recipe["clip_folder"])).eval().requires_grad_(False)
        self.clip_name, self.captions = fingerprint(clip), self.data.captions
        self.embedded = embeddings(clip, self.data.images, Path(recipe["embeddings"]) if recipe["embeddings"] else None)
        self.text_encoder = TextEncoder.from_clip(clip).eval().requires_grad_(False)
        self.held = self.data.held_out[: recipe["held_out"]]
        self._read: dict[str, tuple[Tensor, Tensor]] = {}

    def batch(self, rng: torch.Generator) -> tuple[Tensor, Condition]:
        """Embeddings of pictures, (B, D), and what is told of a caption of each; the recipe's share is told nothing."""
        indices = some(self.data.train, self.recipe["batch"], rng)
        numpy_rng = np.random.default_rng(int(torch.randint(2**62, (), generator=rng)))
        texts = [self.captions.draw(i, numpy_rng) for i in indices]
        texts = ["" if numpy_rng.random() < self.recipe["null"] else text for text in texts]
        return self.embedded[torch.from_numpy(indices)].to(self.device), self.told(texts)

    @torch.no_grad()
    def told(self, texts: list[str]) -> Condition:
        """States (B, length, W), 0 where there is no token, and embeddings (B, D) of texts."""
        if new := [text for text in dict.fromkeys(texts) if text not in self._read]:
            found = self.text_encoder.encode(new)
            states = found.states[:, : self.recipe["length"]].half()  # tens of thousands of captions are kept
            self._read |= {text: (states[row].clone(), found.pooled[row]) for row, text in enumerate(new)}
        states, pooled = zip(*(self._read[text] for text in texts), strict=True)
        return Condition(torch.stack(states).float().to(self.device), torch.stack(pooled).to(self.device))

    def held_out(self, styled: bool = False) -> tuple[Tensor, list[str]]:
        """Embeddings of held-out pictures, (N, D), and their names, with the style in front or without."""
        names = [self.captions.name(i) for i in self.held]
        if styled:
            names = [with_style(name, self.captions.style(i)) for i, name in zip(self.held, names, strict=True)]
        return self.embedded[torch.from_numpy(self.held)].to(self.device), names

    def export(self, network, folder) -> None:
        network.half()
        network.save_pretrained(folder)
        network.float()

    def facts(self) -> dict:
        return dict(
            data=str(self.recipe["data"]),
            trained_on=len(self.data.train),
            held_out=len(self.data.held_out),
            clip=self.clip_name,
        )


def embeddings(clip: CLIP, images: np.ndarray, file: Path | None) -> Tensor:
    """Of every picture, (N, D), of length 1; kept in `file` for this CLIP and these pictures."""
    key = fingerprint(clip) + hashlib.sha256(images[:: max(1, len(images) // 64)].tobytes()).hexdigest()[:16]
    if file and file.exists():
        with np.load(file) as kept:
            if str(kept["key"]) == key:
                return torch.from_numpy(kept["embeddings"])
    with torch.no_grad():
        parts = (clip.encode_image(to_model(images[start : start + 200])) for start in range(0, len(images), 200))
        found = torch.cat(list(parts))
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez(file, key=np.array(key), embeddings=found.numpy())
    return found
