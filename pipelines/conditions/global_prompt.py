"""The global adapter of Uni-ControlNet (Zhao et al. 2023): a picture as a part of the prompt."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..declarations.inline import as_tensor
from ..declarations.options import OptionError, pictures
from ..lazy import Tensor, functional, torch
from ..networks.side_network import GlobalSideNetwork, SideNetwork
from .base import Conditioning, one_each


@dataclass(frozen=True)
class GlobalPrompt(Conditioning):
    """ "Like this one": the CLIP embedding of a picture, turned into more tokens of the prompt."""

    summary = "Like this one: a picture as a part of the prompt, for what words do not say."
    equation = r"y' = [\,y,\; g(E_1(\text{picture}))\,], \quad \text{attention to } g \text{ times } s"
    source = "Zhao et al. 2023, section 3.3"
    cost = "almost nothing"
    needs = ("global_adapter", "clip")

    images: tuple[str, ...] = pictures(
        max_count=256, each=True, label="picture", help="One for all pictures, or one for each."
    )
    embeddings: Tensor | None = field(
        default=None, repr=False, compare=False
    )  # (N, D) in place of pictures; for a program

    def side(self, pipe) -> SideNetwork:
        return GlobalSideNetwork(pipe.global_adapter)

    def hint(self, pipe, batch: int) -> Tensor:
        """The embeddings: (batch, D), of length 1.

        Raises:
            OptionError: no picture, neither one for all nor one for each, or embeddings of another length.
        """
        if self.embeddings is not None:
            return self._own(pipe.global_adapter.config.dim)[one_each("embeddings", len(self.embeddings), batch)]
        if not self.images:
            raise OptionError("images", (), "picture_to_be_like")
        with torch.no_grad():
            size = [pipe.space.factor * side for side in pipe.clip.model.visual.image_size]
            shown = as_tensor(self.images, size).to(pipe.unet.device)
            embedded = pipe.clip.encode_image(pipe.space.encode(shown))
        return embedded[one_each("images", len(embedded), batch)]

    def _own(self, dim: int) -> Tensor:
        if self.embeddings.ndim != 2 or self.embeddings.shape[1] != dim or not self.embeddings.isfinite().all():
            raise OptionError("embeddings", tuple(self.embeddings.shape), "floats", shape=("N", dim))
        return functional.normalize(self.embeddings, dim=-1)
