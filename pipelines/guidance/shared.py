"""One evaluation of each branch, however many rules ask for it; and where in a run a time is."""

from __future__ import annotations

import math

from ..lazy import Tensor
from ..process.prediction import Prediction
from ..process.times import Time


class Shared:
    """A denoiser that remembers the branches of the x_t that it was last asked about."""

    def __init__(self, denoiser):
        self.denoiser = denoiser
        self._at: tuple = (None, None)
        self._known: dict[str, Prediction] = {}
        self.asked: set[str] = set()

    @classmethod
    def of(cls, denoiser) -> Shared:
        """Itself, when it is one already."""
        return denoiser if isinstance(denoiser, cls) else cls(denoiser)

    def __call__(self, x: Tensor, t: Time, *branches: str) -> list[Prediction]:
        """As the denoiser, and new branches in one call of it."""
        if self._at[0] is not x or self._at[1] != t:
            self._at, self._known = (x, t), {}
        new = [name for name in branches if name not in self._known]
        if new:
            self._known.update(zip(new, self.denoiser(x, t, *new), strict=True))
            self.asked.update(new)
        return [self._known[name] for name in branches]

    def known(self, x: Tensor, t: Time, branch: str) -> Prediction | None:
        """The branch at this x_t, if a rule asked for it."""
        return self._known.get(branch) if self._at[0] is x and self._at[1] == t else None


class Asked:
    """A denoiser that takes down which branches it is asked for, and answers with one pixel of nothing."""

    def __init__(self):
        self.names: list[str] = []

    def __call__(self, x: Tensor, t: Time, *branches: str) -> list[Prediction]:
        """The zeros it was given, for each."""
        self.names += [name for name in branches if name not in self.names]
        return [Prediction(x, x)] * len(branches)


def level(t: Time) -> float:
    """How much noise there is, 0 for none to 1 for nothing else: the angle 2/π · atan(b/a).

    It depends on no schedule and no number of steps: 0.5 is as much noise as signal, σ = b/a = tan(π/2 · level).
    """
    return 2 / math.pi * math.atan2(t.b, t.a)
