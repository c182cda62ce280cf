"""The local adapter of Uni-ControlNet (Zhao et al. 2023)."""

from __future__ import annotations

from dataclasses import dataclass

from .control_net import ControlNet


@dataclass(frozen=True)
class UniControlNet(ControlNet):
    """Any subset of the maps, told to one network together.

    The network is the `ControlNet`'s, trained with each map left out at random: told one map it is a ControlNet with a
    switch, told several it has learned to bring them together. Their strengths are weighed against the strongest.
    """

    joint = True
    summary = "Several maps told to one network at once: it has learned to bring them together."
    equation = r"\varepsilon = D\big(h + s\,Z(E'(x_t, y, [c_1, \dots, c_n])),\, y\big)"
    source = "Zhao et al. 2023, section 3.2"
    cost = "about 0.4 network calls more for all of them together"
