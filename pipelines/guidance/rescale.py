"""Rescaled guidance (Lin et al. 2023)."""

from __future__ import annotations

from dataclasses import dataclass

from ..declarations.options import choice, number
from ..lazy import Tensor, torch
from ..process.prediction import Prediction
from ..process.times import Time
from .shared import Shared
from .wrapper import Wrapper

TINY = 1e-8  # a picture of one colour has no spread to restore


@dataclass(frozen=True)
class Rescale(Wrapper):
    """Pulls the spread of the guided prediction back to that of the conditional one (Lin et al. 2023, eq. 14 to 16).

    z' = φ z std(z_y)/std(z) + (1 − φ) z, one standard deviation an image over (C, H, W). The paper rescales what the
    network gives, whichever that is; here z is x̂0, in which the factor moves the mean too, so that white turns grey, or
    ε̂, whose spread is near 1 with guidance or without it, so that little changes where x̂0 is bounded.
    """

    summary = "Keeps the contrast of the unguided prediction, so that strong guidance does not burn out."
    equation = r"z' = \phi\, z\, \frac{\operatorname{std} z_y}{\operatorname{std} z} + (1 - \phi)\, z"
    source = "Lin et al. 2023, eq. 14 to 16"
    cost = "that of the inner rule; 2 network calls at least, where that guides"
    calls = 2
    neutral = {"phi": 0.0}

    phi: float = number(
        0.7, low=0, high=1, step=0.05, label="φ", help="0 leaves the guidance as it is, 1 restores all of the contrast."
    )
    on: str = choice("x0", ("x0", "eps"), label="acts on", help="The predicted noise, or the predicted picture.")

    def __call__(self, denoiser, x: Tensor, t: Time) -> Prediction:
        """The rescaled prediction: (B, C, H, W)."""
        if self.phi == 0:
            return self.inner(denoiser, x, t)
        denoiser = Shared.of(denoiser)
        guided = self.inner(denoiser, x, t)
        plain = denoiser(x, t, "conditional")[0]
        if guided is plain:
            return plain
        if self.on == "x0":
            return guided.with_x0(x, self._rescaled(guided.x0, plain.x0), t)
        whole = guided.whole(x, t)
        rescaled = Prediction.from_eps(x, self._rescaled(whole.eps, plain.eps), t)
        return rescaled if whole is guided else guided.with_x0(x, rescaled.x0, t)

    def _rescaled(self, guided: Tensor, plain: Tensor) -> Tensor:
        # In half precision a small spread would be 0.
        dims, wide = tuple(range(1, guided.ndim)), torch.promote_types(guided.dtype, torch.float32)
        spread, wanted = (each.to(wide).std(dims, keepdim=True) for each in (guided, plain))
        ratio = torch.where(spread > TINY, wanted / spread.clamp(min=TINY), 1)
        return guided * (1 + self.phi * (ratio - 1)).to(guided.dtype)
