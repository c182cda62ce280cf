"""T2I-Adapter (Mou et al. 2023)."""

from __future__ import annotations

from dataclasses import dataclass

from ..networks.side_network import AdapterSideNetwork, SideNetwork
from .local import Local


@dataclass(frozen=True)
class T2IAdapter(Local):
    """A small network of the map alone, whose features are added to the encoder's at each resolution.

    It does not see x_t, so what it says is the same at every step.
    """

    summary = "The lightest way to show a map: a small network that does not see the noisy picture."
    equation = r"\hat F_\text{enc}^i = F_\text{enc}^i + s\,F_{AD}^i(c), \quad i = 1, \dots, n"
    source = "Mou et al. 2023, eq. 2 and 3"
    cost = "almost nothing"
    needs = ("adapter",)

    def channels(self, pipe) -> int:
        return pipe.adapter.config.in_channels

    def side(self, pipe) -> SideNetwork:
        return AdapterSideNetwork.of(pipe.adapter, pipe.unet)
