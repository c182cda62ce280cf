"""The global adapter of Uni-ControlNet (Zhao et al. 2023): a picture as a part of the prompt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..declarations.inline import as_tensor
from ..declarations.options import OptionError, pictures
from ..declarations.phrases import Phrase
from ..lazy import Tensor, functional, torch
from ..networks.side_network import GlobalSideNetwork, SideNetwork
from .base import Conditioning, one_each


@dataclass(frozen=True)
class GlobalPrompt(Conditioning):
    """ "Like this one": the CLIP embedding of a picture, turned into more tokens of the prompt.

    embeddings: (N, D) in place of pictures, such as those of a prior; one for all pictures or one for each. For a program.
    """

    summary = "Like this one: a picture as a part of the prompt, for what words do not say."
    equation = r"y' = [\,y,\; g(E_1(\text{picture}))\,], \quad \text{attention to } g \text{ times } s"
    source = "Zhao et al. 2023, section 3.3"
    cost = "almost nothing"
    needs = ("global_adapter", "clip")

    images: tuple[str, ...] = pictures(
        max_count=256, each=True, label="picture", help="One for all pictures, or one for each."
    )
    embeddings: Sequence[Sequence[float]] = field(default=(), repr=False)

    def __post_init__(self):
        super().__post_init__()
        rows = self.embeddings.tolist() if hasattr(self.embeddings, "tolist") else self.embeddings
        # Numbers and no tensor: conditions are compared, and rows that are told the same are asked once.
        object.__setattr__(self, "embeddings", tuple(tuple(row) if isinstance(row, Sequence) else row for row in rows))

    @property
    def portable(self) -> bool:
        """A dictionary carries pictures, and no embeddings."""
        return not self.embeddings

    def side(self, pipe) -> SideNetwork:
        return GlobalSideNetwork(pipe.global_adapter)

    def hint(self, pipe, batch: int) -> Tensor:
        """The embeddings: (batch, D), of length 1.

        Raises:
            OptionError: no picture, neither one for all nor one for each, or embeddings of another length.
        """
        if self.embeddings:
            return self._own(pipe.global_adapter.config.dim)[one_each("embeddings", len(self.embeddings), batch)]
        if not self.images:
            raise OptionError("images", (), "picture_to_be_like")
        with torch.no_grad():
            size = [pipe.space.factor * side for side in pipe.clip.model.visual.image_size]
            shown = as_tensor(self.images, size).to(pipe.unet.device)
            embedded = pipe.clip.encode_image(pipe.space.encode(shown))
        return embedded[one_each("images", len(embedded), batch)]

    def _own(self, dim: int) -> Tensor:
        for place, row in enumerate(self.embeddings):
            if not isinstance(row, tuple) or len(row) != dim or not all(map(math.isfinite, row)):
                given = Phrase("given_tensor", shape=(len(row),)) if isinstance(row, tuple) else row
                raise OptionError(f"embeddings[{place}]", given, "floats", shape=(dim,))
        return functional.normalize(torch.tensor(self.embeddings), dim=-1)
