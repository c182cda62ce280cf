"""What rules and pulls say in a run, step by step, without changing a bit of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from ..process.prediction import Prediction
from ..process.times import Time
from .effects import Controls, Effect


@dataclass(frozen=True)
class Observation:
    """One x_t that a sampler asked about. Norms are Euclidean, over all of a picture, (B,); b = √(1 − ᾱ_t).

    guided: what the rules made of it, before any pull. conditional, null: the two branches; with a negative prompt,
    null is that prompt's. gradient: the sum of the pulls, None for none.
    """

    t: Time
    x: Tensor
    guided: Prediction
    conditional: Prediction
    null: Prediction
    gradient: Tensor | None = None

    @property
    def difference(self) -> Tensor:
        """‖ε_c − ε_φ‖, what classifier-free guidance enlarges. (B,)"""
        return _norm(self.conditional.eps - self.null.eps)

    @property
    def cosine(self) -> Tensor:
        """The cosine of ε_c and ε_φ. (B,)"""
        return _cosine(self.conditional.eps, self.null.eps)

    @property
    def change(self) -> Tensor:
        """‖ε̂ − ε_c‖, how far the rules move the prediction. (B,)

        It is taken from x̂0, as some rules change that alone: a/b ‖x̂0 − x0_c‖ is the same for all others.
        """
        return self.t.a / self.t.b * _norm(self.guided.x0 - self.conditional.x0)

    @property
    def pull(self) -> Tensor:
        """‖γ ∇‖, the length of the pulls' gradient at x_t. (B,) In the units of ε̂ it is b times that."""
        return torch.zeros(len(self.x), device=self.x.device) if self.gradient is None else _norm(self.gradient)

    @property
    def pull_cosine(self) -> Tensor:
        """The cosine of the pulls and the score −ε̂/b. (B,) Above 0 both pull the same way; nan without a pull."""
        if self.gradient is None:
            return torch.full((len(self.x),), torch.nan, device=self.x.device)
        found = _cosine(self.gradient, -self.guided.whole(self.x, self.t).eps)
        return torch.where(self.pull > 0, found, torch.nan)

    @property
    def heat(self) -> Tensor:
        """Where guidance acts: |x̂0 − x0_c| of the rules, b²/a |γ ∇| of the pulls, each a mean over colours or other channels. (B, H, W), of latents a value a place

        A pull by the score route moves x̂0 by b²/a γ ∇; by the mean route it enters later, and is shown as if it did.
        """
        heat = (self.guided.x0 - self.conditional.x0).abs().mean(1)
        if self.gradient is not None:
            heat = heat + self.t.b**2 / self.t.a * self.gradient.abs().mean(1)
        return heat


class Observer:
    """Stands between a sampler and the `Controls` of one run, and keeps an `Observation` at each x_t it asks about.

    The branches that no rule asked for are evaluated in a call of their own, after the run's own calls and beside
    what those remember: the run sees the same numbers, to the bit. `extra` counts these evaluations, of one picture
    each.
    """

    def __init__(self):
        self.extra = 0
        self._controls: Controls | None = None
        self._looks: list[Observation] = []

    def of(self, controls: Controls) -> Observer:
        """Itself, in the place of these."""
        self._controls = controls
        return self

    def denoise(self, x: Tensor, t: Time) -> Prediction:
        """As `Controls.denoise`."""
        guided = self._controls.denoise(x, t)
        shared = self._controls.denoiser
        branches = {name: shared.known(x, t, name) for name in ("conditional", "null")}
        if missing := [name for name, known in branches.items() if known is None]:
            branches |= zip(missing, shared.denoiser(x, t, *missing), strict=True)
            self.extra += len(missing) * len(x)
        self._looks.append(Observation(t, x, guided, branches["conditional"], branches["null"]))
        return guided

    def pull(self, x: Tensor, t: Time, prediction: Prediction) -> Tensor | None:
        """As `Controls.pull`."""
        gradient = self._controls.pull(x, t, prediction)
        self._looks[-1] = replace(self._looks[-1], gradient=gradient)
        return gradient

    @property
    def effects(self) -> tuple[Effect, ...]:
        """As `Controls.effects`."""
        return self._controls.effects

    def take(self) -> list[Observation]:
        """The looks since this was last asked, and forget them: of one step, first that at its own x_t."""
        looks, self._looks = self._looks, []
        return looks


def _flat(x: Tensor) -> Tensor:
    """Sums over a picture overflow in half precision."""
    return x.flatten(1).to(torch.promote_types(x.dtype, torch.float32))


def _norm(x: Tensor) -> Tensor:
    return _flat(x).norm(dim=1)


def _cosine(x: Tensor, y: Tensor) -> Tensor:
    return cosine_similarity(_flat(x), _flat(y), dim=1)
