"""What the judges of a world see in finished pictures, and in the world's own data. The torch side of the measures."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import torch
from torch.nn.functional import interpolate, normalize

from pipelines import load_judge_clip
from pipelines.evaluation.measures import cosines
from pipelines.evaluation.novelty import copy_threshold, small_of
from pipelines.evaluation.open_clips import OpenCLIP, load_open_clip
from pipelines.evaluation.sets import Data, Seen
from pipelines.worlds.reference import load_features, load_thumbnails

from ..recipe.prompts import Reading

BATCH, BICUBIC = 64, 3  # pictures; Image.Resampling.BICUBIC
ENOUGH = 2000  # held-out pictures, from which on distances are measured to them and not to the training pictures
log = logging.getLogger(__name__)


class Judging:
    """Judge, CLIP and data of a world. What cannot be read is left out, and so are the measures that need it."""

    def __init__(self, pipe, judge, name: str = "", side: int | None = None):
        self.pipe, self.judge, self.name, self._side = pipe, judge, name, side

    @property
    def side(self) -> int:
        """Of the pictures that the judges know, in pixels."""
        return self._side or self.pipe.picture_shape[1]

    @cached_property
    def clip(self):
        """The clean CLIP that never guides; the one that guides where a world has no other and it sees pictures; None without any."""
        try:
            if self.name:
                return load_judge_clip(self.name).to(self.pipe.device)
        except (ValueError, RuntimeError):
            pass
        return self.pipe.clip if self.pipe.space.factor == 1 else None

    @cached_property
    def data(self) -> Data | None:
        """What the judge sees in the data; None where a world does not say."""
        if self.judge is None or not self.name:
            return None
        try:
            found = load_features(self.name)
        except (ValueError, OSError) as error:
            log.warning("No distances to the data: %s", error)
            return None
        part = "held_out" if len(found.held_out) >= ENOUGH else "train"
        features, labels = getattr(found, part), getattr(found, f"{part}_labels")
        try:
            thumbnails = load_thumbnails(self.name)
        except (ValueError, OSError) as error:
            log.warning("No near copies: %s", error)
            return Data(features, labels)
        small = thumbnails.pictures.add(1).mul(127.5).round().to(torch.uint8).flatten(1).numpy()
        things = np.unique(thumbnails.names, return_inverse=True)[1]
        if len(np.unique(things)) * 20 < len(things):  # of classes and not of things: another picture is different
            things = np.arange(len(things))
        return Data(features, labels, small, copy_threshold(small, things))

    def real_clip(self, name: str) -> OpenCLIP:
        """The real CLIP of that name, beside the world's networks. Raises ClipError when it cannot be loaded."""
        return load_open_clip(name).to(self.pipe.device)

    @torch.no_grad()
    def look(
        self, pictures: Sequence, groups: Sequence[int], readings: Sequence[Reading], clip: str = ""
    ) -> Seen | None:
        """pictures: PIL, n of them; groups: for each the number of its reading. clip: the name of a real CLIP in place
        of the world's; "" for that one. None without any judge.
        """
        if self.judge is None and not clip:
            return None
        judging_clip = self.real_clip(clip) if clip else self.clip
        features, said, images = None, {}, []
        if self.judge is not None:
            features, said, images = self._judged(pictures, None if clip else judging_clip)
        if clip:
            images = [judging_clip.encode_pictures(pictures)]
        embedded = _array(images) if clip else None
        wanted = [self.judge.find(reading.label) if said and reading.label else None for reading in readings]
        return Seen(
            embedded if features is None else features,
            said,
            np.asarray(groups, int),
            [wanted[group] for group in groups],
            _similarity(judging_clip, images, groups, readings) if images else None,
            small_of(pictures),
            embedded,
        )

    @torch.no_grad()
    def embed(self, pictures: Sequence) -> np.ndarray:
        """What the judging CLIP sees in pictures, (n, F), of length 1. Raises ValueError without any CLIP."""
        if self.clip is None:
            raise ValueError("This world has no CLIP that could see pictures.")
        parts = [self._tensor(pictures[start : start + BATCH]) for start in range(0, len(pictures), BATCH)]
        return _array([normalize(self.clip.encode_image(x), dim=-1) for x in parts])

    @torch.no_grad()
    def zero_shot(self, picture, sentences: Sequence[str], noise: float = 0.0) -> dict[str, list[float]]:
        """Which of these sentences fits a PIL picture: "guide" -> their probabilities by the CLIP that guides, which knows noise,
        "judge" -> by the one that only judges. {} where the world has none. noise: put on it first, 2/π atan(b/a) of its time.
        """
        found, angle, guide = {}, noise * math.pi / 2, self.pipe.clip
        for name, clip in {"guide": guide, "judge": None if self.clip is guide else self.clip}.items():
            if hasattr(clip, "zero_shot"):
                x = self._tensor([picture]) if name == "judge" else self._read_by_guides(picture)
                eps = torch.randn(x.shape, generator=torch.Generator().manual_seed(0)).to(x)
                found[name] = clip.zero_shot(math.cos(angle) * x + math.sin(angle) * eps, sentences)[0].float().tolist()
        return found

    def _read_by_guides(self, picture) -> torch.Tensor:
        """x of a picture, as the networks see it that guide: its latents, where these are what is drawn."""
        return self.pipe.space.encode(self._tensor([picture], self.pipe.picture_shape[1]))

    def _judged(self, pictures: Sequence, clip) -> tuple[np.ndarray, dict[str, np.ndarray], list]:
        """The judge's features and probabilities, and what a CLIP of the world sees, where one is given."""
        features, said, images = [], {head: [] for head in self.judge.labels}, []
        for start in range(0, len(pictures), BATCH):
            x = self._tensor(pictures[start : start + BATCH])
            seen = self.judge.features(x)
            features.append(seen)
            for head, linear in self.judge.heads.items():
                said[head].append(linear(seen).softmax(-1))
            if clip is not None:
                images.append(clip.encode_image(x))
        return _array(features), {head: _array(parts) for head, parts in said.items()}, images

    def sized(self, x: torch.Tensor) -> torch.Tensor:
        """Pictures of this world in the size that its judges know. x: (B, 3, H, W) in [−1, 1]."""
        side = self._side or x.shape[-1]
        if side == x.shape[-1]:
            return x
        return interpolate(x, side, mode="bicubic", antialias=side < x.shape[-1]).clamp(-1, 1)

    def _tensor(self, pictures: Sequence, side: int | None = None) -> torch.Tensor:
        """(B, 3, S, S) in [−1, 1], S the side that the judge knows where none is given."""
        size = (side or self.side,) * 2
        whole = [each.convert("RGB") for each in pictures]
        levels = np.stack([np.asarray(each if each.size == size else each.resize(size, BICUBIC)) for each in whole])
        return torch.from_numpy(levels).permute(0, 3, 1, 2).float().div(127.5).sub(1).to(self.pipe.device)


def _similarity(clip, images: list, groups: Sequence[int], readings: Sequence[Reading]) -> np.ndarray:
    """The cosine of each picture with the text of its reading; nan without a text."""
    texts = _array([clip.encode_text([reading.text or "" for reading in readings])])
    found = cosines(_array(images), texts[list(groups)])
    return np.where([bool(readings[group].text) for group in groups], found, np.nan)


def _array(parts: list) -> np.ndarray:
    return torch.cat(parts).float().cpu().numpy()
