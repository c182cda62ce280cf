"""Network + target + branches -> predictions, with one network call for all branches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn.functional import pixel_shuffle, pixel_unshuffle

from ..networks.condition_input import Condition
from ..networks.precision import asked, computing, dtype_in, wide
from ..networks.side_network import SideNetwork, UNetCall, speaking
from ..process.prediction import Prediction
from ..process.space import PixelSpace, Space
from ..process.times import Time, timesteps
from ..process.window import Place


@dataclass
class Denoiser:
    """Evaluates named branches of one network, for one run: its `place` says in which step of the run it is, None in none.

    Args:
        network: (x, timesteps, condition) -> (B, C, H, W) in the view `target`; timesteps: (B,) float.
        branches: name -> condition, each with the batch size of x. "conditional" is the prompt's,
            "null" the empty or negative prompt's.
        target: "x0", "eps", "v" or "score": what the network was trained to give.
        variants: name -> another network with the same inputs and target, told the condition of "conditional": "weak"
            for a worse copy, "perturbed mid" for one without self-attention in the middle.
        space: of x; a gradient of a picture's function goes through its decoder.
    """

    network: Callable[..., Tensor]
    branches: Mapping[str, Condition]
    target: str = "x0"
    variants: Mapping[str, Callable[..., Tensor]] = field(default_factory=dict)
    space: Space = PixelSpace()
    place: Place | None = field(default=None, init=False)
    _batches: dict = field(default_factory=dict, init=False, repr=False, compare=False)

    def __call__(self, x: Tensor, t: Time, *branches: str) -> list[Prediction]:
        """One prediction for each named branch, from one network call; a variant is a call of its own. x: (B, C, H, W).

        Raises:
            ValueError: a branch that this run has not.
        """
        if unknown := set(branches) - set(self.branches) - set(self.variants):
            names = sorted([*self.branches, *self.variants])
            raise ValueError(f"Unknown branch {min(unknown)!r}; this run has {names}.")
        own = tuple(name for name in branches if name in self.branches)
        found = dict(zip(own, self._evaluate(self.network, x, t, own) if own else (), strict=True))
        for name in branches:
            if name not in found:
                found[name] = self._evaluate(self.variants[name], x, t, ("conditional",))[0]
        return [found[name] for name in branches]

    def _evaluate(self, network, x: Tensor, t: Time, branches: tuple[str, ...]) -> list[Prediction]:
        n = len(branches)
        condition = self._joined(branches).at(self.place)
        inputs = torch.cat([x] * n) if n > 1 else x
        outputs = network(inputs, timesteps(t, inputs), condition)
        return [Prediction.of(self.target, x, part, t) for part in outputs.chunk(n)]

    def _joined(self, branches: tuple[str, ...]) -> Condition:
        """The conditions of these branches as one batch, the same at every step of a run."""
        if branches not in self._batches:
            parts = [self.branches[name] for name in branches]
            self._batches[branches] = Condition.cat(parts) if len(parts) > 1 else parts[0]
        return self._batches[branches]


@dataclass(frozen=True)
class PatchUNet:
    """A diffusers U-Net that sees patches: p × p places of x, of c channels each, become c p² channels.

    The patch size is read from the U-Net's output channels: 1 where they are those of x. The network works relative to the
    background, so that empty space, padding and the mean of the data are all near 0. With a `Layout`
    the U-Net sees its small picture too, as three more channels. sides: networks that tell it of conditions, in
    the order of `Condition.told`; a network without any does not listen to them. The U-Net and its sides may be held in half
    precision, or in more than x: x̂0 comes in the dtype of x.
    """

    unet: torch.nn.Module
    schedule: object
    background: float = 1.0
    layout: torch.nn.Module | None = None
    sides: Sequence[SideNetwork] = ()
    channels: int = 3
    _laid_out: dict = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def patch(self) -> int:
        """Places a side of one patch."""
        return round((self.unet.config.out_channels / self.channels) ** 0.5)

    def __call__(self, x: Tensor, timesteps: Tensor, condition: Condition) -> Tensor:
        """x̂0. x: (B, c, H, W); timesteps: (B,)."""
        signal = self.schedule.signal(timesteps.to(x.device)).sqrt().to(x.dtype)
        sides = speaking(self.sides, condition) if self.sides else ()
        call = UNetCall(condition)
        for side, told, strength in sides:
            side.extend(call, told, strength)
        # All in one memory order, so that nothing is copied into another.
        patches = pixel_unshuffle(x.contiguous(memory_format=torch.channels_last), self.patch)
        patches = patches - self.background * signal[:, None, None, None]
        if self.layout is not None:
            patches = torch.cat([patches, self._layout_of(call.condition.pooled).to(patches.dtype)], 1)
        patches = patches.to(wide(dtype_in(self.unet, x))).contiguous(memory_format=torch.channels_last)
        with computing(self.unet, patches):
            for side, told, strength in sides:
                side.join(call, patches, timesteps, condition, told, strength)
            output = asked(self.unet, self.unet, patches, timesteps, **call.keywords(), return_dict=False)[0]
        return pixel_shuffle(output.to(x.dtype), self.patch).add_(self.background)

    def _layout_of(self, pooled: Tensor) -> Tensor:
        """The layout's small picture, (B, 3, h, w). A run tells the same tensor at every step, so it is asked once."""
        if self._laid_out.get("pooled") is not pooled:
            self._laid_out.update(
                pooled=pooled, picture=self.layout(pooled).contiguous(memory_format=torch.channels_last)
            )
        return self._laid_out["picture"]
