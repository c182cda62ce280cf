"""What the conditions of a place share: one map of the picture to be made, and how a side network is told it."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

import numpy as np

from ..declarations.options import OptionError, choice, pictures, switch
from ..lazy import Tensor, torch
from .base import Conditioning, one_each
from .extract import KINDS
from .hint import WIDTHS, as_picture, map_of, stacked


@dataclass(frozen=True)
class Local(Conditioning):
    """A map of the picture to be made, of one kind: taken from `images`, or these are the map already.

    A network with as many channels as the hint of all kinds (`hint.stacked`) is told which kind it is; one of three channels,
    as the published ones have, sees the map as a picture and was trained for one kind.
    """

    kind: str = choice(
        "edges", KINDS, label="kind", help="What of the picture is held: its lines, its shape or its colours."
    )
    images: tuple[str, ...] = pictures(
        max_count=256, each=True, label="picture", help="One for all pictures, or one for each."
    )
    _: KW_ONLY
    drawn: bool = switch(False, label="drawn", help="The picture is the map itself, drawn by hand, and not a photo.")

    def channels(self, pipe) -> int:
        """Of the hint that the side network takes."""
        raise NotImplementedError

    def parts(self, pipe) -> list[bool]:
        """The part of its kind, of a network that is told all kinds; the only one of a network of one kind."""
        return [kind == self.kind for kind in KINDS] if self.channels(pipe) == sum(WIDTHS) else [True]

    def hint(self, pipe, batch: int) -> Tensor:
        """(batch, channels, H, W)."""
        maps = self.maps(pipe, batch)
        if self.channels(pipe) == sum(WIDTHS):
            return stacked({self.kind: maps})
        return torch.stack([as_picture(self.kind, each) for each in maps])

    def maps(self, pipe, batch: int) -> np.ndarray:
        """The maps, (batch, H, W, c) uint8.

        Raises:
            OptionError: no picture, or neither one for all nor one for each.
        """
        if not self.images:
            raise OptionError("images", (), "picture_of_condition")
        level = round((pipe.space.paper + 1) * 127.5)
        found = [map_of(self.kind, image, self.drawn, pipe.picture_shape[-1], (level,) * 3) for image in self.images]
        return np.stack([found[i] for i in one_each("images", len(found), batch)])
