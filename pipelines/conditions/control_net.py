"""ControlNet (Zhang, Rao & Agrawala 2023)."""

from __future__ import annotations

from dataclasses import dataclass

from ..networks.side_network import ControlSideNetwork, SideNetwork
from .hint import WIDTHS
from .local import Local


@dataclass(frozen=True)
class ControlNet(Local):
    """A trained copy of the U-Net's encoder that sees the map, joined to the skips by layers that start at zero.

    Several of them are evaluated one by one and added up, as diffusers' `MultiControlNetModel` does.
    """

    summary = "The picture keeps the lines, the shape or the colours of a map; several add up."
    equation = r"\varepsilon = D\big(h + s\,Z(E'(x_t, y, c)),\, y\big), \quad Z = 0 \text{ before training}"
    source = "Zhang, Rao & Agrawala 2023, eq. 2 and 3"
    cost = "about 0.4 network calls more for each"
    needs = ("controlnet",)
    share = 0.4  # it is the encoder's half

    def channels(self, pipe) -> int:
        return pipe.controlnet.config.conditioning_channels

    def side(self, pipe) -> SideNetwork:
        channels = self.channels(pipe)
        return ControlSideNetwork(pipe.controlnet, WIDTHS if channels == sum(WIDTHS) else (channels,))
